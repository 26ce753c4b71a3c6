// SPDX-License-Identifier: Apache-2.0
// Promise: payloads are merged and pruned at key paths as qdrant.md section 11 says.
#include "store/payload_edit.h"

#include <gtest/gtest.h>

namespace assay::store {
namespace {

Payload payload_of(std::string_view json) {
  return *Value::from_json(json).get_if<Value::Object>();
}
KeyPath path(std::string_view text) { return parse_key_path(text).value(); }

std::string merged(std::string_view json, std::string_view key, std::string_view from) {
  Payload payload = payload_of(json);
  if (key.empty()) {
    merge(payload, payload_of(from));
  } else {
    merge_at(payload, path(key), payload_of(from));
  }
  return Value(payload).to_json();
}

std::string removed(std::string_view json, std::string_view key) {
  Payload payload = payload_of(json);
  remove_at(payload, path(key));
  return Value(payload).to_json();
}

TEST(PayloadEditTest, MergesAndRemovesByNull) {
  EXPECT_EQ(merged(R"({"a":1,"b":2})", "", R"({"b":null,"c":3})"), R"({"a":1,"c":3})");
  EXPECT_EQ(merged(R"({"a":{"x":1}})", "", R"({"a":{"y":2}})"), R"({"a":{"y":2}})");
}

TEST(PayloadEditTest, MergesAtAPath) {
  EXPECT_EQ(merged(R"({"a":{"x":1}})", "a", R"({"y":2})"), R"({"a":{"x":1,"y":2}})");
  EXPECT_EQ(merged(R"({})", "a.b", R"({"y":2})"), R"({"a":{"b":{"y":2}}})");
  EXPECT_EQ(merged(R"({"a":5})", "a.b", R"({"y":2})"), R"({"a":{"b":{"y":2}}})");
  EXPECT_EQ(merged(R"({"a":[1,{"x":1}]})", "a[1]", R"({"y":2})"), R"({"a":[1,{"x":1,"y":2}]})");
  EXPECT_EQ(merged(R"({"a":[1]})", "a[1]", R"({"y":2})"), R"({"a":[1]})");
  EXPECT_EQ(merged(R"({"a":[1,{"x":1}]})", "a[]", R"({"y":2})"),
            R"({"a":[{"y":2},{"x":1,"y":2}]})");
  EXPECT_EQ(merged(R"({"a":{"x":1}})", "a[]", R"({"y":2})"), R"({"a":[]})");
  EXPECT_EQ(merged(R"({})", "a[0].b", R"({"y":2})"), R"({"a":[]})");
}

TEST(PayloadEditTest, RemovesAtAPath) {
  EXPECT_EQ(removed(R"({"a":{"b":1,"c":2}})", "a.b"), R"({"a":{"c":2}})");
  EXPECT_EQ(removed(R"({"a":[{"b":1},{"c":2}]})", "a[].b"), R"({"a":[{},{"c":2}]})");
  EXPECT_EQ(removed(R"({"a":[1,2]})", "a[0]"), R"({"a":[1,2]})");
  EXPECT_EQ(removed(R"({"a":[1,2]})", "a[]"), R"({"a":[]})");
  EXPECT_EQ(removed(R"({"a":[1,2]})", "a.b"), R"({"a":[1,2]})");
  EXPECT_EQ(removed(R"({"a":1})", "b"), R"({"a":1})");
}

}  // namespace
}  // namespace assay::store
