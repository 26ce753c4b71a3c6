// SPDX-License-Identifier: Apache-2.0
// assay rerank: JSONL in, JSONL out; or with --query a plain text file, a document a line, as a
// ranked table.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assay/reranker.h"
#include "base/unicode.h"
#include "cli/command.h"
#include "wire/jsonl.h"

namespace assay::cli {
namespace {

struct Flags {
  std::string model;
  std::optional<std::string> query;
  std::optional<std::size_t> top_k;
  std::string file;
  bool json = false;
  bool max_sim = false;
  ModelFlags common;
};

void rerank_lines(const Flags& flags, const Reranker& reranker, Stats& stats) {
  Lines lines(flags.file);
  Output out;
  try {
    while (const auto line = lines.next()) {
      stats.line_read(lines.number());
      const auto input = at_line(lines.number(), wire::read_rerank_line(*line));
      const RerankScores scores = reranker.rerank(input.query, input.documents);
      wire::write_scores(out.buffer(), scores, flags.top_k.value_or(SIZE_MAX));
      stats.count(scores.size(), scores.token_count);
      out.flush();  // each line is a job of its own: its answer is not held back
    }
  } catch (...) {
    out.flush();
    throw;
  }
}

void rerank_table(const Flags& flags, const Reranker& reranker, Stats& stats) {
  Lines lines(flags.file);
  std::vector<std::string> documents;
  while (const auto line = lines.next()) {
    stats.line_read(lines.number());
    if (const auto at = unicode::invalid_utf8(*line)) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("line {}: invalid UTF-8 at byte {}", lines.number(), *at));
    }
    documents.emplace_back(*line);
  }
  const RerankScores scores = reranker.rerank(*flags.query, documents);
  stats.count(scores.size(), scores.token_count);
  auto order = scores.order();
  order.resize(std::min(order.size(), flags.top_k.value_or(SIZE_MAX)));
  Output out;
  if (flags.json) {
    Value::Array results;
    for (const std::size_t i : order) {
      Value::Object result{
          {"line", i + 1}, {"score", static_cast<double>(scores[i])}, {"text", documents[i]}};
      if (std::ranges::binary_search(scores.truncated, i)) result.emplace("truncated", true);
      results.push_back(std::move(result));
    }
    out.buffer() += Value(Value::Object{{"query", *flags.query},
                                        {"model", reranker.model()},
                                        {"results", std::move(results)}})
                        .to_json() +
                    "\n";
  } else {
    out.buffer() += fmt::format("{:>4}  {:>10}  {:>6}  {}\n", "RANK", "SCORE", "LINE", "TEXT");
    const std::size_t columns = terminal_columns();
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
      const std::size_t i = order[rank];
      out.buffer() += fmt::format("{:>4}  {:>10.4f}  {:>6}  {}\n", rank + 1, scores[i], i + 1,
                                  fit(documents[i], rest_of(columns, 26), false));
    }
  }
  out.flush();
  if (!scores.truncated.empty() && !flags.json) {
    say(fmt::format("{} of {} documents were cut to the length that the model reads",
                    scores.truncated.size(), scores.size()));
  }
}

void run(const Flags& flags) {
  Stats stats(flags.common.stats);
  const ModelOptions options = flags.common.read();
  std::unique_ptr<const Reranker> reranker;
  if (flags.max_sim) {
    reranker = std::make_unique<MaxSimReranker>(TextEmbedding(flags.model, options));
  } else {
    reranker = std::make_unique<TextCrossEncoder>(flags.model, options);
  }
  stats.loaded();
  if (flags.query) {
    rerank_table(flags, *reranker, stats);
  } else {
    rerank_lines(flags, *reranker, stats);
  }
  stats.print();
}

}  // namespace

void add_rerank(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command =
      app.add_subcommand("rerank", "Score documents against a query with a cross-encoder");
  command->add_option("-m,--model", flags->model, "Catalogue id, hub repository or folder")
      ->type_name("MODEL")
      ->required();
  command
      ->add_option("--query", flags->query,
                   "Rank the lines of FILE by this query instead of reading JSONL")
      ->type_name("Q");
  command->add_option("--top-k", flags->top_k, "Only the best N")
      ->type_name("N")
      ->check(whole_number(1, 1 << 30));
  command->add_option("file", flags->file, "Input (default: stdin)")->type_name("FILE");
  command->add_flag("--json", flags->json, "With --query: print JSON instead of a table");
  command->add_flag("--maxsim", flags->max_sim,
                    "MODEL is an embedder: score by MaxSim over its token vectors");
  flags->common.add_to(*command);
  command->callback([flags] { run(*flags); });
}

}  // namespace assay::cli
