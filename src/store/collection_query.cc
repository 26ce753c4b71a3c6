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
#include "store/exact_search.h"
#include "store/fusion.h"
#include "store/payload_values.h"
#include "store/query_inputs.h"
#include "store/similarity.h"

namespace assay::store {
namespace {

constexpr std::size_t kDeepestPrefetch = 64;
constexpr std::size_t kMostMmrCandidates = 16'384;

// A sum that stays at the largest value instead of wrapping.
std::size_t saturating_add(std::size_t a, std::size_t b) {
  return a > std::numeric_limits<std::size_t>::max() - b ? std::numeric_limits<std::size_t>::max()
                                                         : a + b;
}

void check_query_vector(const DenseColumn& column, std::span<const float> vector) {
  if (vector.size() != column.params().size) {
    refuse(fmt::format("Wrong input: Vector dimension error: expected dim: {}, got {}",
                       column.params().size, vector.size()));
  }
  if (std::any_of(vector.begin(), vector.end(), [](float x) { return std::isnan(x); }))
    refuse("Query vector must not contain NaN");
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

void append(std::vector<Condition>& to, const std::vector<Condition>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// The filter of a level and that of the level above, clause by clause; `above` may be null.
std::optional<Filter> merged(const Filter* above, const std::optional<Filter>& own) {
  if (above == nullptr) return own;
  Filter result = *above;
  if (!own) return result;
  append(result.must, own->must);
  append(result.should, own->should);
  append(result.must_not, own->must_not);
  if (!result.min_should) {
    result.min_should = own->min_should;
  } else if (own->min_should) {
    append(result.min_should->conditions, own->min_should->conditions);
    result.min_should->min_count =
        std::max(result.min_should->min_count, own->min_should->min_count);
  }
  return result;
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

  static Level of(const QueryRequest& request) {
    return {request.prefetch,       request.query,
            request.using_vector,   request.filter ? &*request.filter : nullptr,
            request.limit,          request.offset,
            request.score_threshold};
  }
  static Level of(const Prefetch& prefetch, const std::optional<Filter>& filter) {
    return {prefetch.prefetch,           prefetch.query, prefetch.using_vector,
            filter ? &*filter : nullptr, prefetch.limit, 0,
            prefetch.score_threshold};
  }
  [[nodiscard]] std::size_t end() const { return saturating_add(offset, limit); }
};

const DenseColumn& Collection::searched_column(std::string_view name) const {
  const auto column = columns_.find(name);
  if (column == columns_.end())
    refuse(fmt::format("Dense vector {} is not found in the collection", name));
  return column->second;
}

void Collection::check_query(const QueryRequest& request) const {
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
  if (const auto* order = std::get_if<OrderBy>(&kind)) {
    if (level.score_threshold) refuse("Can't use score_threshold with an order_by query.");
    (void)path_of(order->key);
    return;
  }
  if (std::holds_alternative<SampleQuery>(kind)) return;
  if (const auto* nearest = std::get_if<NearestQuery>(&kind); nearest != nullptr && nearest->mmr)
    check_mmr(*nearest->mmr);
  if (const auto* recommend = std::get_if<RecommendQuery>(&kind)) check_recommend(*recommend);
  if (const auto* context = std::get_if<ContextQuery>(&kind);
      context != nullptr && context->context.empty())
    refuse("No target or context given");
  if (const auto* feedback = std::get_if<RelevanceFeedbackQuery>(&kind);
      feedback != nullptr && !(feedback->b >= 0))
    refuse(fmt::format("naive feedback b value {} is invalid. Must be 0 or larger.", feedback->b));
  const DenseColumn& column = searched_column(level.using_vector);
  for_each_input(*level.query, [&](const VectorInput& input) {
    if (const auto* vector = std::get_if<std::vector<float>>(&input))
      check_query_vector(column, *vector);
  });
}

std::span<const float> Collection::row_of(const PointId& id, std::string_view name) const {
  const auto missing = [](const std::string& what) { return Error(ErrorCode::kNotFound, what); };
  const auto slot = find_alive(id);
  if (!slot) throw missing(fmt::format("Point {} is not found in the collection", id.to_string()));
  const auto column = columns_.find(name);
  if (column == columns_.end()) throw missing(fmt::format("Vector {} not found", name));
  if (!column->second.has(*slot)) {
    throw missing(fmt::format("Vector with name {} for point {} not found", name, id.to_string()));
  }
  return column->second.row(*slot);
}

std::vector<float> Collection::vector_of(const PointId& id, std::string_view name) const {
  const auto lock = mutex_.lock_for_reading();
  const auto row = row_of(id, name);
  return {row.begin(), row.end()};
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
      const auto row = row_of(*id, level.using_vector);
      input = std::vector<float>(row.begin(), row.end());
    });
    if (named.empty()) return;
    if (!level.filter) level.filter.emplace();
    level.filter->must_not.emplace_back(HasId{std::move(named)});
  });
  return result;
}

std::vector<ScoredPoint> Collection::query(const QueryRequest& request) const {
  check_query(request);
  const Projection projection{PayloadProjection(request.with_payload), request.with_vectors};
  const auto lock = mutex_.lock_for_reading();
  const auto resolved = without_ids(request);
  std::vector<ScoredPoint> result;
  for (const Found& found : run(Level::of(resolved ? *resolved : request)))
    result.push_back(scored(found, projection));
  return result;
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

std::vector<Collection::Found> Collection::base_query(
    const Level& level, const std::vector<std::uint8_t>* among) const {
  if (!level.query) return by_id(level, among);
  const Query::Kind& kind = level.query->kind;
  const auto* order = std::get_if<OrderBy>(&kind);
  const bool sample = std::holds_alternative<SampleQuery>(kind);
  // Empty: all points.
  std::vector<std::uint8_t> allowed;
  if (level.filter != nullptr || order != nullptr || sample)
    allowed = matching(compile(level.filter != nullptr ? *level.filter : Filter{}));
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
  return by_score(level, allowed, level.offset, level.end());
}

// Places [begin, end) of the points with the best scores.
std::vector<Collection::Found> Collection::by_score(const Level& level,
                                                    const std::vector<std::uint8_t>& allowed,
                                                    std::size_t begin, std::size_t end) const {
  const DenseColumn& column = searched_column(level.using_vector);
  const Distance distance = column.params().distance;
  // As the column stores vectors.
  const auto prepared = [&](const VectorInput& input) {
    std::vector<float> vector = std::get<std::vector<float>>(input);
    check_query_vector(column, vector);
    prepare_vector(distance, vector);
    return vector;
  };
  const auto all = [&](const std::vector<VectorInput>& inputs) {
    Examples examples;
    for (const VectorInput& input : inputs) examples.push_back(prepared(input));
    return examples;
  };
  const auto pairs = [&](const std::vector<ContextPair>& context) {
    std::vector<ExamplePair> result;
    for (const ContextPair& pair : context)
      result.push_back({prepared(pair.positive), prepared(pair.negative)});
    return result;
  };
  const Query::Kind& kind = level.query->kind;
  std::vector<Hit> hits;
  const auto search = [&](const RowScorer& score) {
    hits = exact_search(column, score, false, end, allowed);
  };
  if (const auto* nearest = std::get_if<NearestQuery>(&kind)) {
    hits = exact_search(column, prepared(nearest->nearest), end, allowed);
  } else if (const auto* recommend = std::get_if<RecommendQuery>(&kind)) {
    using Strategy = RecommendQuery::Strategy;
    if (recommend->strategy == Strategy::kAverageVector) {
      const auto raw = [&](const std::vector<VectorInput>& inputs) {
        Examples examples;
        for (const VectorInput& input : inputs) {
          examples.push_back(std::get<std::vector<float>>(input));
          check_query_vector(column, examples.back());
        }
        return examples;
      };
      hits = exact_search(column,
                          prepared(average_of(raw(recommend->positive), raw(recommend->negative))),
                          end, allowed);
    } else if (recommend->strategy == Strategy::kBestScore) {
      search(score_by_best(distance, all(recommend->positive), all(recommend->negative)));
    } else {
      search(score_by_sum(distance, all(recommend->positive), all(recommend->negative)));
    }
  } else if (const auto* discover = std::get_if<DiscoverQuery>(&kind)) {
    search(score_by_discovery(distance, prepared(discover->target), pairs(discover->context)));
  } else if (const auto* context = std::get_if<ContextQuery>(&kind)) {
    search(score_by_context(distance, pairs(context->context)));
  } else {
    const auto& given = std::get<RelevanceFeedbackQuery>(kind);
    Feedback feedback{.items = {}, .a = given.a, .b = given.b, .c = given.c};
    for (const auto& item : given.feedback)
      feedback.items.emplace_back(prepared(item.example), item.score);
    search(score_by_feedback(distance, prepared(given.target), std::move(feedback)));
  }
  std::vector<Found> result;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const auto [score, slot] = hits[i];
    if (level.score_threshold) {
      const float threshold = *level.score_threshold;
      if (is_ascending(distance) ? !(score < threshold) : !(score > threshold)) break;
    }
    if (i >= begin) result.push_back({.slot = slot, .score = score});
  }
  return result;
}

std::vector<Collection::Found> Collection::diverse(const Level& level, const NearestQuery& query,
                                                   const std::vector<std::uint8_t>& allowed) const {
  const DenseColumn& column = searched_column(level.using_vector);
  const Distance distance = column.params().distance;
  const auto candidates =
      by_score(level, allowed, 0, query.mmr->candidates_limit.value_or(level.limit));
  std::vector<float> rows;
  for (const Found& candidate : candidates) {
    const auto row = column.row(candidate.slot);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  std::vector<float> vector = std::get<std::vector<float>>(query.nearest);
  prepare_vector(distance, vector);
  std::vector<float> relevance(candidates.size());
  similarities(distance, vector, rows, relevance);
  const auto chosen = choose_diverse(
      relevance,
      [&](std::size_t i, std::span<float> out) {
        similarities(distance, column.row(candidates[i].slot), rows, out);
      },
      query.mmr->diversity, level.end());
  std::vector<Found> result;
  for (const std::size_t i : chosen) result.push_back(candidates[i]);
  drop_first(result, level.offset);
  return result;
}

std::vector<Collection::Found> Collection::by_id(const Level& level,
                                                 const std::vector<std::uint8_t>* among) const {
  const Predicate holds = compile(level.filter != nullptr ? *level.filter : Filter{});
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
  if (request.group_size == 0) refuse("group_size value 0 is invalid. Must be 1 or larger.");
  if (request.request.offset != 0) refuse("groups take no offset");
  check_query(request.request);
  const KeyPath path = path_of(request.group_by);
  const Projection projection{PayloadProjection(request.request.with_payload),
                              request.request.with_vectors};
  QueryRequest whole = request.request;
  const auto lock = mutex_.lock_for_reading();
  for_each_level(whole,
                 [&](auto& level) { level.limit = std::max<std::size_t>(1, points_.size()); });
  if (auto resolved = without_ids(whole)) whole = std::move(*resolved);
  std::vector<PointGroup> groups;
  std::unordered_map<std::string, std::size_t> places;  // by the value's JSON
  for (const Found& found : run(Level::of(whole))) {
    std::vector<const Value*> values =
        values_at(points_[found.slot].payload, path, Arrays::kUnwrapped);
    const bool groupable = std::ranges::all_of(values, [](const Value* value) {
      return value->get_if<std::int64_t>() != nullptr ||
             value->get_if<std::uint64_t>() != nullptr || value->get_if<std::string>() != nullptr;
    });
    if (!groupable) continue;
    std::vector<std::size_t> joined;
    for (const Value* value : values) {
      const auto [place, is_new] = places.try_emplace(value->to_json(), groups.size());
      if (is_new) groups.push_back({.id = *value, .hits = {}});
      if (std::ranges::find(joined, place->second) != joined.end()) continue;
      joined.push_back(place->second);
      auto& hits = groups[place->second].hits;
      if (place->second < request.request.limit && hits.size() < request.group_size)
        hits.push_back(scored(found, projection));
    }
  }
  if (groups.size() > request.request.limit) groups.resize(request.request.limit);
  return groups;
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
  auto sample = sampled(matching(holds), request.sample);
  if (sample.size() < 2) return matrix;
  std::ranges::sort(sample, {}, [&](const Found& found) { return points_[found.slot].id; });
  std::unordered_map<Slot, std::size_t> places;
  std::vector<std::uint8_t> allowed(points_.size());
  for (const Found& found : sample) {
    places.emplace(found.slot, matrix.ids.size());
    matrix.ids.push_back(points_[found.slot].id);
    allowed[found.slot] = 1;
  }
  const DenseColumn& column = searched_column(request.using_vector);
  for (std::size_t row = 0; row < sample.size(); ++row) {
    allowed[sample[row].slot] = 0;
    for (const Hit& hit :
         exact_search(column, column.row(sample[row].slot), request.limit, allowed)) {
      matrix.offsets_row.push_back(row);
      matrix.offsets_col.push_back(places.at(hit.slot));
      matrix.scores.push_back(hit.score);
    }
    allowed[sample[row].slot] = 1;
  }
  return matrix;
}

}  // namespace assay::store
