// SPDX-License-Identifier: Apache-2.0
// Promise: configurations come back from the JSON of Qdrant's REST interface, which is echoed as it
// was sent, without defaults.
#include "wire/collection_json.h"

#include <gtest/gtest.h>

#include "support.h"

namespace assay::wire {
namespace {

std::string echoed(std::string_view json) {
  return collection_config_value(read_collection_config(Value::from_json(json))).to_json();
}

std::string refusal(std::string_view json) {
  return test::message_of(ErrorCode::kInvalidArgument, [&] { (void)echoed(json); });
}

TEST(CollectionJsonTest, EchoesWhatWasSent) {
  for (
      const char* json :
      {R"({"vectors":{"distance":"Dot","size":4}})",
       R"({"vectors":{"a":{"distance":"Cosine","size":4},"m":{"datatype":"float16","distance":"Manhattan","multivector_config":{"comparator":"max_sim"},"size":2}}})",
       R"({"metadata":{"owner":"x"},"sparse_vectors":{"s":{"modifier":"idf"},"t":{}},"vectors":{}})"})
    EXPECT_EQ(echoed(json), json);
  EXPECT_EQ(echoed("{}"), R"({"vectors":{}})");
  // Tuning of a server is accepted; a vector may be called "size".
  EXPECT_EQ(
      echoed(
          R"({"vectors":{"size":{"size":1,"distance":"Dot","on_disk":true}},"shard_number":2,"hnsw_config":{"m":8}})"),
      R"({"vectors":{"size":{"distance":"Dot","size":1}}})");
}

TEST(CollectionJsonTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(refusal(R"({"vectors":{"a":{"size":1}}})"),
            "request.vectors.a: \"distance\" is missing");
  EXPECT_EQ(refusal(R"({"vectors":{"a":{"size":1,"distance":"Hamming"}}})"),
            "request.vectors.a.distance: expected one of Cosine, Dot, Euclid, Manhattan, got "
            "\"Hamming\"");
  EXPECT_EQ(refusal(R"({"colour":1})"), "request: unknown field \"colour\"");
  EXPECT_EQ(refusal(R"({"sparse_vectors":{"s":{"modifier":"log"}}})"),
            "request.sparse_vectors.s.modifier: expected one of none, idf, got \"log\"");
}

TEST(CollectionJsonTest, ReadsChanges) {
  const auto update = read_collection_update(Value::from_json(
      R"({"vectors":{"a":{"on_disk":true}},"sparse_vectors":{"s":{"modifier":"none"},"t":{}},"metadata":{"x":null}})"));
  EXPECT_EQ(update.vectors, std::vector<std::string>{"a"});
  EXPECT_EQ(update.sparse_vectors->at("s").modifier, SparseVectorParams::Modifier::kNone);
  EXPECT_FALSE(update.sparse_vectors->at("t").modifier);
  EXPECT_EQ(update.metadata, (Payload{{"x", nullptr}}));
  EXPECT_EQ(std::get<VectorParams>(read_vector_name_config(
                Value::from_json(R"({"dense":{"size":3,"distance":"Dot"}})"))),
            (VectorParams{.size = 3, .distance = Distance::kDot}));
  EXPECT_EQ(std::get<SparseVectorParams>(
                read_vector_name_config(Value::from_json(R"({"sparse":{"modifier":"idf"}})"))),
            (SparseVectorParams{.modifier = SparseVectorParams::Modifier::kIdf}));
  const auto aliases = read_alias_operations(Value::from_json(
      R"({"actions":[{"create_alias":{"collection_name":"c","alias_name":"a"}},{"delete_alias":{"alias_name":"b"}},{"rename_alias":{"old_alias_name":"a","new_alias_name":"d"}}]})"));
  ASSERT_EQ(aliases.size(), 3u);
  EXPECT_EQ(std::get<CreateAlias>(aliases[0]).collection, "c");
  EXPECT_EQ(std::get<DeleteAlias>(aliases[1]).alias, "b");
  EXPECT_EQ(std::get<RenameAlias>(aliases[2]).new_alias, "d");
}

TEST(CollectionJsonTest, WritesTheInfo) {
  const Value info = collection_info_value(
      {.config = {.vectors = VectorParams{.size = 2, .distance = Distance::kDot}},
       .points_count = 7});
  EXPECT_EQ(info.find("status")->to_json(), "\"green\"");
  EXPECT_EQ(info.find("points_count")->to_json(), "7");
  EXPECT_EQ(info.find("config")->find("params")->to_json(),
            R"({"vectors":{"distance":"Dot","size":2}})");
  EXPECT_EQ(info.find("config")->find("metadata"), nullptr);
}

}  // namespace
}  // namespace assay::wire
