// SPDX-License-Identifier: Apache-2.0
// Promise: ":memory:" and folders open, other locations are refused by name, and the tutorial's
// calls compile as written.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "assay/client.h"
#include "assay/reranker.h"
#include "assay/text_embedding.h"
#include "support.h"

namespace assay {
namespace {

TEST(ClientOpenTest, OpensMemory) {
  assay::Client client(":memory:");
  client.create_collection(
      "movies", {.vectors = {{"embedding", {.size = 384, .distance = assay::Distance::kCosine}}}});
  EXPECT_EQ(client.count("movies"), 0u);
  client.flush();
  client.close();
  EXPECT_EQ(test::message_of(ErrorCode::kUnavailable, [&] { (void)client.count("movies"); }),
            "The client is closed. Create a new one");
}

TEST(ClientOpenTest, OpensAFolderAndFindsWhatWasStored) {
  const test::ScratchFolder scratch;
  const std::string folder = scratch.path() / "store";
  for (const Sync sync : {Sync::kEveryWrite, Sync::kGrouped}) {
    const std::string name = sync == Sync::kGrouped ? "grouped" : "every";
    {
      assay::Client client(folder, {.sync = sync});
      client.create_collection(name, {.vectors = VectorParams{.size = 2}});
      client.upsert(name, {{.id = 1, .vector = std::vector<float>{1, 0}, .payload = {{"n", 1}}}});
    }
    const assay::Client client(folder);
    const auto records = client.retrieve(name, {1}, true, true);
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].payload, (Payload{{"n", 1}}));
    EXPECT_EQ(records[0].vectors->at(""), StoredVector(std::vector<float>{1, 0}));
    EXPECT_THAT(test::message_of(ErrorCode::kUnavailable, [&] { Client second(folder); }),
                testing::HasSubstr("is in use by process"));
  }
}

TEST(ClientOpenTest, AForkedChildLeavesTheStoreAlone) {
  const test::ScratchFolder scratch;
  const std::string folder = scratch.path() / "store";
  for (const Sync sync : {Sync::kEveryWrite, Sync::kGrouped}) {
    const std::string name = sync == Sync::kGrouped ? "grouped" : "every";
    auto client = std::make_unique<Client>(folder, ClientOptions{.sync = sync});
    client->create_collection(name, {.vectors = VectorParams{.size = 2}});
    const auto write = [&](std::uint64_t id) {
      client->upsert(name, {{.id = id, .vector = std::vector<float>{1, 0}, .payload = {}}});
    };
    for (std::uint64_t id = 0; id < 20; ++id) write(id);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      client->close();
      client.reset();
      ::_exit(7);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 7);
    for (std::uint64_t id = 20; id < 40; ++id) write(id);
    client.reset();
    EXPECT_EQ(Client(folder).count(name), 40u);
  }
}

TEST(ClientOpenTest, RefusesAnIntervalOfNoTime) {
  const test::ScratchFolder scratch;
  const std::string folder = scratch.path() / "store";
  using std::chrono::milliseconds;
  for (const milliseconds interval : {milliseconds(0), milliseconds(-1), milliseconds::min()}) {
    EXPECT_THAT(
        test::message_of(
            ErrorCode::kInvalidArgument,
            [&] { Client client(folder, {.sync = Sync::kGrouped, .sync_interval = interval}); }),
        testing::HasSubstr("expected at least 1"));
  }
  Client longest(folder, {.sync = Sync::kGrouped, .sync_interval = milliseconds::max()});
  longest.create_collection("c", {});
  longest.close();
}

TEST(ClientOpenTest, ACollectionThatIsRefusedIsNotStored) {
  const test::ScratchFolder scratch;
  const std::string folder = scratch.path() / "store";
  {
    Client client(folder);
    for (const auto& indexes :
         {std::map<std::string, PayloadIndexParams, std::less<>>{{"a b", {.scoring = true}}},
          {{"a[", {}}},
          {{"a", {.type = PayloadIndexType::kKeyword, .scoring = true}}}}) {
      EXPECT_THAT(
          [&] { client.create_collection("c", {.payload_indexes = indexes}); },
          testing::Throws<Error>(testing::Property(&Error::code, ErrorCode::kInvalidArgument)));
    }
    EXPECT_FALSE(client.collection_exists("c"));
    client.create_collection("c", {});
  }
  EXPECT_EQ(Client(folder).get_collections(), std::vector<std::string>{"c"});
}

TEST(ClientOpenTest, RefusesOtherLocations) {
  EXPECT_EQ(
      test::message_of(ErrorCode::kUnsupported, [] { Client client("http://localhost:6333"); }),
      "client: location \"http://localhost:6333\": \":memory:\" and folders are supported so "
      "far, URLs are not");
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument, [] { Client client(""); }),
            "client: an empty location; expected \":memory:\" or a folder");
}

TEST(ClientOpenTest, ReranksByACrossEncoderAndByMaxSim) {
  assay::Client client(":memory:");
  client.create_collection("c", {.vectors = VectorParams{.size = 1, .distance = Distance::kDot}});
  const std::vector<std::string> texts = {"a cat on a mat", "the stock market fell", "hello"};
  std::vector<PointStruct> points;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    points.push_back({.id = i, .vector = std::vector<float>{1}, .payload = {{"text", texts[i]}}});
  }
  client.upsert("c", points);
  const auto check = [&](const Reranker& reranker, Rerank::Method method) {
    const RerankScores scores = reranker.rerank("a cat", texts);
    const auto hits = client.query_points(
        "c",
        {.query = std::vector<float>{1},
         .rerank = Rerank{
             .model = reranker.model(), .query = "a cat", .fields = {"text"}, .method = method}});
    const auto order = scores.order();
    ASSERT_EQ(hits.size(), order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      EXPECT_EQ(hits[i].id, PointId(order[i]));
      EXPECT_NEAR(hits[i].score, scores[order[i]], 1e-5f);
    }
  };
  check(TextCrossEncoder(test::golden("models/bert-cross-encoder").string()),
        Rerank::Method::kCrossEncoder);
  check(MaxSimReranker(TextEmbedding(test::golden("models/bert-embedder").string())),
        Rerank::Method::kMaxSim);
}

}  // namespace
}  // namespace assay
