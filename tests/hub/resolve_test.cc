// SPDX-License-Identifier: Apache-2.0
// Promise: an id leads to a folder, without the network when everything is there, and otherwise to
// an error that says what is missing, where it was looked for and what to do.
#include "hub/resolve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <thread>
#include <vector>

#include "assay/hub.h"
#include "base/file.h"
#include "hub/fake_hub.h"
#include "support.h"

namespace assay::hub {
namespace {

namespace fs = std::filesystem;
using test::kCommit;
using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

class ResolveTest : public testing::Test {
 protected:
  std::string refused(ErrorCode code, const std::string& id) {
    return test::message_of(code, [&] { resolve(id, settings_); });
  }
  void put(const std::string& repo, const std::string& name, const std::string& text) {
    scratch_.write("cache/models--" + repo + "/snapshots/" + kCommit + "/" + name, text);
    scratch_.write("cache/models--" + repo + "/refs/main", kCommit);
  }
  void go_offline() {
    settings_.offline = true;
    settings_.offline_reason = "HF_HUB_OFFLINE";
  }

  test::FakeHub hub_;
  test::ScratchFolder scratch_;
  Settings settings_ = test::settings_for(hub_, scratch_.path());
};

TEST_F(ResolveTest, AFolderIsGivenBack) {
  EXPECT_EQ(resolve(scratch_.path().string(), settings_), scratch_.path());
  EXPECT_TRUE(is_complete(scratch_.path().string(), settings_));
  EXPECT_EQ(refused(ErrorCode::kNotFound, "./no-such-folder"),
            "model: ./no-such-folder: no such folder; a model folder holds config.json, "
            "model.safetensors and tokenizer.json");
  EXPECT_FALSE(is_complete("./no-such-folder", settings_));
  EXPECT_THAT(hub_.requests(), SizeIs(0));
}

TEST_F(ResolveTest, AnExistingFolderComesBeforeARepository) {
  fs::create_directories(scratch_.path() / "org" / "tiny");
  const fs::path before = fs::current_path();
  fs::current_path(scratch_.path());
  const fs::path found = resolve("org/tiny", settings_);
  fs::current_path(before);
  EXPECT_EQ(found, "org/tiny");
}

TEST_F(ResolveTest, DownloadsOnceAndThenLeavesTheNetworkAlone) {
  hub_.add_embedder();
  EXPECT_FALSE(is_complete("org/tiny", settings_));
  const fs::path folder = resolve("org/tiny", settings_);
  EXPECT_EQ(folder.filename(), kCommit);
  EXPECT_EQ(read_file(folder / "model.safetensors"), hub_.content("model.safetensors"));
  const std::size_t requests = hub_.requests().size();
  EXPECT_EQ(resolve("org/tiny", settings_), folder);
  EXPECT_TRUE(is_complete("org/tiny", settings_));
  go_offline();
  EXPECT_EQ(resolve("org/tiny", settings_), folder);
  EXPECT_EQ(hub_.requests().size(), requests);
}

TEST_F(ResolveTest, DamagedFilesAreFoundAndFetchedAgain) {
  hub_.add_embedder();
  check_cached("org/tiny", settings_);  // nothing is there
  const fs::path folder = resolve("org/tiny", settings_);
  check_cached("org/tiny", settings_);
  for (const char* name : {"model.safetensors", "tokenizer.json"}) {
    const fs::path blob = fs::canonical(folder / name);
    std::string bytes = read_file(blob);
    bytes.back() ^= 1;
    write_file_atomically(blob, bytes);
    EXPECT_TRUE(is_complete("org/tiny", settings_));  // as far as names and links tell
    Settings offline = settings_;
    offline.offline = true;
    EXPECT_THAT(
        test::message_of(ErrorCode::kCorruption, [&] { check_cached("org/tiny", offline); }),
        AllOf(HasSubstr(blob.string()), HasSubstr("assay download org/tiny")));
    check_cached("org/tiny", settings_);
    EXPECT_FALSE(fs::exists(blob));
    EXPECT_EQ(resolve("org/tiny", settings_), folder);
    EXPECT_EQ(read_file(folder / name), hub_.content(name));
  }
  check_cached(scratch_.path().string(), settings_);  // a folder is what it is
}

TEST_F(ResolveTest, AHubThatAnswersWithAnotherCommitIsRefused) {
  hub_.add_embedder();
  const std::string wanted(40, 'a');
  EXPECT_THAT(refused(ErrorCode::kNetwork, "org/tiny@" + wanted),
              AllOf(HasSubstr("asked for commit " + wanted), HasSubstr(kCommit)));
}

TEST_F(ResolveTest, CatalogueIdsLeadToTheirSource) {
  hub_.repo = "cross-encoder/ms-marco-MiniLM-L6-v2";
  hub_.add_reranker();
  const fs::path folder = resolve("xenova/MS-marco-MiniLM-L-6-v2", settings_);
  EXPECT_THAT(folder.string(), HasSubstr("models--cross-encoder--ms-marco-MiniLM-L6-v2/snapshots"));
}

TEST_F(ResolveTest, RevisionsAreKeptApart) {
  hub_.add_reranker();
  resolve("org/tiny@v1", settings_);
  EXPECT_TRUE(is_complete("org/tiny@v1", settings_));
  EXPECT_FALSE(is_complete("org/tiny", settings_));
  EXPECT_EQ(hub_.requests().front().path, "/api/models/org/tiny/revision/v1");
  const std::size_t requests = hub_.requests().size();
  resolve("org/tiny@" + std::string(kCommit), settings_);  // the snapshot is there
  EXPECT_EQ(hub_.requests().size(), requests);
}

TEST_F(ResolveTest, CustomModelsLeadToTheirSource) {
  ModelInfo info;
  info.model = "resolve-test/custom";
  info.source = "org/tiny";
  info.revision = "v2";
  add_custom_model(info);
  hub_.add_reranker();
  resolve("Resolve-Test/Custom", settings_);
  EXPECT_EQ(hub_.requests().front().path, "/api/models/org/tiny/revision/v2");
  info.model = "resolve-test/local";
  info.source = scratch_.path().string();
  add_custom_model(info);
  EXPECT_EQ(resolve("resolve-test/local", settings_), scratch_.path());
}

TEST_F(ResolveTest, EntriesThatCannotBeLoadedAreRefused) {
  EXPECT_THAT(refused(ErrorCode::kUnsupported, "jinaai/jina-clip-v1"),
              AllOf(HasSubstr("assay lacks the text tower of JinaCLIP folders"),
                    HasSubstr("Models of its kind that can be loaded: BAAI/bge-base-en")));
  EXPECT_FALSE(is_complete("jinaai/jina-clip-v1", settings_));
  EXPECT_THAT(hub_.requests(), SizeIs(0));
}

TEST_F(ResolveTest, ASecondRepositoryBringsItsFilesAndNoOthers) {
  const std::string id = "Qdrant/minicoil-v1";
  put("jinaai--jina-embeddings-v2-small-en", "config.json",
      R"({"architectures":["JinaBertForMaskedLM"]})");
  put("jinaai--jina-embeddings-v2-small-en", "tokenizer.json", "{}");
  put("jinaai--jina-embeddings-v2-small-en", "model.safetensors", "x");
  EXPECT_FALSE(is_complete(id, settings_));
  go_offline();
  EXPECT_THAT(refused(ErrorCode::kNotFound, id),
              AllOf(HasSubstr("minicoil.triplet.model.vocab, stopwords.txt, "
                              "minicoil.triplet.model.npy of Qdrant/minicoil-v1 are not in the "
                              "cache"),
                    HasSubstr("assay download Qdrant/minicoil-v1")));
  settings_.offline = false;
  hub_.repo = id;
  hub_.add("minicoil.triplet.model.npy", std::string(50'000, 'v'), true);
  hub_.add("minicoil.triplet.model.vocab", "{}");
  hub_.add("stopwords.txt", "the\n");
  hub_.add("onnx/model.onnx", std::string(50'000, 'o'), true);
  const fs::path folder = resolve(id, settings_);
  EXPECT_THAT(folder.string(), HasSubstr("models--jinaai--jina-embeddings-v2-small-en/snapshots"));
  const auto companion = resolve_companion(id, settings_);
  ASSERT_TRUE(companion.has_value());
  EXPECT_EQ(read_file(*companion / "stopwords.txt"), "the\n");
  EXPECT_EQ(read_file(*companion / "minicoil.triplet.model.npy"), std::string(50'000, 'v'));
  EXPECT_THAT(hub_.requests("model.onnx"), SizeIs(0));
  EXPECT_TRUE(is_complete(id, settings_));
  const std::size_t requests = hub_.requests().size();
  resolve(id, settings_);
  EXPECT_EQ(hub_.requests().size(), requests);
  EXPECT_EQ(resolve_companion("org/tiny", settings_), std::nullopt);
}

TEST_F(ResolveTest, UnknownNamesAreNotFoundWithNearMatches) {
  EXPECT_EQ(refused(ErrorCode::kNotFound, "all-MiniLM-L6-v2"),
            "model: \"all-MiniLM-L6-v2\" is neither in the catalogue, nor a hub repository "
            "(\"org/name\" or \"org/name@revision\"), nor a folder. Similar: "
            "sentence-transformers/all-MiniLM-L6-v2; assay models lists the known ones");
  for (const char* id : {"", "a/b/c", "org/..", "org/tiny@../x"}) refused(ErrorCode::kNotFound, id);
  EXPECT_THAT(hub_.requests(), SizeIs(0));
}

TEST_F(ResolveTest, OfflineTheErrorNamesFilePlaceAndCommand) {
  go_offline();
  const fs::path folder = settings_.cache_dir / "models--sentence-transformers--all-MiniLM-L6-v2";
  EXPECT_EQ(refused(ErrorCode::kNotFound, "sentence-transformers/all-MiniLM-L6-v2"),
            "model: sentence-transformers/all-MiniLM-L6-v2: config.json, tokenizer.json, "
            "model.safetensors of sentence-transformers/all-MiniLM-L6-v2 are not in the cache "
            "(looked in " +
                (folder / "refs/main").string() +
                "), and HF_HUB_OFFLINE forbids the network. Fetch it where there is one: assay "
                "download sentence-transformers/all-MiniLM-L6-v2");
  put("org--tiny", "config.json", R"({"architectures":["BertForSequenceClassification"]})");
  put("org--tiny", "tokenizer.json", "{}");
  settings_.cache_dir_given = true;
  EXPECT_EQ(refused(ErrorCode::kNotFound, "org/tiny"),
            "model: org/tiny: model.safetensors of org/tiny is not in the cache (looked in " +
                (settings_.cache_dir / "models--org--tiny/snapshots" / kCommit).string() +
                "), and HF_HUB_OFFLINE forbids the network. Fetch it where there is one: assay "
                "download org/tiny --cache-dir " +
                settings_.cache_dir.string());
  EXPECT_THAT(hub_.requests(), SizeIs(0));
}

TEST_F(ResolveTest, AnUnreachableHubIsNamedWithWhatIsMissing) {
  settings_.endpoint = "http://127.0.0.1:" + std::to_string(test::closed_port());
  EXPECT_THAT(
      refused(ErrorCode::kNetwork, "org/tiny"),
      AllOf(HasSubstr("hub: org/tiny (its list of files): cannot reach " + settings_.endpoint +
                      "/api/models/org/tiny/revision/main: "),
            HasSubstr("; config.json, tokenizer.json, model.safetensors of org/tiny are not "
                      "in the cache (looked in "),
            HasSubstr("models--org--tiny/refs/main)")));
}

TEST_F(ResolveTest, ThreadsDownloadOnce) {
  hub_.add_reranker();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(resolve("org/tiny", settings_).filename(), kCommit); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(hub_.requests("resolve/" + std::string(kCommit) + "/model.safetensors"), SizeIs(1));
  EXPECT_TRUE(is_complete("org/tiny", settings_));
}

TEST_F(ResolveTest, ACacheFilledByAnotherProgramIsUsedAsItIs) {
  put("org--tiny", "config.json", R"({"architectures":["BertForSequenceClassification"]})");
  put("org--tiny", "tokenizer.json", "{}");
  put("org--tiny", "model.safetensors", "x");
  EXPECT_EQ(resolve("org/tiny", settings_),
            settings_.cache_dir / "models--org--tiny/snapshots" / kCommit);
  EXPECT_THAT(hub_.requests(), SizeIs(0));
}

TEST_F(ResolveTest, ACatalogueModelWithoutModulesIsUsedAsItsPoolingIsKnown) {
  put("sentence-transformers--all-MiniLM-L6-v2", "config.json",
      R"({"architectures":["BertModel"]})");
  put("sentence-transformers--all-MiniLM-L6-v2", "tokenizer.json", "{}");
  put("sentence-transformers--all-MiniLM-L6-v2", "model.safetensors", "x");
  resolve("sentence-transformers/all-MiniLM-L6-v2", settings_);
  EXPECT_THAT(hub_.requests(), SizeIs(0));
}

// Programs that know only the encoder leave modules.json out, and averaging instead of the first
// row would be silently wrong.
TEST_F(ResolveTest, AnUnknownEmbedderWithoutModulesIsCompletedFromTheHub) {
  hub_.add_embedder();
  for (const char* name : {"config.json", "tokenizer.json", "model.safetensors"}) {
    put("org--tiny", name, hub_.content(name));
  }
  const fs::path folder = resolve("org/tiny", settings_);
  EXPECT_TRUE(fs::exists(folder / "modules.json"));
  EXPECT_TRUE(fs::exists(folder / "1_Pooling/config.json"));
  EXPECT_THAT(hub_.requests("model.safetensors"), SizeIs(0));  // what is there is kept
}

TEST_F(ResolveTest, AnUnknownEmbedderWithoutModulesIsUsedWhenTheHubCannotBeReached) {
  put("org--tiny", "config.json", R"({"architectures":["BertModel"]})");
  put("org--tiny", "tokenizer.json", "{}");
  put("org--tiny", "model.safetensors", "x");
  settings_.endpoint = "http://127.0.0.1:" + std::to_string(test::closed_port());
  testing::internal::CaptureStderr();
  EXPECT_EQ(resolve("org/tiny", settings_).filename(), kCommit);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("which has no modules.json"));
}

TEST_F(ResolveTest, APartlyFilledSnapshotIsCompleted) {
  hub_.add_reranker();
  put("org--tiny", "config.json", hub_.content("config.json"));
  const fs::path folder = resolve("org/tiny", settings_);
  EXPECT_EQ(read_file(folder / "model.safetensors"), hub_.content("model.safetensors"));
  EXPECT_THAT(hub_.requests("/config.json"), SizeIs(0));
}

TEST_F(ResolveTest, PublicFunctionsReadTheEnvironment) {
  put("org--tiny", "config.json", R"({"architectures":["BertForSequenceClassification"]})");
  put("org--tiny", "tokenizer.json", "{}");
  put("org--tiny", "model.safetensors", "x");
  const ModelOptions options{.cache_dir = settings_.cache_dir, .local_files_only = true};
  EXPECT_TRUE(is_cached("org/tiny", options));
  EXPECT_FALSE(is_cached("org/other", options));
  EXPECT_FALSE(is_cached("Qdrant/minicoil-v1", options));
  EXPECT_TRUE(is_cached("Qdrant/bm25", options));  // needs no files
  EXPECT_EQ(resolve_model("org/tiny", options).filename(), kCommit);
  EXPECT_THAT(test::message_of(ErrorCode::kNotFound, [&] { resolve_model("org/other", options); }),
              HasSubstr("--offline forbids the network"));
}

TEST_F(ResolveTest, AFolderNeedsNoHome) {
  std::map<std::string, std::string> before;
  for (const char* name :
       {"HOME", "HF_HOME", "XDG_CACHE_HOME", "ASSAY_CACHE_DIR", "HF_HUB_CACHE"}) {
    if (const char* value = std::getenv(name)) before[name] = value;
    ::unsetenv(name);
  }
  ::setenv("HF_ENDPOINT", "no URL", 1);
  EXPECT_EQ(resolve_model(scratch_.path().string()), scratch_.path());
  EXPECT_TRUE(is_cached(scratch_.path().string()));
  EXPECT_FALSE(is_cached("org/tiny"));
  assay::check_cached(scratch_.path().string());
  ::unsetenv("HF_ENDPOINT");
  EXPECT_THAT(test::message_of(ErrorCode::kNotFound, [&] { resolve_model("org/tiny"); }),
              HasSubstr("HOME is not set"));
  for (const auto& [name, value] : before) ::setenv(name.c_str(), value.c_str(), 1);
}

}  // namespace
}  // namespace assay::hub
