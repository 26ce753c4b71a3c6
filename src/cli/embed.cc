// SPDX-License-Identifier: Apache-2.0
// assay embed: JSONL in, JSONL out, in the memory of one batch.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "assay/late_interaction_text_embedding.h"
#include "assay/sparse_text_embedding.h"
#include "assay/text_embedding.h"
#include "cli/command.h"
#include "embed/model_kind.h"
#include "wire/jsonl.h"

namespace assay::cli {
namespace {

struct Flags {
  std::string model;
  ModelFlags common;
  DenseOptions dense;
  SparseOptions sparse;
};

// Reads lines, embeds them with `embedder`, writes each result by `write`.
template <class Embedder, class Write>
void run(const Embedder& embedder, Stats& stats, const Write& write) {
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
        [&](const auto& text) {
          write(out.buffer(), text);
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

// Flags that would change nothing were meant to change something.
void check_kind(const Flags& flags, ModelKind kind) {
  const auto refuse = [&](const char* named, const char* wanted) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: for {} models, and {} is none", named, wanted, flags.model));
  };
  if (kind != ModelKind::kDense && flags.dense.dim) refuse("--dim", "dense");
  if (kind != ModelKind::kDense && !flags.dense.task.empty()) refuse("--task", "dense");
  if (kind != ModelKind::kSparse && flags.sparse.avg_len) refuse("--avg-len", "sparse");
  if (kind != ModelKind::kSparse && flags.sparse.language != SparseOptions().language)
    refuse("--language", "sparse");
}

// The model's kind decides what is written.
void run(const Flags& flags) {
  Stats stats(flags.common.stats);
  const ModelOptions options = flags.common.read();
  const ModelKind kind = embed::kind_of(flags.model, options);
  check_kind(flags, kind);
  switch (kind) {
    case ModelKind::kSparse:
      return run(SparseTextEmbedding(flags.model, options, flags.sparse), stats,
                 [](std::string& out, const SparseText& text) {
                   wire::write_sparse(out, text.vector, text.truncated);
                 });
    case ModelKind::kLateInteraction:
      return run(LateInteractionTextEmbedding(flags.model, options), stats,
                 [](std::string& out, const LateInteractionText& text) {
                   wire::write_token_embeddings(out, text.rows, text.truncated);
                 });
    case ModelKind::kDense:
    case ModelKind::kRerank:  // says itself that it is a reranker
      break;
  }
  run(TextEmbedding(flags.model, options, flags.dense), stats,
      [](std::string& out, const EmbeddedText& text) {
        wire::write_embedding(out, text.vector, text.truncated);
      });
}

}  // namespace

void add_embed(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("embed", "Embed JSONL from stdin");
  command->add_option("-m,--model", flags->model, "Catalogue id, hub repository or folder")
      ->type_name("MODEL")
      ->required();
  flags->common.add_to(*command);
  command
      ->add_option("--task", flags->dense.task,
                   "Models with task adapters (jina-embeddings-v3): the one for lines without a "
                   "kind (default: retrieval.passage)")
      ->type_name("TASK");
  command
      ->add_option("--dim", flags->dense.dim,
                   "Dense models trained for it: keep the first N numbers of each vector")
      ->type_name("N")
      ->check(whole_number(1, 1 << 20));
  command->add_option("--language", flags->sparse.language, "BM25: stemmer and stop words")
      ->type_name("LANGUAGE")
      ->capture_default_str();
  command
      ->add_option("--avg-len", flags->sparse.avg_len,
                   "BM25: words of an average document (default: 256)")
      ->type_name("N");
  command->callback([flags] { run(*flags); });
}

}  // namespace assay::cli
