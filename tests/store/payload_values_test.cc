// SPDX-License-Identifier: Apache-2.0
// Promise: key paths select values as qdrant.md section 9.2 says, and words are those of its 7.8.
#include "store/payload_values.h"

#include <gtest/gtest.h>

namespace assay::store {
namespace {

std::string selected(std::string_view json, std::string_view key, Arrays arrays) {
  const Payload payload = *Value::from_json(json).get_if<Value::Object>();
  Value::Array values;
  for (const Value* value : values_at(payload, parse_key_path(key).value(), arrays))
    values.push_back(*value);
  return Value(values).to_json();
}

TEST(PayloadValuesTest, UnwrapsASelectedArrayOnce) {
  constexpr std::string_view kJson = R"({"a":[1,[2]],"b":{"c":3},"d":[{"e":4},{"e":[5,6]},7]})";
  EXPECT_EQ(selected(kJson, "a", Arrays::kUnwrapped), "[1,[2]]");
  EXPECT_EQ(selected(kJson, "a", Arrays::kWhole), "[[1,[2]]]");
  EXPECT_EQ(selected(kJson, "a[]", Arrays::kUnwrapped), "[1,2]");
  EXPECT_EQ(selected(kJson, "a[1]", Arrays::kWhole), "[[2]]");
  EXPECT_EQ(selected(kJson, "a[2]", Arrays::kWhole), "[]");
  EXPECT_EQ(selected(kJson, "b.c", Arrays::kUnwrapped), "[3]");
  EXPECT_EQ(selected(kJson, "b[].c", Arrays::kUnwrapped), "[]");
  EXPECT_EQ(selected(kJson, "d.e", Arrays::kUnwrapped), "[]");
  EXPECT_EQ(selected(kJson, "d[].e", Arrays::kUnwrapped), "[4,5,6]");
  EXPECT_EQ(selected(kJson, "d[].e", Arrays::kWhole), "[4,[5,6]]");
  EXPECT_EQ(selected(kJson, "x.y", Arrays::kWhole), "[]");
}

TEST(PayloadValuesTest, CutsWords) {
  EXPECT_EQ(words_of("The big_ÄNT, 2x²!"), (std::vector<std::string>{"the", "big", "änt", "2x²"}));
  EXPECT_EQ(words_of("ΟΔΟΣ ΣΑΣ, Σ Α.Σ"), (std::vector<std::string>{"οδος", "σας", "σ", "α", "σ"}));
  EXPECT_TRUE(words_of(" .,_").empty());
  EXPECT_TRUE(words_of("\xff abc").empty());  // not UTF-8
}

}  // namespace
}  // namespace assay::store
