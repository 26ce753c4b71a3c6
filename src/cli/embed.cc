// SPDX-License-Identifier: Apache-2.0
// assay embed: JSONL in, JSONL out, in the memory of one batch.
#include <memory>
#include <optional>
#include <string>

#include "assay/text_embedding.h"
#include "cli/command.h"
#include "wire/jsonl.h"

namespace assay::cli {
namespace {

struct Flags {
  std::string model;
  ModelFlags common;
};

void run(const Flags& flags) {
  Stats stats(flags.common.stats);
  const TextEmbedding embedder(flags.model, flags.common.read());
  stats.loaded();
  Lines lines("");
  Output out;
  try {
    embedder.embed(
        [&]() -> std::optional<TextInput> {
          const auto line = lines.next();
          if (!line) return std::nullopt;
          stats.line_read(lines.number());
          return at_line(lines.number(), wire::read_embed_line(*line));
        },
        [&](const EmbeddedText& text) {
          wire::write_embedding(out.buffer(), text.vector, text.truncated);
          stats.count(1, text.token_count);
          out.flush_if_full();
        });
  } catch (...) {
    out.flush();  // the lines before the bad one
    throw;
  }
  out.flush();
  stats.print();
}

}  // namespace

void add_embed(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("embed", "Embed JSONL from stdin");
  command->add_option("-m,--model", flags->model, "Catalogue id, hub repository or folder")
      ->type_name("MODEL")
      ->required();
  flags->common.add_to(*command);
  command->callback([flags] { run(*flags); });
}

}  // namespace assay::cli
