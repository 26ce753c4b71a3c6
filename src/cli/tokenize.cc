// SPDX-License-Identifier: Apache-2.0
// assay tokenize: JSONL in, JSONL out. Needs a folder's tokenizer files only.
#include <memory>
#include <string>

#include "assay/hub.h"
#include "assay/tokenizer.h"
#include "cli/command.h"
#include "embed/limits.h"
#include "wire/jsonl.h"

namespace assay::cli {
namespace {

struct Flags {
  std::string model;
  ModelFlags common;
};

void run(const Flags& flags) {
  Stats stats(flags.common.stats);
  const ModelOptions options = flags.common.read();
  const auto folder = resolve_model(flags.model, options);
  const Tokenizer tokenizer(folder);
  const auto limit =
      options.max_length ? options.max_length : embed::max_length_of(folder);  // 0 = none
  stats.loaded();
  Lines lines("");
  Output out;
  try {
    while (const auto line = lines.next()) {
      stats.line_read(lines.number());
      const auto input = at_line(lines.number(), wire::read_tokenize_line(*line));
      const Encoding encoding = input.document
                                    ? tokenizer.encode_pair(input.text, *input.document, limit)
                                    : tokenizer.encode(input.text, limit);
      wire::write_tokens(out.buffer(), tokenizer, encoding);
      stats.count(1, encoding.ids.size());
      out.flush_if_full();
    }
  } catch (...) {
    out.flush();  // the lines before the bad one
    throw;
  }
  out.flush();
  stats.print();
}

}  // namespace

void add_tokenize(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command =
      app.add_subcommand("tokenize", "Tokenize JSONL from stdin: ids, tokens, byte offsets");
  command->add_option("-m,--model", flags->model, "Catalogue id, hub repository or folder")
      ->type_name("MODEL")
      ->required();
  flags->common.add_to(*command);
  command->callback([flags] { run(*flags); });
}

}  // namespace assay::cli
