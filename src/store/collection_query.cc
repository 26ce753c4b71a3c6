// SPDX-License-Identifier: Apache-2.0
// Queries against a collection: validate every level, put stored vectors in place of ids, then run
// the levels from the innermost out under one lock. The error texts are those that callers of
// Qdrant match on (qdrant.md sections 7 and 14).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <random>
#include <unordered_map>
#include <utility>
#include <variant>

#include "store/collection.h"
#include "store/collection_projection.h"
#include "store/formula.h"
#include "store/fusion.h"
#include "store/groups.h"
#include "store/payload_values.h"
#include "store/query_inputs.h"
#include "store/similarity.h"
#include "store/sparse_search.h"
#include "store/vector_search.h"

namespace assay::store {
namespace {

constexpr std::size_t kDeepestPrefetch = 64;
constexpr std::size_t kMostMmrCandidates = 16'384;

// A sum that stays at the largest value instead of wrapping.
std::size_t saturating_add(std::size_t a, std::size_t b) {
  return a > std::numeric_limits<std::size_t>::max() - b ? std::numeric_limits<std::size_t>::max()
                                                         : a + b;
}

// The vector that an input is; none for an id or a text, which are not resolved yet.
std::optional<StoredVector> vector_of_input(const VectorInput& input) {
  return std::visit(
      [](const auto& kind) -> std::optional<StoredVector> {
        using Kind = std::remove_cvref_t<decltype(kind)>;
        if constexpr (std::is_same_v<Kind, PointId> || std::is_same_v<Kind, Document>) {
          return std::nullopt;
        } else {
          return kind;
        }
      },
      input);
}

void check_mmr(const Mmr& mmr) {
  if (!(mmr.diversity >= 0 && mmr.diversity <= 1))
    refuse(fmt::format("mmr diversity value {} is invalid. Must be 0 to 1.", mmr.diversity));
  if (mmr.candidates_limit.value_or(0) > kMostMmrCandidates) {
    refuse(fmt::format("mmr candidates_limit value {} is invalid. Must be {} or smaller.",
                       *mmr.candidates_limit, kMostMmrCandidates));
  }
}

void check_recommend(const RecommendQuery& query) {
  if (query.strategy == RecommendQuery::Strategy::kAverageVector) {
    if (query.positive.empty()) refuse("Positive list is empty");
  } else if (query.positive.empty() && query.negative.empty()) {
    refuse("No positive or negative examples given");
  }
}

void check_words(const TextQuery& query, const SearchParams& params) {
  if (!(query.k >= 0))
    refuse(fmt::format("BM25 k value {} is invalid. Must be 0.0 or larger.", query.k));
  if (!(query.b >= 0 && query.b <= 1))
    refuse(fmt::format("BM25 b value {} is invalid. Must be from 0.0 to 1.0.", query.b));
  if (params.idf_corpus)
    throw Error(ErrorCode::kUnsupported, "IDF corpus is not supported for text queries");
}

GraphParams graph_params(const SearchParams& params) {
  return {.exact = params.exact, .ef = params.hnsw_ef, .indexed_only = params.indexed_only};
}

template <class Row>
void drop_first(std::vector<Row>& rows, std::size_t count) {
  rows.erase(rows.begin(),
             rows.begin() + static_cast<std::ptrdiff_t>(std::min(count, rows.size())));
}

}  // namespace

struct Collection::Level {
  const std::vector<Prefetch>& prefetch;
  const std::optional<Query>& query;
  std::string_view using_vector;
  const Filter* filter;  // with those above; null for all points
  std::size_t limit;
  std::size_t offset;
  const std::optional<float>& score_threshold;
  const SearchParams& params;

  static Level of(const QueryRequest& request) {
    return {request.prefetch,        request.query,
            request.using_vector,    request.filter ? &*request.filter : nullptr,
            request.limit,           request.offset,
            request.score_threshold, request.params};
  }
  static Level of(const Prefetch& prefetch, const std::optional<Filter>& filter) {
    return {prefetch.prefetch,           prefetch.query, prefetch.using_vector,
            filter ? &*filter : nullptr, prefetch.limit, 0,
            prefetch.score_threshold,    prefetch.params};
  }
  [[nodiscard]] std::size_t end() const { return saturating_add(offset, limit); }
};

const Column& Collection::searched_column(std::string_view name, const VectorInput* example) const {
  const auto column = columns_.find(name);
  if (column != columns_.end()) return column->second;
  std::string_view kind = "Dense vector";
  if (example != nullptr && std::holds_alternative<SparseVector>(*example)) kind = "Sparse vector";
  if (example != nullptr && std::holds_alternative<MultiVector>(*example)) kind = "Multivector";
  refuse(fmt::format("{} {} is not found in the collection", kind, name));
}

void Collection::check_query(const QueryRequest& request) const {
  const auto lock = mutex_.lock_for_reading();
  check_request(request);
}

void Collection::check_request(const QueryRequest& request) const {
  if (request.limit == 0) refuse("limit value 0 is invalid. Must be 1 or larger.");
  const PayloadProjection checked(request.with_payload);
  check_level(Level::of(request), 0);
}

void Collection::check_level(const Level& level, std::size_t depth) const {
  if (depth > kDeepestPrefetch)
    refuse(fmt::format("prefetches must not be more than {} levels deep", kDeepestPrefetch));
  if (!level.query && !level.prefetch.empty()) refuse("A query is needed to merge the prefetches.");
  if (!level.query && level.score_threshold)
    refuse("A query is needed to use the score_threshold.");
  if (level.filter != nullptr) (void)compile(*level.filter);
  if (level.query) check_kind(level);
  for (const Prefetch& prefetch : level.prefetch) {
    if (prefetch.limit == 0) refuse("prefetch limit value 0 is invalid. Must be 1 or larger.");
    check_level(Level::of(prefetch, prefetch.filter), depth + 1);
  }
}

void Collection::check_kind(const Level& level) const {
  const Query::Kind& kind = level.query->kind;
  const auto* rrf = std::get_if<RrfQuery>(&kind);
  if (rrf != nullptr || std::holds_alternative<FusionQuery>(kind)) {
    if (!level.using_vector.empty())
      refuse("Fusion queries cannot be combined with the 'using' field.");
    if (rrf != nullptr && rrf->k == 0) refuse("rrf k value 0 is invalid. Must be 1 or larger.");
    if (level.prefetch.empty()) {
      refuse(fmt::format("Cannot perform {} without prefetches",
                         rrf != nullptr ? "RRF query" : "fusion"));
    }
    if (rrf != nullptr && rrf->weights && rrf->weights->size() != level.prefetch.size())
      refuse("Length of weights must match the number of responses in RRF");
    return;
  }
  if (const auto* formula = std::get_if<FormulaQuery>(&kind)) {
    if (level.prefetch.empty()) refuse("Cannot perform formula without prefetches");
    (void)PointFormula(*formula);
    return;
  }
  if (const auto* order = std::get_if<OrderBy>(&kind)) {
    if (level.score_threshold) refuse("Can't use score_threshold with an order_by query.");
    (void)path_of(order->key);
    (void)order_start_of(order->start_from);
    return;
  }
  if (std::holds_alternative<SampleQuery>(kind)) return;
  if (const auto* words = std::get_if<TextQuery>(&kind)) {
    if (level.using_vector.empty())
      refuse("A text query needs `using` to name the payload field to search");
    if (!text_indexes_.contains(level.using_vector)) {
      refuse(fmt::format("A text query needs a text index with `scoring` on `{}`",
                         level.using_vector));
    }
    return check_words(*words, level.params);
  }
  if (const auto* nearest = std::get_if<NearestQuery>(&kind); nearest != nullptr && nearest->mmr)
    check_mmr(*nearest->mmr);
  if (const auto* recommend = std::get_if<RecommendQuery>(&kind)) check_recommend(*recommend);
  if (const auto* context = std::get_if<ContextQuery>(&kind);
      context != nullptr && context->context.empty())
    refuse("No target or context given");
  if (const auto* feedback = std::get_if<RelevanceFeedbackQuery>(&kind);
      feedback != nullptr && !(feedback->b >= 0))
    refuse(fmt::format("naive feedback b value {} is invalid. Must be 0 or larger.", feedback->b));
  const VectorInput* first = nullptr;
  for_each_input(*level.query, [&](const VectorInput& input) {
    if (first == nullptr) first = &input;
  });
  const Column& column = searched_column(level.using_vector, first);
  if (std::holds_alternative<RelevanceFeedbackQuery>(kind) && column.dense() == nullptr)
    refuse(fmt::format("Dense vector {} is not found in the collection", level.using_vector));
  for_each_input(*level.query, [&](const VectorInput& input) {
    if (const auto vector = vector_of_input(input))
      column.check_query(level.using_vector, view_of(*vector));
  });
}

StoredVector Collection::stored_vector(const PointId& id, std::string_view name) const {
  const auto missing = [](const std::string& what) { return Error(ErrorCode::kNotFound, what); };
  const auto slot = find_alive(id);
  if (!slot) throw missing(fmt::format("Point {} is not found in the collection", id.to_string()));
  const auto column = columns_.find(name);
  if (column == columns_.end()) throw missing(fmt::format("Vector {} not found", name));
  if (!column->second.has(*slot)) {
    throw missing(fmt::format("Vector with name {} for point {} not found", name, id.to_string()));
  }
  return column->second.get(*slot);
}

StoredVector Collection::vector_of(const PointId& id, std::string_view name) const {
  const auto lock = mutex_.lock_for_reading();
  return stored_vector(id, name);
}

// The request with stored vectors in place of ids, which the filters then leave out; nothing when
// it has none.
std::optional<QueryRequest> Collection::without_ids(const QueryRequest& request) const {
  bool any = false;
  for_each_level(request, [&](const auto& level) {
    if (!level.query) return;
    for_each_input(*level.query, [&](const VectorInput& input) {
      any = any || std::holds_alternative<PointId>(input);
    });
  });
  if (!any) return std::nullopt;
  QueryRequest result = request;
  for_each_level(result, [&](auto& level) {
    if (!level.query) return;
    std::vector<PointId> named;
    for_each_input(*level.query, [&](VectorInput& input) {
      const auto* id = std::get_if<PointId>(&input);
      if (id == nullptr) return;
      named.push_back(*id);
      input = input_of(stored_vector(*id, level.using_vector));
    });
    if (named.empty()) return;
    if (!level.filter) level.filter.emplace();
    level.filter->must_not.emplace_back(HasId{std::move(named)});
  });
  return result;
}

std::vector<ScoredPoint> Collection::query(const QueryRequest& request) const {
  const QueryRequest* const alone = &request;
  return std::move(query_batch({&alone, 1}).front());
}

std::vector<std::vector<ScoredPoint>> Collection::query_batch(
    std::span<const QueryRequest* const> requests) const {
  std::vector<std::vector<ScoredPoint>> answers;
  const auto lock = mutex_.lock_for_reading();
  for (const QueryRequest* request : requests) check_request(*request);
  // A filter costs a byte a point, so only so many searches wait for each other.
  constexpr std::size_t kAtOnce = 16;
  for (std::size_t begin = 0; begin < requests.size(); begin += kAtOnce) {
    const auto part = requests.subspan(begin, std::min(kAtOnce, requests.size() - begin));
    std::vector<std::optional<QueryRequest>> resolved;
    std::vector<Level> levels;
    resolved.reserve(part.size());  // levels refer to them
    for (const QueryRequest* request : part) {
      resolved.push_back(without_ids(*request));
      levels.push_back(Level::of(resolved.back() ? *resolved.back() : *request));
    }
    const auto found = run_together(levels);
    for (std::size_t i = 0; i < part.size(); ++i) {
      const Projection projection{PayloadProjection(part[i]->with_payload), part[i]->with_vectors};
      auto& answer = answers.emplace_back();
      for (const Found& point : found[i]) answer.push_back(scored(point, projection));
    }
  }
  return answers;
}

std::vector<std::vector<Collection::Found>> Collection::run_together(
    std::span<const Level> levels) const {
  struct Shared {
    std::size_t place;
    VectorQuery query;
    std::vector<std::uint8_t> allowed;
  };
  std::vector<std::vector<Found>> found(levels.size());
  std::map<const Column*, std::vector<Shared>> shared;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const Level& level = levels[i];
    const auto* nearest = level.query ? std::get_if<NearestQuery>(&level.query->kind) : nullptr;
    const Column* column = nullptr;
    if (level.prefetch.empty() && nearest != nullptr && !nearest->mmr)
      column = &searched_column(level.using_vector, nullptr);
    if (column == nullptr || column->dense() == nullptr) {
      found[i] = run(level);
      continue;
    }
    auto& search = shared[column].emplace_back(Shared{i, vector_query(level, *column), {}});
    if (level.filter != nullptr) search.allowed = matching(*level.filter, compile(*level.filter));
  }
  for (const auto& [column, members] : shared) {
    std::vector<DenseSearch> searches;
    for (const Shared& member : members) {
      const Level& level = levels[member.place];
      searches.push_back({member.query, level.end(), member.allowed, graph_params(level.params)});
    }
    const auto hits = vector_search(*column, searches);
    for (std::size_t i = 0; i < members.size(); ++i) {
      const Level& level = levels[members[i].place];
      found[members[i].place] = places(level, *column, hits[i], level.offset);
    }
  }
  return found;
}

std::vector<Collection::Found> Collection::run(const Level& level) const {
  if (level.prefetch.empty()) return base_query(level, nullptr);
  std::vector<std::vector<Found>> sources;
  for (const Prefetch& prefetch : level.prefetch) {
    const auto filter = merged(level.filter, prefetch.filter);
    sources.push_back(run(Level::of(prefetch, filter)));
  }
  if (std::holds_alternative<FusionQuery>(level.query->kind) ||
      std::holds_alternative<RrfQuery>(level.query->kind))
    return fused(level, sources);
  if (std::holds_alternative<FormulaQuery>(level.query->kind)) return rescored(level, sources);
  std::vector<std::uint8_t> among(points_.size());
  bool any = false;
  for (const auto& source : sources) {
    for (const Found& found : source) {
      among[found.slot] = 1;
      any = true;
    }
  }
  return any ? base_query(level, &among) : std::vector<Found>();
}

std::vector<Collection::Found> Collection::fused(
    const Level& level, std::span<const std::vector<Found>> sources) const {
  std::vector<std::vector<Hit>> lists;
  for (const auto& source : sources) {
    auto& list = lists.emplace_back();
    for (const Found& found : source) list.push_back({found.score, found.slot});
  }
  std::vector<Hit> hits;
  if (const auto* rrf = std::get_if<RrfQuery>(&level.query->kind)) {
    hits = fuse_by_rank(lists, rrf->k, rrf->weights.value_or(std::vector<float>()), level.end());
  } else if (std::get<FusionQuery>(level.query->kind).method == FusionQuery::Method::kRrf) {
    hits = fuse_by_rank(lists, RrfQuery().k, {}, level.end());
  } else {
    hits = fuse_by_distribution(lists, level.end());
  }
  std::vector<Found> result;
  for (const Hit& hit : hits) {
    if (!level.score_threshold || hit.score >= *level.score_threshold)
      result.push_back({.slot = hit.slot, .score = hit.score});
  }
  drop_first(result, level.offset);
  return result;
}

std::vector<Collection::Found> Collection::rescored(
    const Level& level, std::span<const std::vector<Found>> sources) const {
  const PointFormula formula(std::get<FormulaQuery>(level.query->kind));
  // Each point once, in the order of the sources, which is that of equal scores.
  std::vector<Slot> slots;
  std::unordered_map<Slot, std::vector<std::optional<float>>> scores;  // by source
  for (std::size_t s = 0; s < sources.size(); ++s) {
    for (const Found& found : sources[s]) {
      auto& row = scores[found.slot];
      if (row.empty()) slots.push_back(found.slot);
      row.resize(sources.size());
      row[s] = found.score;
    }
  }
  std::vector<Found> result;
  for (const Slot slot : slots) {
    const float score = with_candidate(slot, [&](const Candidate& candidate) {
      return formula.score({.candidate = candidate, .scores = scores.at(slot)});
    });
    result.push_back({.slot = slot, .score = score});
  }
  std::ranges::stable_sort(result, std::ranges::greater(), &Found::score);
  if (result.size() > level.end()) result.resize(level.end());
  std::erase_if(result, [&](const Found& found) {
    return level.score_threshold && found.score < *level.score_threshold;
  });
  drop_first(result, level.offset);
  return result;
}

std::vector<Collection::Found> Collection::base_query(
    const Level& level, const std::vector<std::uint8_t>* among) const {
  if (!level.query) return by_id(level, among);
  const Query::Kind& kind = level.query->kind;
  const auto* order = std::get_if<OrderBy>(&kind);
  const bool sample = std::holds_alternative<SampleQuery>(kind);
  // Empty: all points.
  std::vector<std::uint8_t> allowed;
  if (level.filter != nullptr || order != nullptr || sample) {
    const Filter& filter = filter_or_all(level.filter);
    allowed = matching(filter, compile(filter));
  }
  if (among != nullptr && allowed.empty()) {
    allowed = *among;
  } else if (among != nullptr) {
    for (Slot slot = 0; slot < allowed.size(); ++slot) allowed[slot] &= (*among)[slot];
  }
  if (sample) return sampled(allowed, level.limit);
  if (order != nullptr) {
    auto rows = by_value(*order, allowed, level.end());
    drop_first(rows, level.offset);
    return rows;
  }
  if (const auto* nearest = std::get_if<NearestQuery>(&kind); nearest != nullptr && nearest->mmr)
    return diverse(level, *nearest, allowed);
  if (std::holds_alternative<TextQuery>(kind)) return by_words(level, allowed);
  return by_score(level, allowed, level.offset, level.end());
}

std::vector<Collection::Found> Collection::by_words(const Level& level,
                                                    std::span<const std::uint8_t> allowed) const {
  const TextIndex& index = text_indexes_.find(level.using_vector)->second;
  std::vector<Found> result;
  for (const Hit& hit :
       index.search(std::get<TextQuery>(level.query->kind), level.end(), allowed)) {
    if (level.score_threshold && !(hit.score > *level.score_threshold)) break;
    result.push_back({.slot = hit.slot, .score = hit.score});
  }
  drop_first(result, level.offset);
  return result;
}

VectorQuery Collection::vector_query(const Level& level, const Column& column) const {
  std::vector<std::uint8_t> corpus;
  const bool idf = column.sparse() != nullptr &&
                   column.sparse_params().modifier == SparseVectorParams::Modifier::kIdf;
  if (idf && level.params.idf_corpus) {
    const Filter& filter = *level.params.idf_corpus;
    corpus = matching(filter, compile(filter));
  }
  const auto given = [&](const VectorInput& input) {
    auto vector = vector_of_input(input);
    column.check_query(level.using_vector, view_of(*vector));
    return std::move(*vector);
  };
  VectorQuery query;
  const auto add = [&](const StoredVector& vector) {
    query.examples.push_back(column.prepared(vector));
    if (idf) apply_idf(*column.sparse(), corpus, std::get<SparseVector>(query.examples.back()));
  };
  const auto add_all = [&](const std::vector<VectorInput>& inputs) {
    for (const VectorInput& input : inputs) add(given(input));
  };
  const auto add_pairs = [&](const std::vector<ContextPair>& context) {
    for (const ContextPair& pair : context) {
      add(given(pair.positive));
      add(given(pair.negative));
    }
  };
  const Query::Kind& kind = level.query->kind;
  if (const auto* nearest = std::get_if<NearestQuery>(&kind)) {
    add(given(nearest->nearest));
  } else if (const auto* recommend = std::get_if<RecommendQuery>(&kind)) {
    const std::size_t positive = recommend->positive.size();
    const std::size_t negative = recommend->negative.size();
    using Strategy = RecommendQuery::Strategy;
    if (recommend->strategy == Strategy::kAverageVector) {
      std::vector<StoredVector> near, far;
      for (const VectorInput& input : recommend->positive) near.push_back(given(input));
      for (const VectorInput& input : recommend->negative) far.push_back(given(input));
      add(average_vector(near, far));
    } else {
      add_all(recommend->positive);
      add_all(recommend->negative);
      query.formula = recommend->strategy == Strategy::kBestScore
                          ? score_by_best(positive, negative)
                          : score_by_sum(positive, negative);
    }
  } else if (const auto* discover = std::get_if<DiscoverQuery>(&kind)) {
    add(given(discover->target));
    add_pairs(discover->context);
    query.formula = score_by_discovery(discover->context.size());
  } else if (const auto* context = std::get_if<ContextQuery>(&kind)) {
    add_pairs(context->context);
    query.formula = score_by_context(context->context.size());
  } else {
    const auto& feedback = std::get<RelevanceFeedbackQuery>(kind);
    Feedback relevance{.scores = {}, .a = feedback.a, .b = feedback.b, .c = feedback.c};
    add(given(feedback.target));
    for (const auto& item : feedback.feedback) {
      add(given(item.example));
      relevance.scores.push_back(item.score);
    }
    query.formula = score_by_feedback(std::move(relevance));
  }
  return query;
}

std::vector<Collection::Found> Collection::places(const Level& level, const Column& column,
                                                  std::span<const Hit> hits,
                                                  std::size_t begin) const {
  std::vector<Found> result;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const auto [score, slot] = hits[i];
    if (level.score_threshold) {
      const float threshold = *level.score_threshold;
      if (is_ascending(column.distance()) ? !(score < threshold) : !(score > threshold)) break;
    }
    if (i >= begin) result.push_back({.slot = slot, .score = score});
  }
  return result;
}

// Places [begin, end) of the points with the best scores.
std::vector<Collection::Found> Collection::by_score(const Level& level,
                                                    const std::vector<std::uint8_t>& allowed,
                                                    std::size_t begin, std::size_t end) const {
  const Column& column = searched_column(level.using_vector, nullptr);
  const auto hits =
      vector_search(column, vector_query(level, column), end, allowed, graph_params(level.params));
  return places(level, column, hits, begin);
}

std::vector<Collection::Found> Collection::diverse(const Level& level, const NearestQuery& query,
                                                   const std::vector<std::uint8_t>& allowed) const {
  const Column& column = searched_column(level.using_vector, nullptr);
  const auto candidates =
      by_score(level, allowed, 0,
               std::min(query.mmr->candidates_limit.value_or(level.limit), kMostMmrCandidates));
  std::vector<Slot> slots;
  for (const Found& candidate : candidates) slots.push_back(candidate.slot);
  std::vector<float> relevance(candidates.size());
  // Without the IDF that found the candidates.
  similarities_to(column, column.prepared(*vector_of_input(query.nearest)), slots, relevance);
  const auto chosen = choose_diverse(
      relevance,
      [&](std::size_t i, std::span<float> out) { similarities_from(column, slots, slots[i], out); },
      query.mmr->diversity, level.end());
  std::vector<Found> result;
  for (const std::size_t i : chosen) result.push_back(candidates[i]);
  drop_first(result, level.offset);
  return result;
}

std::vector<Collection::Found> Collection::by_id(const Level& level,
                                                 const std::vector<std::uint8_t>* among) const {
  const Predicate holds = compile(filter_or_all(level.filter));
  std::vector<Found> result;
  std::size_t to_skip = level.offset;
  for (const auto& [id, slot] : slots_) {
    if ((among != nullptr && (*among)[slot] == 0) || !matches(slot, holds)) continue;
    if (to_skip > 0) {
      --to_skip;
      continue;
    }
    if (result.size() == level.limit) break;
    result.push_back({.slot = slot});
  }
  return result;
}

std::vector<Collection::Found> Collection::sampled(std::span<const std::uint8_t> selected,
                                                   std::size_t limit) const {
  std::vector<Found> result;
  for (Slot slot = 0; slot < selected.size(); ++slot) {
    if (selected[slot] != 0) result.push_back({.slot = slot});
  }
  std::mt19937_64 engine(std::random_device{}());
  std::ranges::shuffle(result, engine);
  if (result.size() > limit) result.resize(limit);
  return result;
}

ScoredPoint Collection::scored(const Found& found, const Projection& projection) const {
  const StoredPoint& point = points_[found.slot];
  return {.id = point.id,
          .score = found.score,
          .payload = projection.payload.apply(point.payload),
          .vectors = vectors_of(found.slot, projection.vectors),
          .order_value = found.order_value};
}

std::vector<PointGroup> Collection::query_groups(const QueryGroupsRequest& request) const {
  Groups groups(request);
  const Projection projection{PayloadProjection(request.request.with_payload),
                              request.request.with_vectors};
  QueryRequest whole = request.request;
  const auto lock = mutex_.lock_for_reading();
  check_request(request.request);
  for_each_level(whole,
                 [&](auto& level) { level.limit = std::max<std::size_t>(1, points_.size()); });
  if (auto resolved = without_ids(whole)) whole = std::move(*resolved);
  for (const Found& found : run(Level::of(whole)))
    groups.add(points_[found.slot].payload, [&] { return scored(found, projection); });
  return groups.take();
}

SearchMatrix Collection::search_matrix(const SearchMatrixRequest& request) const {
  if (request.limit == 0) refuse("limit value 0 is invalid. Must be 1 or larger.");
  if (request.sample < 2)
    refuse(fmt::format("sample value {} is invalid. Must be 2 or larger.", request.sample));
  Filter filter = request.filter.value_or(Filter{});
  filter.must.emplace_back(HasVector{request.using_vector});
  const Predicate holds = compile(filter);
  SearchMatrix matrix;
  const auto lock = mutex_.lock_for_reading();
  auto sample = sampled(matching(filter, holds), request.sample);
  if (sample.size() < 2) return matrix;
  std::ranges::sort(sample, {}, [&](const Found& found) { return points_[found.slot].id; });
  std::unordered_map<Slot, std::size_t> places;
  std::vector<std::uint8_t> allowed(points_.size());
  for (const Found& found : sample) {
    places.emplace(found.slot, matrix.ids.size());
    matrix.ids.push_back(points_[found.slot].id);
    allowed[found.slot] = 1;
  }
  const Column& column = searched_column(request.using_vector, nullptr);
  const bool idf = column.sparse() != nullptr &&
                   column.sparse_params().modifier == SparseVectorParams::Modifier::kIdf;
  for (std::size_t row = 0; row < sample.size(); ++row) {
    allowed[sample[row].slot] = 0;
    VectorQuery query{.examples = {column.get(sample[row].slot)}};
    if (idf) apply_idf(*column.sparse(), {}, std::get<SparseVector>(query.examples.front()));
    for (const Hit& hit : vector_search(column, query, request.limit, allowed)) {
      matrix.offsets_row.push_back(row);
      matrix.offsets_col.push_back(places.at(hit.slot));
      matrix.scores.push_back(hit.score);
    }
    allowed[sample[row].slot] = 1;
  }
  return matrix;
}

}  // namespace assay::store
