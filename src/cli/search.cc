// SPDX-License-Identifier: Apache-2.0
// assay search: the best documents of a collection that assay index made.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/documents.h"
#include "cli/store.h"
#include "wire/filter_json.h"
#include "wire/json.h"

namespace assay::cli {
namespace {

constexpr std::string_view kMaxSim = "maxsim";
constexpr std::size_t kFused = 100;  // hits of either kind that --hybrid joins, at least
constexpr std::size_t kRrf = 60;     // Cormack et al. 2009

struct Flags {
  StoreFlags store;
  std::optional<std::string> model;
  std::string query;
  bool bm25 = false;
  bool hybrid = false;
  std::string rerank;
  std::size_t depth = 100;
  std::size_t limit = 10;
  std::optional<std::string> filter;
  bool json = false;
  ModelFlags common;
};

std::optional<Filter> read_filter(const Flags& flags) {
  if (!flags.filter) return std::nullopt;
  const Value json = wire::parse_json(*flags.filter).or_throw("--filter");
  try {
    return wire::read_filter(json);
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("--filter: {}", error.what()));
  }
}

const std::string& text_of(const ScoredPoint& hit) {
  static const std::string kNone;
  const auto member = hit.payload->find(kTextKey);
  const auto* text = member == hit.payload->end() ? nullptr : member->second.get_if<std::string>();
  return text == nullptr ? kNone : *text;
}

std::string table(const QueryResponse& hits) {
  std::vector<std::string> ids;
  std::size_t id_width = 2;
  for (const ScoredPoint& hit : hits) {
    const Value id = shown_id(hit.id, *hit.payload);
    const auto* own = id.get_if<std::string>();
    ids.push_back(own == nullptr ? id.to_json() : *own);
    id_width = std::max(id_width, std::min<std::size_t>(ids.back().size(), 36));
  }
  std::string out =
      fmt::format("{:>4}  {:>10}  {}  {}\n", "RANK", "SCORE", fit("ID", id_width, true), "TEXT");
  const std::size_t columns = terminal_columns();
  for (std::size_t i = 0; i < hits.size(); ++i) {
    out +=
        fmt::format("{:>4}  {:>10.4f}  {}  {}\n", i + 1, hits[i].score, fit(ids[i], id_width, true),
                    fit(text_of(hits[i]), rest_of(columns, 20 + id_width), false));
  }
  return out;
}

Value to_json(const Flags& flags, const IndexSettings& settings, const QueryResponse& hits) {
  Value::Array results;
  for (const ScoredPoint& hit : hits) {
    Value::Object payload = *hit.payload;
    payload.erase(std::string(kTextKey));
    payload.erase(std::string(kIdKey));
    Value::Object result = {{"id", shown_id(hit.id, *hit.payload)},
                            {"score", static_cast<double>(hit.score)},
                            {"text", text_of(hit)},
                            {"payload", std::move(payload)}};
    if (hit.first_stage) {
      result.emplace("first_stage_rank", hit.first_stage->rank + 1);
      result.emplace("first_stage_score", static_cast<double>(hit.first_stage->score));
    }
    results.emplace_back(std::move(result));
  }
  Value::Object answer = {{"query", flags.query},
                          {"collection", flags.store.collection},
                          {"results", std::move(results)}};
  if (!flags.bm25) answer.emplace("model", *settings.model);
  if (!flags.rerank.empty()) answer.emplace("reranker", flags.rerank);
  return answer;
}

// The first stage: by embeddings, by keywords, or both joined by reciprocal rank.
void set_query(QueryRequest& request, const Flags& flags, const IndexSettings& settings) {
  const auto by_keywords = [&] { return bm25_document(flags.query, settings); };
  const auto by_embedding = [&] { return Document{flags.query, *settings.model}; };
  if (flags.hybrid) {
    const std::size_t wanted =
        flags.rerank.empty() ? flags.limit : std::max(flags.depth, flags.limit);
    const std::size_t limit = std::max(kFused, wanted);
    request.prefetch = {
        {.query = by_embedding(), .using_vector = std::string(kDense), .limit = limit},
        {.query = by_keywords(), .using_vector = std::string(kBm25), .limit = limit}};
    request.query = RrfQuery{.k = kRrf};
  } else if (flags.bm25) {
    request.query = by_keywords();
    request.using_vector = kBm25;
  } else {
    request.query = by_embedding();
    request.using_vector = kDense;
  }
}

Rerank rerank_of(const Flags& flags, const IndexSettings& settings) {
  Rerank rerank{.model = flags.rerank,
                .query = flags.query,
                .fields = {std::string(kTextKey)},
                .depth = std::max(flags.depth, flags.limit)};
  if (flags.rerank == kMaxSim) {
    if (!settings.model) {
      throw Error(
          ErrorCode::kInvalidArgument,
          fmt::format("--rerank {}: collection \"{}\" has no embedder; name a cross-encoder",
                      kMaxSim, flags.store.collection));
    }
    rerank.model = *settings.model;
    rerank.method = Rerank::Method::kMaxSim;
  }
  return rerank;
}

void run(const Flags& flags) {
  Stats stats(flags.common.stats);
  check_utf8("QUERY", flags.query);
  QueryRequest request{.filter = read_filter(flags),
                       .limit = flags.limit,
                       .with_payload = PayloadSelector::excluding({std::string(kHashKey)})};
  const ModelOptions options = flags.common.read();
  const Client client = open_store(flags.store.folder, options);
  const IndexSettings settings = settings_of(client, flags.store.collection);
  check_model(flags.store.collection, settings, flags.model);
  if (!flags.bm25 && !settings.model) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("collection \"{}\" has no embeddings; search it with --bm25",
                            flags.store.collection));
  }
  set_query(request, flags, settings);
  if (!flags.rerank.empty()) request.rerank = rerank_of(flags, settings);
  std::optional<TextEmbedding> embedder;  // shares its weights with the client's
  if (!flags.bm25) {
    embedder = dense_embedder(*settings.model, options);
    check_probe(flags.store.collection, settings, *embedder);
  }
  stats.loaded();
  if (flags.common.stats)
    stats.count(1, embedder ? embedder->token_count(std::vector{flags.query}) : 0);
  const QueryResponse hits = client.query_points(flags.store.collection, request);
  Output out;
  out.buffer() = flags.json ? to_json(flags, settings, hits).to_json() + "\n" : table(hits);
  out.flush();
  stats.print();
}

}  // namespace

void add_search(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("search", "Search a collection that assay index made");
  flags->store.add_to(*command);
  command
      ->add_option("-m,--model", flags->model,
                   "Model that the collection must have been indexed with")
      ->type_name("MODEL");
  command->add_flag("--bm25", flags->bm25, "By keywords instead of embeddings");
  command
      ->add_flag("--hybrid", flags->hybrid,
                 "By embeddings and keywords, joined by reciprocal rank fusion")
      ->excludes("--bm25");
  command
      ->add_option("--rerank", flags->rerank,
                   "Reorder the best documents by this cross-encoder, or \"maxsim\": by the token "
                   "vectors of the collection's model")
      ->type_name("MODEL");
  command->add_option("--depth", flags->depth, "With --rerank: documents that it reads, at least")
      ->type_name("N")
      ->check(whole_number(1, 1 << 20))
      ->capture_default_str();
  command->add_option("--limit", flags->limit, "Documents to find")
      ->type_name("N")
      ->check(whole_number(1, 1 << 20))
      ->capture_default_str();
  command
      ->add_option("--filter", flags->filter,
                   "Only documents that satisfy this filter, as Qdrant's REST interface has it")
      ->type_name("JSON");
  command->add_option("query", flags->query, "What to look for")->type_name("QUERY")->required();
  command->add_flag("--json", flags->json, "Print JSON");
  flags->common.add_to(*command);
  command->callback([flags] { run(*flags); });
}

}  // namespace assay::cli
