// SPDX-License-Identifier: Apache-2.0
#include "client/rerank.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "assay/reranker.h"
#include "store/filter.h"
#include "store/payload_selector.h"
#include "store/payload_values.h"
#include "store/refuse.h"

namespace assay::client {
namespace {

void check(const Rerank& rerank) {
  if (rerank.model.empty()) store::refuse("rerank: a model is needed");
  if (rerank.query.empty()) store::refuse("rerank: a query text is needed");
  if (rerank.fields.empty()) store::refuse("rerank: a payload field with the texts is needed");
  if (rerank.depth == 0) store::refuse("rerank depth value 0 is invalid. Must be 1 or larger.");
  for (const std::string& field : rerank.fields) (void)store::path_of(field);
}

// The strings at all fields joined; empty when there are none.
std::string text_of(const Payload& payload, const std::vector<store::KeyPath>& fields,
                    const std::string& separator) {
  std::string text;
  for (const store::KeyPath& field : fields) {
    for (const Value* value : store::values_at(payload, field, store::Arrays::kUnwrapped)) {
      const auto* part = value->get_if<std::string>();
      if (part == nullptr || part->empty()) continue;
      if (!text.empty()) text += separator;
      text += *part;
    }
  }
  return text;
}

}  // namespace

QueryRequest first_stage(const QueryRequest& request) {
  const Rerank& rerank = *request.rerank;
  check(rerank);
  if (request.limit == 0) store::refuse("limit value 0 is invalid. Must be 1 or larger.");
  const store::PayloadProjection checked(request.with_payload);
  QueryRequest first = request;
  first.rerank.reset();
  first.offset = 0;
  first.limit = rerank.depth;
  first.score_threshold.reset();
  first.with_payload = true;
  if (first.query || first.prefetch.empty()) return first;
  if (first.prefetch.size() > 1) {
    first.query = FusionQuery{};
    return first;
  }
  Prefetch only = std::move(first.prefetch.front());
  first.filter = store::merged(request.filter ? &*request.filter : nullptr, only.filter);
  first.limit = std::min(rerank.depth, only.limit);
  first.prefetch = std::move(only.prefetch);
  first.query = std::move(only.query);
  first.using_vector = std::move(only.using_vector);
  first.score_threshold = only.score_threshold;
  first.lookup_from = std::move(only.lookup_from);
  first.params = std::move(only.params);
  return first;
}

std::vector<ScoredPoint> reranked(std::vector<ScoredPoint> hits, const QueryRequest& request,
                                  const TextScorer& scorer) {
  const Rerank& rerank = *request.rerank;
  std::vector<store::KeyPath> fields;
  for (const std::string& field : rerank.fields) fields.push_back(store::path_of(field));
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  std::map<std::string, std::size_t> places;  // of distinct texts
  std::vector<std::string> texts;
  std::vector<std::size_t> text_of_hit;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    hits[i].first_stage = {.score = hits[i].score, .rank = i};
    std::string text = text_of(*hits[i].payload, fields, rerank.separator);
    if (text.empty()) {
      text_of_hit.push_back(kNone);
      continue;
    }
    const auto [place, is_new] = places.try_emplace(text, texts.size());
    if (is_new) texts.push_back(std::move(text));
    text_of_hit.push_back(place->second);
  }
  std::vector<float> scores;
  if (!texts.empty()) scores = scorer.score(rerank.query, texts);
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (text_of_hit[i] == kNone) continue;
    const float raw = scores[text_of_hit[i]];
    hits[i].score = rerank.scores == Rerank::Scores::kSigmoid ? sigmoid(raw) : raw;
    hits[i].first_stage->reranked = true;
  }
  std::ranges::stable_sort(hits, [](const ScoredPoint& a, const ScoredPoint& b) {
    if (a.first_stage->reranked != b.first_stage->reranked) return a.first_stage->reranked;
    return a.first_stage->reranked && a.score > b.score;
  });
  if (request.score_threshold) {
    std::erase_if(hits, [&](const ScoredPoint& hit) {
      return !hit.first_stage->reranked || !(hit.score >= *request.score_threshold);
    });
  }
  return hits;
}

std::vector<ScoredPoint> page_of(std::vector<ScoredPoint> hits, const QueryRequest& request) {
  const auto begin = static_cast<std::ptrdiff_t>(std::min(request.offset, hits.size()));
  hits.erase(hits.begin(), hits.begin() + begin);
  if (hits.size() > request.limit) hits.resize(request.limit);
  const store::PayloadProjection projection(request.with_payload);
  for (ScoredPoint& hit : hits) hit.payload = projection.apply(*hit.payload);
  return hits;
}

void add_to(store::Groups& groups, const std::vector<ScoredPoint>& hits,
            const QueryRequest& request) {
  const store::PayloadProjection projection(request.with_payload);
  for (const ScoredPoint& hit : hits) {
    groups.add(*hit.payload, [&] {
      ScoredPoint projected = hit;
      projected.payload = projection.apply(*hit.payload);
      return projected;
    });
  }
}

}  // namespace assay::client
