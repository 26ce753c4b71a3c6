// SPDX-License-Identifier: Apache-2.0
// Configurations come back from their JSON text; what this version does not know is refused.
#include "store/config_json.h"

#include <gmock/gmock.h>

namespace assay::store {
namespace {

TEST(ConfigJsonTest, ComesBack) {
  for (const Distance distance :
       {Distance::kCosine, Distance::kDot, Distance::kEuclid, Distance::kManhattan}) {
    const CollectionConfig config = {
        .vectors = {{"", {.size = 65536, .distance = distance}}, {"größe \"", {.size = 1}}}};
    auto back = config_from_json(config_to_json(config));
    ASSERT_TRUE(back.ok()) << back.failure().message;
    EXPECT_EQ(back.value().vectors, config.vectors);
    EXPECT_THAT(vector_names(config), testing::ElementsAre("", "größe \""));
  }
}

TEST(ConfigJsonTest, KeepsVectorsOfEveryKind) {
  const CollectionConfig config = {
      .vectors = {{"m",
                   {.size = 3,
                    .distance = Distance::kDot,
                    .multivector = MultiVectorConfig{},
                    .datatype = Datatype::kUint8}}},
      .sparse_vectors = {{"s", {.modifier = SparseVectorParams::Modifier::kIdf}},
                         {"t", {.datatype = Datatype::kFloat16}}},
      .metadata = Payload{{"owner", "x"}}};
  auto back = config_from_json(config_to_json(config));
  ASSERT_TRUE(back.ok()) << back.failure().message;
  EXPECT_EQ(back.value().vectors, config.vectors);
  EXPECT_EQ(back.value().sparse_vectors, config.sparse_vectors);
  EXPECT_EQ(back.value().metadata, config.metadata);
  EXPECT_THAT(vector_names(config), testing::ElementsAre("m", "s", "t"));
}

TEST(ConfigJsonTest, KeepsPayloadIndexes) {
  const CollectionConfig config = {.payload_indexes = {{"a.b", {.scoring = true}},
                                                       {"c", {}},
                                                       {"d", {.type = PayloadIndexType::kGeo}}}};
  auto back = config_from_json(config_to_json(config));
  ASSERT_TRUE(back.ok()) << back.failure().message;
  EXPECT_EQ(back.value().payload_indexes, config.payload_indexes);
  EXPECT_EQ(config_from_json(R"({"payload_indexes":{"a":{"type":"map"}}})").failure().message,
            "index map is not known");
}

TEST(ConfigJsonTest, WritesWhatTheFormatSays) {
  EXPECT_EQ(config_to_json({.vectors = {{"a", {.size = 3, .distance = Distance::kDot}}}}),
            R"({"vectors":{"a":{"distance":"Dot","size":3}}})");
}

TEST(ConfigJsonTest, RefusesWhatItDoesNotKnow) {
  const auto failure = [](std::string_view json) {
    auto result = config_from_json(json);
    EXPECT_FALSE(result.ok()) << json;
    return result.ok() ? Failure{} : result.failure();
  };
  EXPECT_EQ(failure("{").code, ErrorCode::kCorruption);
  EXPECT_EQ(failure(R"({"vectors":3})").message, "vectors is 3");
  const Failure member = failure(R"({"vectors":{"a":{"size":3,"shape":"round"}}})");
  EXPECT_EQ(member.code, ErrorCode::kUnsupported);
  EXPECT_EQ(member.message, "vector has an unknown member shape");
  EXPECT_EQ(failure(R"({"vectors":{"a":{"size":3,"distance":"Hamming"}}})").message,
            "distance Hamming is not known");
  EXPECT_EQ(failure(R"({"quantum":1})").code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace assay::store
