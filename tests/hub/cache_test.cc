// SPDX-License-Identifier: Apache-2.0
// Promise: caches of the hub's layout are read whoever filled them, and judged complete only when a
// model can run from them.
#include "hub/cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "hub/fake_hub.h"
#include "support.h"

namespace assay::hub {
namespace {

using test::kCommit;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CacheTest : public testing::Test {
 protected:
  // A file of the snapshot, plain, as programs without links write it.
  void put(const std::string& name, const std::string& text) {
    scratch_.write("models--org--tiny/snapshots/" + std::string(kCommit) + "/" + name, text);
  }
  void put_ref(const std::string& revision, const std::string& text) {
    scratch_.write("models--org--tiny/refs/" + revision, text);
  }
  SnapshotState state() { return repo_.state(kCommit); }

  test::ScratchFolder scratch_;
  CachedRepo repo_{scratch_.path(), {"org/tiny", "main"}};
};

TEST_F(CacheTest, ReadsTheCommitOfABranch) {
  EXPECT_FALSE(repo_.cached_commit());
  put_ref("main", std::string(kCommit) + "\n");
  EXPECT_EQ(repo_.cached_commit(), kCommit);
  put_ref("refs/pr/1", kCommit);
  EXPECT_EQ(CachedRepo(scratch_.path(), {"org/tiny", "refs/pr/1"}).cached_commit(), kCommit);
}

TEST_F(CacheTest, ACommitStandsForItselfWhenItsSnapshotExists) {
  const CachedRepo pinned(scratch_.path(), {"org/tiny", kCommit});
  EXPECT_FALSE(pinned.cached_commit());
  put("config.json", "{}");
  EXPECT_EQ(pinned.cached_commit(), kCommit);
  pinned.point_to(kCommit);
  EXPECT_FALSE(std::filesystem::exists(repo_.folder() / "refs"));
}

TEST_F(CacheTest, ARefThatLeavesTheSnapshotsIsIgnored) {
  put_ref("main", "../../../etc");
  EXPECT_FALSE(repo_.cached_commit());
}

TEST_F(CacheTest, NamesWhatIsMissing) {
  EXPECT_THAT(state().missing, ElementsAre("config.json", "tokenizer.json", "model.safetensors"));
  put("config.json", R"({"architectures":["BertForSequenceClassification"]})");
  put("vocab.txt", "[PAD]");  // serves in place of tokenizer.json
  EXPECT_THAT(state().missing, ElementsAre("model.safetensors"));
  put("model.safetensors", "x");
  EXPECT_THAT(state().missing, IsEmpty());
  EXPECT_FALSE(state().unsure);  // a classifier has no modules.json
}

TEST_F(CacheTest, AnEmbedderWithoutModulesIsUnsureUntilItsAbsenceIsNoted) {
  put("config.json", R"({"architectures":["BertModel"]})");
  put("tokenizer.json", "{}");
  put("model.safetensors", "x");
  EXPECT_THAT(state().missing, IsEmpty());
  EXPECT_TRUE(state().unsure);
  repo_.note_absent(kCommit, "modules.json");
  EXPECT_FALSE(state().unsure);
  EXPECT_TRUE(std::filesystem::exists(repo_.folder() / ".no_exist" / kCommit / "modules.json"));
}

TEST_F(CacheTest, ModulesNeedTheirFiles) {
  put("config.json", "{}");
  put("tokenizer.json", "{}");
  put("model.safetensors", "x");
  put("modules.json",
      R"([{"path":"","type":"a.Transformer"},{"path":"1_Pooling","type":"a.Pooling"},
      {"path":"2_Dense","type":"a.Dense"},{"path":"3_Normalize","type":"a.Normalize"}])");
  EXPECT_THAT(state().missing, ElementsAre("1_Pooling/config.json", "2_Dense/config.json"));
  put("1_Pooling/config.json", "{}");
  put("2_Dense/config.json", R"({"in_features":4})");
  EXPECT_THAT(state().missing, ElementsAre("2_Dense/model.safetensors"));
  put("2_Dense/model.safetensors", "x");
  EXPECT_THAT(state().missing, IsEmpty());
}

TEST_F(CacheTest, ShardsAreNeededOneAndAll) {
  put("config.json", "{}");
  put("tokenizer.json", "{}");
  put("model.safetensors.index.json",
      R"({"weight_map":{"a":"m-2.safetensors","b":"m-1.safetensors","c":"m-2.safetensors"}})");
  EXPECT_THAT(state().missing, ElementsAre("m-1.safetensors", "m-2.safetensors"));
}

TEST_F(CacheTest, ALinkToABlobThatIsGoneCountsAsMissing) {
  put("config.json", "{}");
  put("tokenizer.json", "{}");
  scratch_.write("models--org--tiny/blobs/abc", "weights");
  repo_.link(kCommit, "model.safetensors", "abc");
  const auto pointer = repo_.snapshot(kCommit) / "model.safetensors";
  EXPECT_EQ(std::filesystem::read_symlink(pointer), "../../blobs/abc");
  EXPECT_EQ(read_file(pointer), "weights");
  repo_.link(kCommit, "1_Pooling/config.json", "abc");
  EXPECT_EQ(std::filesystem::read_symlink(repo_.snapshot(kCommit) / "1_Pooling/config.json"),
            "../../../blobs/abc");
  std::filesystem::remove(repo_.blob("abc"));
  EXPECT_THAT(state().missing, ElementsAre("model.safetensors"));
}

TEST_F(CacheTest, AnOptionalFileThatOnlyALinkIsLeftOfIsMissing) {
  put("config.json", R"({"architectures":["BertForSequenceClassification"]})");
  put("tokenizer.json", "{}");
  put("model.safetensors", "x");
  EXPECT_TRUE(state().missing.empty());
  scratch_.write("models--org--tiny/blobs/abc", "{}");
  for (const char* file : {"modules.json", "sentence_bert_config.json", "tokenizer_config.json"})
    repo_.link(kCommit, file, "abc");
  std::filesystem::remove(repo_.blob("abc"));
  EXPECT_THAT(state().missing,
              ElementsAre("modules.json", "sentence_bert_config.json", "tokenizer_config.json"));
}

TEST_F(CacheTest, DeepJsonIsRefused) {
  std::string deep(100'000, '[');
  deep += std::string(100'000, ']');
  put("config.json", "{}");
  put("tokenizer.json", "{}");
  put("model.safetensors.index.json", R"({"weight_map":{"a":)" + deep + "}}");
  EXPECT_THAT(test::message_of(ErrorCode::kCorruption, [&] { (void)state(); }),
              HasSubstr("nested too deeply"));
}

TEST_F(CacheTest, LinkingReplacesAWrongLink) {
  scratch_.write("models--org--tiny/blobs/old", "old");
  scratch_.write("models--org--tiny/blobs/new", "new");
  repo_.link(kCommit, "config.json", "old");
  repo_.link(kCommit, "config.json", "new");
  repo_.link(kCommit, "config.json", "new");
  EXPECT_EQ(read_file(repo_.snapshot(kCommit) / "config.json"), "new");
}

TEST_F(CacheTest, PathsThatLeaveTheFolderAreRefused) {
  const auto modules = scratch_.write("m.json", R"([{"path":"../../evil","type":"a.Dense"}])");
  EXPECT_EQ(
      test::message_of(ErrorCode::kCorruption, [&] { module_folders(modules); }),
      "hub: " + modules.string() + ": \"../../evil\" is not a file name below the model's folder");
  for (const char* name : {"../evil", "/evil", "a\\\\b", ""}) {
    const auto index =
        scratch_.write("i.json", R"({"weight_map":{"a":")" + std::string(name) + "\"}}");
    EXPECT_THAT(test::message_of(ErrorCode::kCorruption, [&] { shard_files(index); }),
                HasSubstr("is not a file name below the model's folder"))
        << name;
  }
}

TEST_F(CacheTest, DamagedListsAreNamed) {
  for (const char* text :
       {"", "[", "{}", "[1]", R"([{"path":1,"type":"x"}])", R"([{"path":"x"}])"}) {
    const auto file = scratch_.write("m.json", text);
    EXPECT_THAT(test::message_of(ErrorCode::kCorruption, [&] { module_folders(file); }),
                HasSubstr(file.string()))
        << text;
  }
  for (const char* text : {"", "[]", "{}", R"({"weight_map":{}})", R"({"weight_map":{"a":1}})"}) {
    const auto file = scratch_.write("i.json", text);
    EXPECT_THAT(test::message_of(ErrorCode::kCorruption, [&] { shard_files(file); }),
                HasSubstr(file.string()))
        << text;
  }
}

}  // namespace
}  // namespace assay::hub
