// SPDX-License-Identifier: Apache-2.0
// Promise: collections are created, found and deleted by name, with the documented errors.
#include "store/collections.h"

#include "support.h"

namespace assay::store {
namespace {

const CollectionConfig kConfig = {.vectors = VectorParams{.size = 2}};

TEST(CollectionsTest, CreateFindAndErase) {
  Collections collections;
  collections.create("b", kConfig);
  collections.create("a", {});
  EXPECT_EQ(collections.names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(collections.contains("a"));
  EXPECT_EQ(collections.get("b")->config().vectors, kConfig.vectors);
  EXPECT_TRUE(collections.erase("a"));
  EXPECT_FALSE(collections.erase("a"));
  EXPECT_FALSE(collections.contains("a"));
}

TEST(CollectionsTest, RefuseATakenAndAnUnknownName) {
  Collections collections;
  collections.create("c", kConfig);
  EXPECT_EQ(test::message_of(ErrorCode::kAlreadyExists, [&] { collections.create("c", kConfig); }),
            "Collection c already exists");
  EXPECT_EQ(test::message_of(ErrorCode::kNotFound, [&] { (void)collections.get("x"); }),
            "Collection x not found");
}

TEST(CollectionsTest, ValidateBeforeAnythingElse) {
  Collections collections;
  collections.create("c", kConfig);
  EXPECT_EQ(
      test::message_of(ErrorCode::kInvalidArgument,
                       [&] { collections.create("c", {.vectors = VectorParams{.size = 0}}); }),
      "Vector size 0 is invalid. Must be from 1 to 65536.");
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument, [&] { collections.create("a/b", {}); }),
            "Collection name cannot contain '/' char");
  EXPECT_EQ(collections.names(), std::vector<std::string>{"c"});
}

TEST(CollectionsTest, HaveOtherNames) {
  Collections collections;
  collections.create("a", kConfig);
  collections.create("b", kConfig);
  const auto change = [&](std::vector<AliasOperation> operations) {
    collections.change_aliases(operations);
  };
  change({CreateAlias{"a", "one"}, CreateAlias{"b", "two"}, CreateAlias{"b", "one"},
          RenameAlias{"two", "three"}, DeleteAlias{"none"}});
  EXPECT_EQ(collections.aliases(), (Aliases{{"one", "b"}, {"three", "b"}}));
  EXPECT_EQ(collections.get("one"), collections.get("b"));
  EXPECT_TRUE(collections.contains("three"));
  EXPECT_FALSE(collections.erase("three"));  // no collection
  EXPECT_EQ(
      test::message_of(ErrorCode::kAlreadyExists, [&] { collections.create("one", kConfig); }),
      "Alias one already exists");

  const auto refusal = [&](ErrorCode code, AliasOperation operation) {
    return test::message_of(code, [&] { change({DeleteAlias{"one"}, operation}); });
  };
  EXPECT_EQ(refusal(ErrorCode::kNotFound, CreateAlias{"three", "four"}),
            "Collection three not found");
  EXPECT_EQ(refusal(ErrorCode::kAlreadyExists, CreateAlias{"a", "b"}),
            "Collection b already exists");
  EXPECT_EQ(refusal(ErrorCode::kAlreadyExists, RenameAlias{"three", "a"}),
            "Collection a already exists");
  EXPECT_EQ(refusal(ErrorCode::kNotFound, RenameAlias{"none", "four"}),
            "Alias none does not exist");
  EXPECT_EQ(collections.aliases(), (Aliases{{"one", "b"}, {"three", "b"}}));  // none is half done
  collections.erase("b");
  EXPECT_TRUE(collections.aliases().empty());
}

TEST(CollectionsTest, KeepAnErasedCollectionForItsLastUser) {
  Collections collections;
  collections.create("c", kConfig);
  const auto held = collections.get("c");
  collections.erase("c");
  EXPECT_EQ(held->count(), 0u);
}

}  // namespace
}  // namespace assay::store
