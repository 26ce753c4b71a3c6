// SPDX-License-Identifier: Apache-2.0
// Promise: Client does in memory and on disk what its header and qdrant.md say, with texts embedded
// on the way in: as passages in uploads, as queries in queries, never for a request that is
// refused.
#include "assay/client.h"

#include <gmock/gmock.h>

#include <thread>

#include "client/fake_models.h"
#include "client/stores.h"
#include "support.h"

namespace assay {
namespace {

const std::string kModel = "fake/a";

class ClientTest : public test::StoresTest {
 protected:
  void create_movies() {
    client_.create_collection(
        "movies",
        {.vectors = {{"embedding",
                      {.size = client_.get_embedding_size(kModel), .distance = Distance::kDot}}}});
  }
  static PointStruct movie(int id, const std::string& text) {
    return {
        .id = id, .vector = {{"embedding", Document{text, kModel}}}, .payload = {{"text", text}}};
  }
  Client& client_ = client();
};
ASSAY_ON_ALL_STORES(ClientTest);

std::string refusal(const std::function<void()>& work) {
  return test::message_of(ErrorCode::kInvalidArgument, work);
}

TEST_P(ClientTest, RunsTheTutorial) {
  create_movies();
  const std::vector<PointStruct> points = {movie(1, "a"), movie(2, "aaaa"), movie(3, "aa")};
  client_.upload_points("movies", points);
  auto hits = client_.query_points("movies", {.query = assay::Document{"a query", kModel},
                                              .using_vector = "embedding",
                                              .limit = 2,
                                              .with_payload = true});
  ASSERT_EQ(hits.size(), 2u);
  EXPECT_FALSE(hits.empty());
  EXPECT_EQ(hits[0].id, PointId(2));
  EXPECT_EQ(hits[0].payload, (Payload{{"text", "aaaa"}}));
  EXPECT_EQ(hits[0].score, 4.0f * 7 + 97 * 97 + 1 * 2);
  EXPECT_EQ(log_.queries, std::vector<std::string>{"a query"});
  EXPECT_EQ(log_.batches.size(), 1u);
  EXPECT_EQ(log_.loads, (std::map<std::string, int>{{kModel, 1}}));
}

TEST_P(ClientTest, FiltersWhateverItReads) {
  client_.create_collection("c", {.vectors = VectorParams{.size = 1, .distance = Distance::kDot}});
  std::vector<PointStruct> points;
  for (int i = 0; i < 10; ++i) {
    points.push_back({.id = i,
                      .vector = std::vector<float>{static_cast<float>(i)},
                      .payload = {{"even", i % 2 == 0}, {"n", i}}});
  }
  client_.upsert("c", points);
  const Filter even{.must = {match("even", true)}};
  EXPECT_EQ(client_.count("c", even), 5u);
  const auto hits = client_.query_points(
      "c", {.query = std::vector<float>{1}, .filter = even, .limit = 2, .offset = 1});
  ASSERT_EQ(hits.size(), 2u);
  EXPECT_EQ(hits[0].id, PointId(6));
  EXPECT_EQ(hits[1].id, PointId(4));
  EXPECT_EQ(client_.query_points("c", {.filter = even, .limit = 3})[2].id, PointId(4));

  std::vector<PointId> seen;
  ScrollRequest request{.filter = even, .limit = 2};
  do {
    const auto page = client_.scroll("c", request);
    for (const Record& record : page.points) seen.push_back(record.id);
    request.offset = page.next_page_offset;
  } while (request.offset);
  EXPECT_EQ(seen, (std::vector<PointId>{0, 2, 4, 6, 8}));
  EXPECT_EQ(client_.scroll("c", {.limit = 1, .offset = PointId(5)}).points[0].id, PointId(5));

  client_.delete_points("c", Filter{.must = {range("n", {.gte = 8})}});
  EXPECT_EQ(client_.count("c"), 8u);
  EXPECT_EQ(refusal([&] { (void)client_.count("c", Filter{.must = {match("", 1)}}); }),
            "Invalid path");
  EXPECT_EQ(refusal([&] { (void)client_.scroll("c", {.limit = 0}); }),
            "limit value 0 is invalid. Must be 1 or larger.");
}

TEST_P(ClientTest, ABatchAnswersWhatItsQueriesAnswerAlone) {
  client_.create_collection("c", {.vectors = {{"a", {.size = 2, .distance = Distance::kCosine}},
                                              {"b", {.size = 3, .distance = Distance::kEuclid}}},
                                  .sparse_vectors = {{"s", {}}}});
  std::vector<PointStruct> points;
  for (int i = 0; i < 60; ++i) {
    const auto x = static_cast<float>(i);
    points.push_back({.id = i,
                      .vector = {{"a", std::vector<float>{x, 10}},
                                 {"b", std::vector<float>{x, 1, 60 - x}},
                                 {"s", SparseVector{{1, 2}, {x, 1}}}},
                      .payload = {{"even", i % 2 == 0}}});
  }
  client_.upsert("c", points);
  const Filter even{.must = {match("even", true)}};
  const std::vector<float> a = {1, 2}, b = {3, 2, 1};
  std::vector<QueryRequest> requests = {
      {.query = a, .using_vector = "a", .limit = 3, .with_payload = true},
      {.query = a, .using_vector = "a", .filter = even, .limit = 4, .offset = 2},
      {.query = b, .using_vector = "b", .limit = 5, .with_vectors = true},
      {.query = b, .using_vector = "b", .filter = even, .limit = 5, .score_threshold = 45.0f},
      {.query = PointId(7), .using_vector = "a", .limit = 3},
      {.query = Document{"abc", kModel}, .using_vector = "b", .limit = 3},
      {.query = SparseVector{{1}, {1}}, .using_vector = "s", .limit = 3},
      {.query = NearestQuery{.nearest = a, .mmr = Mmr{.diversity = 0.5f}}, .using_vector = "a"},
      {.prefetch = {{.query = a, .using_vector = "a", .limit = 20}},
       .query = b,
       .using_vector = "b",
       .limit = 3},
      {.limit = 4}};
  for (int i = 0; i < 20; ++i)  // more than share one scan
    requests.push_back(
        {.query = std::vector<float>{static_cast<float>(i), 3}, .using_vector = "a"});
  const auto together = client_.query_batch_points("c", requests);
  ASSERT_EQ(together.size(), requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto alone = client_.query_points("c", requests[i]);
    EXPECT_FALSE(alone.empty()) << i;
    ASSERT_EQ(together[i].size(), alone.size()) << i;
    for (std::size_t n = 0; n < alone.size(); ++n) {
      EXPECT_EQ(together[i][n].id, alone[n].id) << i;
      EXPECT_EQ(together[i][n].score, alone[n].score) << i;
      EXPECT_EQ(together[i][n].payload, alone[n].payload) << i;
      EXPECT_EQ(together[i][n].vectors, alone[n].vectors) << i;
    }
  }
  EXPECT_TRUE(client_.query_batch_points("c", {}).empty());
}

TEST_P(ClientTest, ChangesPayloads) {
  client_.create_collection("c", {});
  client_.upsert("c", {{.id = 1, .payload = {{"a", 1}}}, {.id = 2, .payload = {{"a", 2}}}});
  const auto payload = [&](int id) { return Value(*client_.retrieve("c", {id})[0].payload); };
  const std::vector<PointId> both = {1, 2};
  client_.set_payload("c", {{"b", 3}}, both);
  client_.set_payload("c", {{"a", nullptr}}, Filter{.must = {match("a", 1)}});
  EXPECT_EQ(payload(1).to_json(), R"({"b":3})");
  EXPECT_EQ(payload(2).to_json(), R"({"a":2,"b":3})");
  client_.set_payload("c", {{"y", 1}}, both, "x.z");
  EXPECT_EQ(payload(1).to_json(), R"({"b":3,"x":{"z":{"y":1}}})");
  client_.delete_payload("c", std::vector<std::string>{"x.z.y", "b"}, both);
  EXPECT_EQ(payload(1).to_json(), R"({"x":{"z":{}}})");
  client_.overwrite_payload("c", {{"n", nullptr}}, both);
  EXPECT_EQ(payload(2).to_json(), R"({"n":null})");
  // The points that are there are changed all the same.
  EXPECT_EQ(test::message_of(ErrorCode::kNotFound,
                             [&] {
                               client_.clear_payload("c", std::vector<PointId>{7, 1, 8});
                             }),
            "Not found: No point with id 7 found");
  EXPECT_EQ(payload(1).to_json(), "{}");
  EXPECT_EQ(refusal([&] { client_.set_payload("c", {}, both, "a..b"); }), "Invalid path");
}

TEST_P(ClientTest, ChangesVectors) {
  client_.create_collection("c", {.vectors = {{"a", {.size = 1, .distance = Distance::kDot}},
                                              {"b", {.size = 3, .distance = Distance::kDot}}}});
  client_.upsert("c", {{.id = 1, .vector = {{"a", std::vector<float>{1}}}, .payload = {{"n", 1}}}});
  const std::vector<PointVectors> update = {{.id = 1, .vector = {{"b", Document{"ab", kModel}}}}};
  client_.update_vectors("c", update);
  auto stored = client_.retrieve("c", {1}, true, true)[0];
  EXPECT_EQ(stored.vectors->at("a"), StoredVector(std::vector<float>{1}));
  EXPECT_EQ(stored.vectors->at("b"), StoredVector(std::vector<float>{2, 97, 1}));
  EXPECT_EQ(stored.payload, (Payload{{"n", 1}}));
  const std::vector<std::string> a = {"a"}, unknown = {"b", "x"};
  EXPECT_THAT(refusal([&] { client_.delete_vectors("c", unknown, std::vector<PointId>{1}); }),
              testing::HasSubstr("Not existing vector name error: x"));
  client_.delete_vectors("c", a, Filter{});
  stored = client_.retrieve("c", {1}, true, true)[0];
  EXPECT_EQ(stored.vectors->size(), 1u);
  EXPECT_EQ(stored.vectors->count("b"), 1u);
  EXPECT_EQ(refusal([&] { client_.update_vectors("c", {}); }), "must specify points to update");
  EXPECT_EQ(refusal([&] { client_.delete_vectors("c", {}, Filter{}); }),
            "must specify vector names to delete");
}

TEST_P(ClientTest, OrdersAndCountsByPayload) {
  client_.create_collection("c", {});
  client_.upsert("c", {{.id = 1, .payload = {{"v", Value::Array{3, 1.5}}}},
                       {.id = 2, .payload = {{"v", "2024-01-01"}}},
                       {.id = 3, .payload = {{"v", 3}}},
                       {.id = 4, .payload = {{"v", true}}},
                       {.id = 5, .payload = {{"v", Value::Array{"x", "x", 3}}}}});
  const auto ordered = [&](const OrderBy& order, std::size_t limit = 10) {
    std::vector<std::pair<PointId, std::string>> rows;
    for (const Record& record : client_.scroll("c", {.limit = limit, .order_by = order}).points)
      rows.emplace_back(record.id, record.order_value->to_json());
    return rows;
  };
  using Rows = std::vector<std::pair<PointId, std::string>>;
  EXPECT_EQ(ordered({.key = "v"}),
            (Rows{{1, "1.5"}, {1, "3"}, {3, "3"}, {5, "3"}, {2, "1704067200000000"}}));
  EXPECT_EQ(ordered({.key = "v", .descending = true, .start_from = Value(3)}, 2),
            (Rows{{1, "3"}, {3, "3"}}));
  EXPECT_EQ(ordered({.key = "v", .start_from = Value("2024-01-01T00:00:00Z")}),
            (Rows{{2, "1704067200000000"}}));
  EXPECT_THAT(refusal([&] {
                (void)client_.scroll("c", {.offset = PointId(1), .order_by = OrderBy{.key = "v"}});
              }),
              testing::HasSubstr("offset"));
  EXPECT_EQ(client_.facet("c", "v"),
            (std::vector<FacetHit>{{3, 3}, {true, 1}, {"2024-01-01", 1}, {"x", 1}}));
  EXPECT_EQ(client_.facet("c", "v", Filter{.must = {HasId{{5}}}}, 1),
            (std::vector<FacetHit>{{3, 1}}));
}

TEST_P(ClientTest, ManagesCollections) {
  EXPECT_TRUE(client_.create_collection("b", {.vectors = VectorParams{.size = 2}}));
  EXPECT_TRUE(client_.create_collection("a", {}));
  EXPECT_EQ(client_.get_collections(), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(client_.collection_exists("a"));
  EXPECT_FALSE(client_.collection_exists("x"));
  client_.upsert("b", {{.id = 1, .vector = std::vector<float>{1, 2}}});
  const auto info = client_.get_collection("b");
  EXPECT_EQ(info.points_count, 1u);
  EXPECT_EQ(info.config.vectors, (VectorsConfig(VectorParams{.size = 2})));
  EXPECT_TRUE(client_.delete_collection("a"));
  EXPECT_FALSE(client_.delete_collection("a"));
  EXPECT_EQ(
      test::message_of(ErrorCode::kAlreadyExists, [&] { client_.create_collection("b", {}); }),
      "Collection b already exists");
}

TEST_P(ClientTest, NamesTheCollectionItDoesNotKnow) {
  const PointId id = 1;
  const PointStruct point = {.id = 1};
  const std::function<void()> calls[] = {
      [&] { (void)client_.get_collection("x"); }, [&] { client_.upsert("x", {point}); },
      [&] { client_.upload_points("x", {}); },    [&] { (void)client_.query_points("x", {}); },
      [&] { (void)client_.retrieve("x", {id}); }, [&] { client_.delete_points("x", {id}); },
      [&] { (void)client_.count("x"); },
  };
  for (const auto& call : calls) {
    EXPECT_EQ(test::message_of(ErrorCode::kNotFound, call), "Collection x not found");
  }
}

TEST_P(ClientTest, UpsertsRetrievesDeletesAndCounts) {
  create_movies();
  const auto result = client_.upsert("movies", {movie(1, "one"), movie(2, "two")});
  EXPECT_EQ(result.operation_id, 0u);
  EXPECT_EQ(result.status, UpdateResult::Status::kCompleted);
  const auto records = client_.retrieve("movies", {2, 9, 2}, true, true);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].vectors, (StoredVectors{{"embedding", test::fake_vector("two", false)}}));
  EXPECT_EQ(client_.delete_points("movies", {2, 77}).status, UpdateResult::Status::kCompleted);
  EXPECT_EQ(client_.count("movies"), 1u);
  EXPECT_EQ(refusal([&] { client_.delete_points("movies", std::vector<PointId>{}); }),
            "Empty update request");
  EXPECT_EQ(refusal([&] { client_.upsert("movies", std::vector<PointStruct>{}); }),
            "Empty update request");
  client_.upload_points("movies", {});
}

TEST_P(ClientTest, UploadsMoreThanOnePart) {
  create_movies();
  std::vector<PointStruct> points;
  for (int i = 0; i < 2500; ++i) {
    points.push_back(
        i % 3 == 0 ? PointStruct{.id = i, .vector = {{"embedding", std::vector<float>{1, 2, 3}}}}
                   : movie(i, "text " + std::to_string(i % 100)));
  }
  client_.upload_points("movies", points);
  EXPECT_EQ(client_.count("movies"), 2500u);
  std::size_t embedded = 0;
  for (const auto& batch : log_.batches) embedded += batch.size();
  EXPECT_EQ(embedded, 101u);  // each text once, and one to see that the model fits
  for (int i : {0, 1, 1023, 1024, 2047, 2048, 2498, 2499}) {
    EXPECT_EQ(
        client_.retrieve("movies", {i}, false, true)[0].vectors->at("embedding"),
        StoredVector(i % 3 == 0 ? std::vector<float>{1, 2, 3}
                                : test::fake_vector("text " + std::to_string(i % 100), false)));
  }
}

TEST_P(ClientTest, EmbedsNothingForAWriteItRefuses) {
  create_movies();
  std::vector<PointStruct> points = {movie(1, "fine"),
                                     {.id = 2, .vector = {{"embedding", std::vector<float>{1}}}}};
  const std::string wrong_size =
      "Wrong input: Vector dimension error: expected dim: 3, got 1 for vector 'embedding'";
  EXPECT_EQ(refusal([&] { client_.upsert("movies", points); }), wrong_size);
  EXPECT_EQ(refusal([&] { client_.upload_points("movies", points); }), wrong_size);
  points[1].vector = {{"nope", Document{"text", kModel}}};
  EXPECT_EQ(refusal([&] { client_.upsert("movies", points); }),
            "Wrong input: Not existing vector name error: nope");
  points[1].vector = Document{"text", kModel};
  EXPECT_EQ(refusal([&] { client_.upsert("movies", points); }),
            "Wrong input: Unnamed vectors are not allowed when a collection has named vectors or "
            "multivectors: ['embedding'], []");
  EXPECT_EQ(client_.count("movies"), 0u);
  EXPECT_TRUE(log_.batches.empty() && log_.loads.empty());
}

TEST_P(ClientTest, EmbedsNothingForAQueryItRefuses) {
  create_movies();
  const Document query{"q", kModel};
  EXPECT_EQ(refusal([&] {
              (void)client_.query_points("movies",
                                         {.query = query, .using_vector = "embedding", .limit = 0});
            }),
            "limit value 0 is invalid. Must be 1 or larger.");
  EXPECT_EQ(refusal([&] { (void)client_.query_points("movies", {.query = query}); }),
            "Dense vector  is not found in the collection");
  EXPECT_TRUE(log_.loads.empty());
}

TEST_P(ClientTest, AModelThatDoesNotFitIsSeenBeforeAnyPartIsWritten) {
  client_.create_collection(
      "c", {.vectors = {{"small", VectorParams{.size = 3}}, {"large", VectorParams{.size = 4}}}});
  std::vector<PointStruct> points;
  for (int i = 0; i < 1100; ++i)
    points.push_back({.id = i, .vector = {{"small", Document{"text", kModel}}}});
  points.push_back({.id = 1100, .vector = {{"large", Document{"text", kModel}}}});
  const std::string wrong_size =
      "Wrong input: Vector dimension error: expected dim: 4, got 3 for vector 'large'";
  EXPECT_EQ(refusal([&] { client_.upload_points("c", points); }), wrong_size);
  const std::vector<UpdateOperation> operations = {UpsertOperation{.points = {points.front()}},
                                                   UpsertOperation{.points = {points.back()}}};
  EXPECT_EQ(refusal([&] { (void)client_.batch_update_points("c", operations); }), wrong_size);
  EXPECT_EQ(client_.count("c"), 0u);
}

TEST_P(ClientTest, RefusesAModelOfAnotherSize) {
  client_.create_collection("c", {.vectors = VectorParams{.size = 4}});
  EXPECT_EQ(refusal([&] {
              client_.upsert("c", {{.id = 1, .vector = Document{"t", kModel}}});
            }),
            "Wrong input: Vector dimension error: expected dim: 4, got 3 for vector ''");
  EXPECT_EQ(refusal([&] {
              (void)client_.query_points("c", {.query = Document{"t", kModel}});
            }),
            "Wrong input: Vector dimension error: expected dim: 4, got 3");
}

TEST_P(ClientTest, PassesOnTheModelsErrorAndWritesNothing) {
  create_movies();
  const std::vector<PointStruct> points = {
      movie(1, "a"), {.id = 2, .vector = {{"embedding", Document{"b", "unknown"}}}}};
  EXPECT_EQ(test::message_of(ErrorCode::kNotFound, [&] { client_.upsert("movies", points); }),
            "no model unknown");
  EXPECT_EQ(client_.count("movies"), 0u);
}

TEST_P(ClientTest, EmbedsDocumentsInTheFormOfTheirModel) {
  client_.create_collection(
      "c",
      {.vectors = {{"late",
                    {.size = 1, .distance = Distance::kDot, .multivector = MultiVectorConfig{}}}},
       .sparse_vectors = {{"sparse", {}}}});
  client_.upsert("c", {{.id = 1,
                        .vector = {{"late", Document{"ab", "fake/late"}},
                                   {"sparse", Document{"ab", "fake/sparse"}}}}});
  const auto stored = *client_.retrieve("c", {1}, false, true)[0].vectors;
  EXPECT_EQ(stored.at("late"), StoredVector(MultiVector(1, {2, 97, 1})));
  EXPECT_EQ(stored.at("sparse"), StoredVector(SparseVector{{1, 3, 7}, {1, 97, 2}}));
  const auto score = [&](const char* model, const char* name) {
    return client_.query_points("c", {.query = Document{"x", model}, .using_vector = name})[0]
        .score;
  };
  EXPECT_EQ(score("fake/sparse", "sparse"), 1 * 2 + 120 * 97 + 2 * 1.0f);
  EXPECT_EQ(score("fake/late", "late"), (1 + 120 + 2) * 97.0f);
  // What the model's form does not fit is refused.
  EXPECT_EQ(refusal([&] {
              (void)client_.query_points(
                  "c", {.query = Document{"x", "fake/a"}, .using_vector = "sparse"});
            }),
            "Dense vector sparse is not found in the collection");
}

TEST_P(ClientTest, KeepsModelsWithOtherOptionsApart) {
  create_movies();
  const Document plain{"a", kModel}, other{"a", kModel, {{"k", 2}}};
  client_.upsert("movies", {{.id = 1, .vector = {{"embedding", plain}}},
                            {.id = 2, .vector = {{"embedding", other}}},
                            {.id = 3, .vector = {{"embedding", other}}}});
  EXPECT_EQ(log_.loads, (std::map<std::string, int>{{"fake/a", 1}, {"fake/a{\"k\":2}", 1}}));
  EXPECT_EQ(log_.batches.size(), 2u);
}

TEST_P(ClientTest, UploadsColumns) {
  client_.create_collection("c", {.vectors = VectorParams{.size = 1}});
  const std::vector<Vectors> vectors = {std::vector<float>{1}, std::vector<float>{2}};
  const std::vector<Payload> payloads = {{{"n", 1}}, {{"n", 2}}};
  client_.upload_collection("c", vectors, payloads);
  EXPECT_EQ(client_.count("c"), 2u);
  for (const Record& point : client_.scroll("c").points) EXPECT_FALSE(point.id.is_integer());
  const std::vector<PointId> ids = {7, 8};
  client_.upload_collection("c", vectors, {}, ids);
  EXPECT_EQ(client_.retrieve("c", {7, 8}).size(), 2u);
  EXPECT_EQ(refusal([&] { client_.upload_collection("c", vectors, std::span(payloads).first(1)); }),
            "upload_collection: number of vectors and payloads must be equal (2 != 1)");
}

TEST_P(ClientTest, RunsBatchesInOrderAfterValidatingThem) {
  client_.create_collection("c", {.vectors = VectorParams{.size = 1, .distance = Distance::kDot}});
  const auto run = [&](std::vector<UpdateOperation> operations) {
    return client_.batch_update_points("c", operations).size();
  };
  const std::vector<PointStruct> points = {{.id = 1, .vector = std::vector<float>{1}},
                                           {.id = 2, .vector = std::vector<float>{2}}};
  EXPECT_EQ(run({UpsertOperation{points},
                 SetPayloadOperation{{{"a", 1}, {"b", 2}}, std::vector<PointId>{1, 2}},
                 OverwritePayloadOperation{{{"c", 3}}, std::vector<PointId>{2}},
                 DeletePayloadOperation{{"a"}, std::vector<PointId>{1}},
                 UpdateVectorsOperation{{{.id = 1, .vector = std::vector<float>{5}}}},
                 DeleteVectorsOperation{{""}, std::vector<PointId>{2}}}),
            6u);
  const auto records = client_.retrieve("c", {1, 2}, true, true);
  EXPECT_EQ(records[0].payload, (Payload{{"b", 2}}));
  EXPECT_EQ(records[0].vectors->at(""), StoredVector(std::vector<float>{5}));
  EXPECT_EQ(records[1].payload, (Payload{{"c", 3}}));
  EXPECT_TRUE(records[1].vectors->empty());
  // Refused at once: nothing is done.
  const std::vector<PointStruct> bad = {{.id = 1, .vector = std::vector<float>{1, 2}}};
  EXPECT_EQ(refusal([&] {
              run({ClearPayloadOperation{std::vector<PointId>{1}}, UpsertOperation{bad}});
            }),
            "Wrong input: Vector dimension error: expected dim: 1, got 2 for vector ''");
  EXPECT_EQ(refusal([&] {
              run({ClearPayloadOperation{std::vector<PointId>{1}},
                   DeletePayloadOperation{{"a..b"}, std::vector<PointId>{1}}});
            }),
            "Invalid path");
  EXPECT_EQ(client_.retrieve("c", {1})[0].payload, (Payload{{"b", 2}}));
  // Refused when its turn comes: what is ahead of it is done.
  EXPECT_EQ(test::message_of(ErrorCode::kNotFound,
                             [&] {
                               run({DeleteOperation{std::vector<PointId>{1}},
                                    ClearPayloadOperation{std::vector<PointId>{1}}});
                             }),
            "Not found: No point with id 1 found");
  EXPECT_EQ(client_.count("c"), 1u);
}

TEST_P(ClientTest, KnowsCollectionsByTheirAliases) {
  client_.create_collection("c", {.vectors = VectorParams{.size = 1}});
  client_.update_collection_aliases({CreateAlias{"c", "other"}});
  client_.upsert("other", {{.id = 1, .vector = std::vector<float>{1}}});
  EXPECT_EQ(client_.count("c"), 1u);
  EXPECT_EQ(client_.get_collections(), std::vector<std::string>{"c"});
  const std::vector<AliasDescription> aliases = {{"other", "c"}};
  EXPECT_EQ(client_.get_aliases(), aliases);
  EXPECT_EQ(client_.get_collection_aliases("c"), aliases);
  EXPECT_TRUE(client_.get_collection_aliases("other").empty());
  EXPECT_TRUE(client_.update_collection("other", {.metadata = Payload{{"owner", "x"}}}));
  client_.create_vector_name("other", "more", SparseVectorParams{});
  EXPECT_EQ(client_.get_collection("c").config.metadata, (Payload{{"owner", "x"}}));
  EXPECT_EQ(client_.get_collection("c").config.sparse_vectors.size(), 1u);
  client_.delete_vector_name("c", "more");
  EXPECT_TRUE(client_.get_collection("c").config.sparse_vectors.empty());
}

TEST_P(ClientTest, IsMovable) {
  create_movies();
  Client other = std::move(client_);
  EXPECT_TRUE(other.collection_exists("movies"));
  client_ = std::move(other);
  EXPECT_TRUE(client_.collection_exists("movies"));
}

TEST_P(ClientTest, ServesManyThreads) {
  create_movies();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) {
          client_.upsert("movies", {movie(t * 100 + i, "text " + std::to_string(i))});
          (void)client_.query_points(
              "movies",
              {.query = Document{"q", kModel}, .using_vector = "embedding", .with_payload = true});
          const std::string own = "own " + std::to_string(t);
          client_.create_collection(own, {.vectors = VectorParams{.size = 1}});
          (void)client_.get_collections();
          client_.delete_collection(own);
        }
      });
    }
  }
  EXPECT_EQ(client_.count("movies"), 200u);
  EXPECT_EQ(log_.loads[kModel], 1);
}

}  // namespace
}  // namespace assay
