// SPDX-License-Identifier: Apache-2.0
// assay demo: the reranking tutorial on twenty films. A dense first stage, then its candidates
// reranked, side by side.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assay/client.h"
#include "assay/reranker.h"
#include "assay/text_embedding.h"
#include "base/unicode.h"
#include "cli/command.h"
#include "wire/jsonl.h"

namespace assay::cli {

extern const char* const kFilms;  // films.jsonl, made into a source file by the build

namespace {

constexpr std::string_view kEmbedder = "sentence-transformers/all-MiniLM-L6-v2";
constexpr std::string_view kMaxSim = "maxsim";
// The tutorial's cross-encoder first, then a small one.
constexpr std::string_view kCrossEncoders[] = {"jinaai/jina-reranker-v2-base-multilingual",
                                               "Xenova/ms-marco-MiniLM-L-6-v2"};
constexpr std::size_t kShown = 10;

struct Flags {
  std::string rerank;
  std::string data;
  std::string query = "A brave woman who truly lived and left her mark on history";
  bool json = false;
  ModelFlags common;
};

std::vector<wire::PointLine> read_films(const std::string& file) {
  std::vector<wire::PointLine> films;
  if (!file.empty()) {
    Lines lines(file);
    while (const auto line = lines.next())
      films.push_back(at_line(lines.number(), wire::read_point_line(*line)));
  } else {
    std::string_view rest = kFilms;
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      films.push_back(at_line(films.size() + 1, wire::read_point_line(rest.substr(0, end))));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
  }
  if (films.empty())
    throw Error(ErrorCode::kInvalidArgument, fmt::format("{} holds no lines", file));
  return films;
}

// A cross-encoder that is here or can be fetched, else MaxSim with a line that says why.
std::unique_ptr<Reranker> choose_reranker(const Flags& flags, const ModelOptions& options,
                                          const TextEmbedding& embedder) {
  if (flags.rerank == kMaxSim) return std::make_unique<MaxSimReranker>(embedder);
  if (!flags.rerank.empty()) return std::make_unique<TextCrossEncoder>(flags.rerank, options);
  std::string reason;
  for (const std::string_view id : kCrossEncoders) {
    const auto info = find_model(id);
    if (!info || !info->supported) continue;  // the catalogue says so; nothing was tried
    try {
      return std::make_unique<TextCrossEncoder>(id, options);
    } catch (const Error& error) {
      reason = error.what();
    }
  }
  say("assay: reranking with token MaxSim, because no cross-encoder could be had: " + reason);
  return std::make_unique<MaxSimReranker>(embedder);
}

struct Row {
  PointId id;
  float score;
  std::string text;   // searched and reranked
  std::string label;  // shown
  std::size_t first_rank;
};

// A list as lines of exactly `columns` columns. With `moves`, how far each row rose or fell.
std::vector<std::string> list_lines(const std::string& title, const std::vector<Row>& rows,
                                    std::size_t columns, bool moves) {
  const bool colour = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  std::size_t id_width = 4;
  for (const Row& row : rows) id_width = std::max(id_width, row.id.to_string().size());
  std::vector<std::string> lines = {
      fit(title, columns, true),
      fit(fmt::format("  #    score  {:>{}}  {}text", "id", id_width, moves ? "from  " : ""),
          columns, true)};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    std::string line =
        fmt::format("{:>3} {:>8.4f}  {:>{}}  ", i + 1, row.score, row.id.to_string(), id_width);
    std::size_t used = line.size();
    if (moves) {
      const auto was = static_cast<long>(row.first_rank);
      const auto now = static_cast<long>(i) + 1;
      const std::string change = was > now   ? fmt::format("↑{}", was - now)
                                 : was < now ? fmt::format("↓{}", now - was)
                                             : "=";
      const std::string_view code = was > now ? "32" : was < now ? "31" : "0";
      const std::string cell = fit(change, 4, true) + "  ";
      line += colour ? fmt::format("\033[{}m{}\033[0m", code, cell) : cell;
      used += 6;
    }
    lines.push_back(line + fit(row.label, rest_of(columns, used), true));
  }
  return lines;
}

// Both lists beside each other, or below where the terminal is narrow.
std::string lists(const Flags& flags, const std::vector<Row>& first, const std::vector<Row>& second,
                  const std::string& reranker) {
  const std::size_t columns = std::min<std::size_t>(terminal_columns(), 120);
  const bool beside = columns >= 80;
  const std::size_t left = beside ? (columns - 5) / 2 : columns;
  const std::size_t right = beside ? columns - 3 - left : columns;
  const auto a = list_lines(fmt::format("first stage: {}", kEmbedder), first, left, false);
  const auto b = list_lines(fmt::format("reranked: {}", reranker), second, right, true);
  std::string out = fmt::format("query: {}\n\n", fit(flags.query, rest_of(columns, 7), false));
  const auto add = [&out](std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  for (std::size_t i = 0; i < a.size(); ++i) add(beside ? a[i] + " | " + b[i] : a[i]);
  if (beside) return out;
  add("");
  for (const std::string& line : b) add(line);
  return out;
}

Value to_json(const Flags& flags, const std::vector<Row>& first, const std::vector<Row>& second,
              const std::string& reranker) {
  Value::Array stage;
  for (const Row& row : first) {
    stage.push_back(Value::Object{
        {"id", row.id.to_value()}, {"score", static_cast<double>(row.score)}, {"text", row.text}});
  }
  Value::Array reranked;
  for (const Row& row : second) {
    reranked.push_back(Value::Object{{"id", row.id.to_value()},
                                     {"score", static_cast<double>(row.score)},
                                     {"first_stage_rank", row.first_rank},
                                     {"text", row.text}});
  }
  return Value::Object{{"query", flags.query},
                       {"model", kEmbedder},
                       {"reranker", reranker},
                       {"first_stage", std::move(stage)},
                       {"reranked", std::move(reranked)}};
}

void run(const Flags& flags) {
  if (const auto at = unicode::invalid_utf8(flags.query)) {
    throw Error(ErrorCode::kInvalidArgument, fmt::format("--query: invalid UTF-8 at byte {}", *at));
  }
  Stats stats(flags.common.stats);
  const ModelOptions options = flags.common.read();
  const auto films = read_films(flags.data);
  const TextEmbedding embedder(kEmbedder, options);
  stats.loaded();

  Client client(":memory:", {.models = options});
  client.create_collection(
      "films", {.vectors = {{"text", {.size = embedder.dim(), .distance = Distance::kCosine}}}});
  std::vector<PointStruct> points;
  points.reserve(films.size());
  for (const wire::PointLine& film : films) {
    points.push_back({.id = film.id,
                      .vector = {{"text", Document{film.text, std::string(kEmbedder)}}},
                      .payload = film.payload});
  }
  client.upload_points("films", points);
  const auto hits =
      client.query_points("films", {.query = Document{flags.query, std::string(kEmbedder)},
                                    .using_vector = "text",
                                    .limit = kShown,
                                    .with_payload = true});

  std::vector<Row> first;
  std::vector<std::string> texts;
  for (const ScoredPoint& hit : hits) {
    const auto text_of = [&](std::string_view key) {
      const auto member = hit.payload->find(key);
      const auto* text =
          member == hit.payload->end() ? nullptr : member->second.get_if<std::string>();
      return text == nullptr ? std::string() : *text;
    };
    const std::string text = text_of("text");
    const std::string title = text_of("title");
    first.push_back(
        {hit.id, hit.score, text, title.empty() ? text : title + ": " + text, first.size() + 1});
    texts.push_back(text);
  }

  const auto reranker = choose_reranker(flags, options, embedder);
  const RerankScores scores = reranker->rerank(flags.query, texts);
  const bool max_sim = dynamic_cast<const MaxSimReranker*>(reranker.get()) != nullptr;
  const std::string name =
      max_sim ? fmt::format("{} ({})", kMaxSim, reranker->model()) : reranker->model();
  std::vector<Row> second;
  for (const std::size_t i : scores.order()) {
    second.push_back(first[i]);
    second.back().score = scores[i];
  }
  Output out;
  out.buffer() = flags.json ? to_json(flags, first, second, name).to_json() + "\n"
                            : lists(flags, first, second, name);
  out.flush();
  if (flags.common.stats) {
    std::vector<std::string> embedded = {flags.query};
    for (const wire::PointLine& film : films) embedded.push_back(film.text);
    stats.count(embedded.size() + texts.size(),
                embedder.token_count(embedded) + scores.token_count);
  }
  stats.print();
}

}  // namespace

void add_demo(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command =
      app.add_subcommand("demo", "Retrieve among twenty films and rerank the best ten");
  command
      ->add_option("--rerank", flags->rerank,
                   "Cross-encoder to rerank with, or \"maxsim\" (default: a cross-encoder that can "
                   "be had, else maxsim)")
      ->type_name("MODEL");
  command
      ->add_option("--data", flags->data,
                   "JSONL with id and text a line instead of the built-in films")
      ->type_name("FILE");
  command->add_option("--query", flags->query, "What to look for")
      ->type_name("Q")
      ->capture_default_str();
  command->add_flag("--json", flags->json, "Print JSON");
  flags->common.add_to(*command);
  command->callback([flags] { run(*flags); });
}

}  // namespace assay::cli
