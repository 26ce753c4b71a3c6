// SPDX-License-Identifier: Apache-2.0
// Promise: vectors of every kind are read from and written as the JSON of Qdrant's REST interface.
#include "wire/vector_json.h"

#include <gtest/gtest.h>

#include "support.h"

namespace assay::wire {
namespace {

Vector read(std::string_view json) {
  const Value value = Value::from_json(json);
  return vector_of({value, "vector"});
}

Vectors read_all(std::string_view json) {
  const Value value = Value::from_json(json);
  return vectors_of({value, "vector"});
}

std::string refusal(std::string_view json) {
  return test::message_of(ErrorCode::kInvalidArgument, [&] { (void)read(json); });
}

TEST(VectorJsonTest, ReadsEveryKind) {
  EXPECT_EQ(read("[1, 2.5]"), Vector(std::vector<float>{1, 2.5f}));
  EXPECT_EQ(read("[]"), Vector(std::vector<float>()));
  EXPECT_EQ(read(R"({"indices":[7,4294967295],"values":[0.5,1]})"),
            Vector(SparseVector{{7, 4294967295u}, {0.5f, 1}}));
  EXPECT_EQ(read("[[1,2],[3,4]]"), Vector(MultiVector(2, {1, 2, 3, 4})));
  EXPECT_EQ(read(R"({"text":"t","model":"m","options":{"k":1}})"),
            Vector(Document{"t", "m", {{"k", 1}}}));
}

TEST(VectorJsonTest, RefusesWhatIsNone) {
  EXPECT_EQ(refusal("3"), "vector: expected a vector or a document, got a number");
  EXPECT_EQ(refusal(R"([1,"x"])"), "vector[1]: expected a number, got a string");
  EXPECT_EQ(refusal("[[1,2],[3]]"),
            "Wrong input: Vector dimension error: expected dim: 2, got 1: vector[1]");
  EXPECT_EQ(refusal("[[]]"),
            "Wrong input: All vectors of a multivector must be non-empty: vector[0]");
  EXPECT_EQ(refusal(R"({"indices":[4294967296],"values":[1]})"),
            "Indices must be between 0 and 4294967295");
  EXPECT_EQ(refusal(R"({"indices":[1]})"), "vector: \"values\" is missing");
  EXPECT_EQ(refusal(R"({"text":"t"})"), "vector: \"model\" is missing");
}

TEST(VectorJsonTest, ReadsVectorsByNameAndBare) {
  EXPECT_EQ(read_all("[1]").by_name.at(""), Vector(std::vector<float>{1}));
  EXPECT_EQ(read_all(R"({"text":"t","model":"m"})").by_name.at(""), Vector(Document{"t", "m"}));
  // A name may be "text" as long as it holds no string.
  EXPECT_EQ(read_all(R"({"text":[1]})").by_name.at("text"), Vector(std::vector<float>{1}));
  EXPECT_TRUE(read_all("{}").by_name.empty());
}

TEST(VectorJsonTest, WritesWhatItReads) {
  for (const char* json :
       {"[1.0,2.5]", R"({"indices":[1,7],"values":[0.5,1.0]})", "[[1.0,2.0],[3.0,4.0]]"}) {
    const Vector vector = read(json);
    const StoredVector stored = std::visit(
        [](const auto& kind) -> StoredVector {
          if constexpr (std::is_same_v<std::remove_cvref_t<decltype(kind)>, Document>)
            return {};
          else
            return kind;
        },
        vector);
    EXPECT_EQ(vector_value(stored).to_json(), json);
    EXPECT_EQ(vectors_value({{"", stored}}).to_json(), json);
    EXPECT_EQ(vectors_value({{"a", stored}}).to_json(), std::string(R"({"a":)") + json + "}");
  }
}

}  // namespace
}  // namespace assay::wire
