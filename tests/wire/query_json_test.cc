// SPDX-License-Identifier: Apache-2.0
// Promise: queries in the JSON of Qdrant's REST interface become the same queries here; what is
// none is refused by place, expectation and finding.
#include "wire/query_json.h"

#include <gmock/gmock.h>

#include "support.h"

namespace assay::wire {
namespace {

using testing::HasSubstr;

QueryRequest read(const char* json) { return read_query_request(Value::from_json(json)); }

template <class Kind>
Kind kind_of(const char* query) {
  const auto request = read_query_request(Value::Object{{"query", Value::from_json(query)}});
  return std::get<Kind>(request.query->kind);
}

std::string refused(const std::string& json) {
  return test::message_of(ErrorCode::kInvalidArgument,
                          [&] { (void)read_query_request(Value::from_json(json)); });
}

TEST(QueryJson, ReadsAWholeRequest) {
  const auto request = read(R"({
    "prefetch": {"query": [1, 2.5], "using": "a", "limit": 7, "score_threshold": 0.5,
                 "prefetch": [{"query": 3, "params": {"exact": true}}],
                 "lookup_from": {"collection": "other", "vector": "b"}},
    "query": {"fusion": "dbsf"}, "filter": {"must": [{"key": "x", "match": {"value": 1}}]},
    "limit": 5, "offset": 2, "with_payload": {"exclude": ["x"]}, "with_vector": ["a"],
    "params": {"hnsw_ef": 10}})");
  ASSERT_EQ(request.prefetch.size(), 1u);
  const Prefetch& prefetch = request.prefetch[0];
  EXPECT_EQ(std::get<std::vector<float>>(std::get<NearestQuery>(prefetch.query->kind).nearest),
            (std::vector<float>{1, 2.5f}));
  EXPECT_EQ(prefetch.using_vector, "a");
  EXPECT_EQ(prefetch.limit, 7u);
  EXPECT_EQ(prefetch.score_threshold, 0.5f);
  EXPECT_EQ(prefetch.lookup_from->collection, "other");
  EXPECT_EQ(prefetch.lookup_from->vector, "b");
  EXPECT_EQ(std::get<PointId>(std::get<NearestQuery>(prefetch.prefetch.at(0).query->kind).nearest),
            PointId(3));
  EXPECT_EQ(prefetch.prefetch.at(0).limit, 10u);
  EXPECT_EQ(std::get<FusionQuery>(request.query->kind).method, FusionQuery::Method::kDbsf);
  EXPECT_EQ(request.filter->must.size(), 1u);
  EXPECT_EQ(request.limit, 5u);
  EXPECT_EQ(request.offset, 2u);
  EXPECT_EQ(request.with_payload.exclude, std::vector<std::string>{"x"});
  EXPECT_EQ(request.with_vectors.names, std::vector<std::string>{"a"});
  EXPECT_FALSE(read("{}").query.has_value());
  EXPECT_FALSE(read("{}").with_payload.enabled);
}

TEST(QueryJson, ReadsEveryKind) {
  const auto mmr = kind_of<NearestQuery>(
      R"({"nearest": [1], "mmr": {"diversity": 0.25, "candidates_limit": 50}})");
  EXPECT_EQ(mmr.mmr->diversity, 0.25);
  EXPECT_EQ(mmr.mmr->candidates_limit, 50u);
  const auto document =
      std::get<Document>(kind_of<NearestQuery>(R"({"text": "t", "model": "m"})").nearest);
  EXPECT_EQ(document.text, "t");
  EXPECT_EQ(document.model, "m");
  const auto recommend = kind_of<RecommendQuery>(
      R"({"recommend": {"positive": [1, [2]], "negative": ["12345678-1234-1234-1234-123456789012"],
          "strategy": "sum_scores"}})");
  EXPECT_EQ(recommend.positive.size(), 2u);
  EXPECT_EQ(std::get<PointId>(recommend.negative.at(0)),
            PointId("12345678-1234-1234-1234-123456789012"));
  EXPECT_EQ(recommend.strategy, RecommendQuery::Strategy::kSumScores);
  EXPECT_EQ(kind_of<RecommendQuery>(R"({"recommend": {"positive": [1]}})").strategy,
            RecommendQuery::Strategy::kAverageVector);
  const auto discover = kind_of<DiscoverQuery>(
      R"({"discover": {"target": [1], "context": {"positive": 1, "negative": 2}}})");
  EXPECT_EQ(discover.context.size(), 1u);
  EXPECT_EQ(
      kind_of<ContextQuery>(R"({"context": [{"positive": 1, "negative": 2}]})").context.size(), 1u);
  const auto feedback = kind_of<RelevanceFeedbackQuery>(
      R"({"relevance_feedback": {"target": 1, "feedback": [{"example": 2, "score": 0.5}],
          "strategy": {"naive": {"a": 1, "b": 2, "c": 3}}}})");
  EXPECT_EQ(feedback.feedback.at(0).score, 0.5f);
  EXPECT_EQ(feedback.c, 3.0f);
  EXPECT_EQ(kind_of<OrderBy>(R"({"order_by": "n"})").key, "n");
  const auto order =
      kind_of<OrderBy>(R"({"order_by": {"key": "n", "direction": "desc", "start_from": 4}})");
  EXPECT_TRUE(order.descending);
  EXPECT_EQ(order.start_from, Value(4));
  EXPECT_EQ(kind_of<FusionQuery>(R"({"fusion": "rrf"})").method, FusionQuery::Method::kRrf);
  const auto rrf = kind_of<RrfQuery>(R"({"rrf": {"k": 60, "weights": [1, 0.5]}})");
  EXPECT_EQ(rrf.k, 60u);
  EXPECT_EQ(rrf.weights, (std::vector<float>{1, 0.5f}));
  EXPECT_EQ(std::get<double>(kind_of<FormulaQuery>(R"({"formula": 2})").formula.node), 2.0);
  EXPECT_EQ(kind_of<TextQuery>(R"({"text": "some words"})").text, "some words");
  const auto words = kind_of<TextQuery>(
      R"({"text": {"query": "some words", "scoring": {"bm25": {"k": 2, "b": 0.5}}}})");
  EXPECT_EQ(words.text, "some words");
  EXPECT_EQ(words.k, 2.0);
  EXPECT_EQ(words.b, 0.5);
  (void)kind_of<SampleQuery>(R"({"sample": "random"})");
}

TEST(QueryJson, ReadsSearchParams) {
  const auto params = read(R"({"params": {"exact": true, "hnsw_ef": 7, "indexed_only": true,
      "quantization": {"rescore": true}, "idf": {"corpus": {"must": [{"has_id": [1]}]}}}})")
                          .params;
  EXPECT_TRUE(params.exact);
  EXPECT_EQ(params.hnsw_ef, 7u);
  EXPECT_TRUE(params.indexed_only);
  EXPECT_EQ(params.idf_corpus->must.size(), 1u);
  EXPECT_FALSE(read(R"({"params": {"idf": "global"}})").params.idf_corpus);
  EXPECT_TRUE(read(R"({"prefetch": {"params": {"exact": true}}})").prefetch.at(0).params.exact);
  EXPECT_THAT(refused(R"({"params": {"idf": "local"}})"), HasSubstr("expected global or a corpus"));
}

TEST(QueryJson, ReadsARerankOverPrefetches) {
  const std::string object = R"({"object": {"query": "words", "field": ["title", "text"],
      "separator": " ", "depth": 30, "method": "max_sim", "scores": "sigmoid"},
      "model": "m", "options": {"max_length": 64, "batch_tokens": 1000}})";
  for (const std::string& query : {object, "{\"nearest\": " + object + "}"}) {
    const auto request = read((R"({"prefetch": {"query": [1]}, "query": )" + query + "}").c_str());
    EXPECT_FALSE(request.query);
    const Rerank& rerank = request.rerank.value();
    EXPECT_EQ(rerank.model, "m");
    EXPECT_EQ(rerank.query, "words");
    EXPECT_EQ(rerank.fields, (std::vector<std::string>{"title", "text"}));
    EXPECT_EQ(rerank.separator, " ");
    EXPECT_EQ(rerank.depth, 30u);
    EXPECT_EQ(rerank.method, Rerank::Method::kMaxSim);
    EXPECT_EQ(rerank.scores, Rerank::Scores::kSigmoid);
    EXPECT_EQ(rerank.max_length, 64u);
    EXPECT_EQ(rerank.batch_tokens, 1000u);
  }
  const auto plain =
      read(R"({"prefetch": {}, "query": {"object": {"query": "q", "field": "f"}, "model": "m"}})");
  EXPECT_EQ(plain.rerank->fields, std::vector<std::string>{"f"});
  EXPECT_EQ(plain.rerank->depth, 100u);
  EXPECT_EQ(plain.rerank->scores, Rerank::Scores::kRaw);
  EXPECT_EQ(refused(R"({"query": {"object": {"query": "q", "field": "f"}, "model": "m"}})"),
            "request.query: a rerank needs a prefetch, which gives its candidates");
  EXPECT_EQ(refused(R"({"prefetch": {}, "query": {"object": {"query": "q"}, "model": "m"}})"),
            "request.query.object: \"field\" is missing");
  EXPECT_THAT(refused(R"({"prefetch": {"query": {"object": {}, "model": "m"}}})"),
              HasSubstr("request.prefetch.query: unknown field"));
}

TEST(QueryJson, ReadsGroups) {
  const auto groups = read_query_groups_request(Value::from_json(
      R"({"query": [1], "group_by": "a.b", "group_size": 2, "limit": 4, "with_lookup": "docs"})"));
  EXPECT_EQ(groups.group_by, "a.b");
  EXPECT_EQ(groups.group_size, 2u);
  EXPECT_EQ(groups.request.limit, 4u);
  EXPECT_EQ(groups.with_lookup->collection, "docs");
  EXPECT_TRUE(groups.with_lookup->with_payload.enabled);
  const auto more = read_query_groups_request(Value::from_json(
      R"({"group_by": "x", "with_lookup": {"collection": "d", "with_payload": false, "with_vectors": true}})"));
  EXPECT_FALSE(more.with_lookup->with_payload.enabled);
  EXPECT_TRUE(more.with_lookup->with_vectors.enabled);
}

TEST(QueryJson, RefusesWhatIsNone) {
  EXPECT_EQ(refused(R"({"limitt": 3})"), "request: unknown field \"limitt\"");
  EXPECT_EQ(refused(R"({"limit": -1})"),
            "request.limit: expected an integer of at least 0, got a number");
  EXPECT_EQ(refused(R"({"query": {"fusion": "max"}})"),
            "request.query.fusion: expected rrf or dbsf, got \"max\"");
  EXPECT_EQ(
      refused(R"({"query": {"recommend": {"strategy": "best"}}})"),
      "request.query.recommend.strategy: expected average_vector, best_score or sum_scores, got "
      "\"best\"");
  EXPECT_EQ(refused(R"({"query": {}})"), "request.query: expected a query, got an object");
  EXPECT_EQ(refused(R"({"query": {"nearest": [1, "x"]}})"),
            "request.query.nearest[1]: expected a number, got a string");
  EXPECT_EQ(refused(R"({"prefetch": [{"query": {"discover": {}}}]})"),
            "request.prefetch[0].query.discover: \"target\" is missing");
  EXPECT_THAT(refused(R"({"query": "no uuid"})"), HasSubstr("is not a valid UUID"));
  EXPECT_THAT(refused(R"({"query": {"sample": "first"}})"), HasSubstr("expected random"));
}

}  // namespace
}  // namespace assay::wire
