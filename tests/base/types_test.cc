// SPDX-License-Identifier: Apache-2.0
// Promise: the public value types keep what they are given.
#include "assay/types.h"

#include <gmock/gmock.h>

#include "assay/error.h"
#include "assay/version.h"

namespace assay {
namespace {

TEST(Value, KeepsTypesApart) {
  EXPECT_EQ(Value(1), Value(1u));
  EXPECT_NE(Value(1), Value(1.0));
  EXPECT_NE(Value(1), Value(true));
  EXPECT_NE(Value(UINT64_MAX), Value(-1));
  EXPECT_EQ(*Value(UINT64_MAX).get_if<std::uint64_t>(), UINT64_MAX);
  EXPECT_TRUE(Value(nullptr).is_null());
  const Value object = Value::Object{{"a", Value::Array{1, "x"}}};
  ASSERT_NE(object.find("a"), nullptr);
  EXPECT_EQ(object.find("b"), nullptr);
  EXPECT_EQ(Value(3).find("a"), nullptr);
}

TEST(Embeddings, AppendRows) {
  Embeddings rows(2);
  rows.append(std::vector<float>{1, 2}, false);
  rows.append(std::vector<float>{3, 4}, true);
  EXPECT_EQ(rows.size(), 2u);
  EXPECT_THAT(rows[1], testing::ElementsAre(3, 4));
  EXPECT_THAT(rows.values(), testing::ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(rows.truncated(), testing::ElementsAre(1));
  EXPECT_THROW(rows.append(std::vector<float>{1}, false), Error);
}

TEST(ErrorCodes, HaveDistinctExitCodes) {
  EXPECT_EQ(exit_code(ErrorCode::kInternal), 1);
  EXPECT_EQ(exit_code(ErrorCode::kInvalidArgument), 2);
  EXPECT_EQ(exit_code(ErrorCode::kPermission), 10);
  EXPECT_EQ(to_string(ErrorCode::kCorruption), "corruption");
  EXPECT_FALSE(version().empty());
}

}  // namespace
}  // namespace assay
