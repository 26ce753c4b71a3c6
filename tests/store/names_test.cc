// SPDX-License-Identifier: Apache-2.0
// Promise: what may be created is limited as qdrant.md section 2 says, each limit with its message.
#include "store/names.h"

#include <fmt/format.h>

#include <string>

#include "support.h"

namespace assay::store {
namespace {

std::string refusal_of_name(std::string_view name) {
  return test::message_of(ErrorCode::kInvalidArgument, [&] { check_new_collection_name(name); });
}
std::string refusal_of_vector(const std::string& name, std::size_t size = 4) {
  return test::message_of(ErrorCode::kInvalidArgument, [&] {
    check_new_config({.vectors = {{name, {.size = size}}}});
  });
}

TEST(NamesTest, TakeUpTo255Characters) {
  check_new_collection_name("movies");
  check_new_collection_name("...");
  check_new_collection_name(std::string(255, 'x'));
  std::string umlauts;
  for (int i = 0; i < 255; ++i) umlauts += "ü";
  check_new_collection_name(umlauts);
  EXPECT_EQ(refusal_of_name(umlauts + "x"), "Collection name must be at most 255 characters long");
  EXPECT_EQ(refusal_of_name(""), "Collection name cannot be ''");
}

TEST(NamesTest, RefuseForbiddenCharactersAndDots) {
  for (const char c : std::string("<>:\"/|?*")) {
    EXPECT_EQ(refusal_of_name(std::string("a") + c),
              fmt::format("Collection name cannot contain '{}' char", c));
  }
  EXPECT_EQ(refusal_of_name("a\\b"), R"(Collection name cannot contain '\\' char)");
  EXPECT_EQ(refusal_of_name(std::string("a\0b", 3)),
            R"(Collection name cannot contain '\x00' char)");
  EXPECT_EQ(refusal_of_name("a\x1F"), R"(Collection name cannot contain '\x1f' char)");
  EXPECT_EQ(refusal_of_name("."), "Collection name cannot be '.'");
  EXPECT_EQ(refusal_of_name(".."), "Collection name cannot be '..'");
}

TEST(NamesTest, LimitVectorNames) {
  check_new_config({});
  check_new_config({.vectors = {{std::string(200, 'v'), {.size = 1}}, {"", {.size = 65536}}}});
  const std::string too_long(201, 'v');
  EXPECT_EQ(
      refusal_of_vector(too_long),
      fmt::format("Invalid dense vector name `{}`: must be at most 200 bytes long", too_long));
  EXPECT_EQ(refusal_of_vector("a/b"), "Invalid dense vector name `a/b`: cannot contain '/' char");
  EXPECT_EQ(refusal_of_vector(".."), "Invalid dense vector name `..`");
}

TEST(NamesTest, LimitVectorSizes) {
  EXPECT_EQ(refusal_of_vector("v", 0), "Vector size 0 is invalid. Must be from 1 to 65536.");
  EXPECT_EQ(refusal_of_vector("v", 65537),
            "Vector size 65537 is invalid. Must be from 1 to 65536.");
}

}  // namespace
}  // namespace assay::store
