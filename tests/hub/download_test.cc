// SPDX-License-Identifier: Apache-2.0
// Promise: a model is downloaded whole and verified or not at all; what was transferred is not
// transferred again; the token stays with the hub.
#include "hub/download.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/file.h"
#include "hub/fake_hub.h"
#include "support.h"

namespace assay::hub {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using test::Arrived;
using test::Fault;
using test::kCommit;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kWeights = "model.safetensors";

class DownloadTest : public testing::Test {
 protected:
  DownloadTest() { hub_.add_embedder(); }

  std::string download() { return download_model(repo_, settings_); }
  std::string refused(ErrorCode code) {
    return test::message_of(code, [&] { download(); });
  }
  fs::path file(const std::string& name) { return repo_.snapshot(kCommit) / name; }
  bool complete() { return repo_.cached_commit().has_value(); }
  fs::path incomplete() { return repo_.blob(hub_.digest(kWeights)).string() + ".incomplete"; }
  // The ranges that the CDN was asked for.
  std::vector<std::string> ranges() {
    std::vector<std::string> found;
    for (const Arrived& request : hub_.requests(kWeights)) {
      if (request.at_cdn) found.push_back(request.range);
    }
    return found;
  }

  test::FakeHub hub_;
  test::ScratchFolder scratch_;
  std::vector<milliseconds> pauses_;
  Settings settings_ = test::settings_for(hub_, scratch_.path(), &pauses_);
  CachedRepo repo_{settings_.cache_dir, {"org/tiny"}};
};

TEST_F(DownloadTest, FillsTheLayoutOfTheHub) {
  EXPECT_EQ(download(), kCommit);
  EXPECT_EQ(read_file(file(kWeights)), hub_.content(kWeights));
  EXPECT_EQ(fs::read_symlink(file(kWeights)), "../../blobs/" + hub_.digest(kWeights));
  EXPECT_EQ(fs::read_symlink(file("1_Pooling/config.json")),
            "../../../blobs/" + hub_.digest("1_Pooling/config.json"));
  EXPECT_EQ(read_file(repo_.folder() / "refs/main"), kCommit);
  EXPECT_THAT(repo_.state(kCommit).missing, SizeIs(0));
  EXPECT_FALSE(fs::exists(file("README.md")));
  EXPECT_FALSE(fs::exists(file("onnx/model.onnx")));
  for (const auto& entry : fs::recursive_directory_iterator(repo_.folder())) {
    EXPECT_NE(entry.path().extension(), ".incomplete");
    EXPECT_NE(entry.path().extension(), ".tmp");
  }
}

TEST_F(DownloadTest, FetchesEveryFileOnceAndWeightsLast) {
  download();
  std::multiset<std::string> paths;
  for (const Arrived& request : hub_.requests()) {
    if (!request.at_cdn) paths.insert(request.path);
  }
  for (const std::string& path : paths) EXPECT_EQ(paths.count(path), 1u) << path;
  EXPECT_EQ(hub_.requests().back().path, "/model.safetensors");
}

TEST_F(DownloadTest, TheTokenStaysWithTheHub) {
  settings_.token = "secret";
  download();
  bool cdn_was_asked = false;
  for (const Arrived& request : hub_.requests()) {
    EXPECT_EQ(request.authorization, request.at_cdn ? "" : "Bearer secret") << request.path;
    cdn_was_asked = cdn_was_asked || request.at_cdn;
  }
  EXPECT_TRUE(cdn_was_asked);
}

TEST_F(DownloadTest, ContinuesAfterACutWithTheRemainderOnly) {
  hub_.on_request([n = 0](const Arrived& request) mutable -> std::optional<Fault> {
    if (!request.at_cdn || n++ > 0) return std::nullopt;
    return Fault{.cut_after = 60'000};
  });
  download();
  EXPECT_THAT(ranges(), ElementsAre("", "bytes=60000-"));
  EXPECT_EQ(read_file(file(kWeights)), hub_.content(kWeights));
  EXPECT_THAT(pauses_, SizeIs(1));
}

TEST_F(DownloadTest, CutsThatBringBytesDoNotCountAsFailures) {
  hub_.on_request([](const Arrived& request) -> std::optional<Fault> {
    if (!request.at_cdn) return std::nullopt;
    return Fault{.cut_after = 10'000};
  });
  download();  // ten pieces, with five attempts
  EXPECT_THAT(ranges(), SizeIs(10));
  EXPECT_EQ(read_file(file(kWeights)), hub_.content(kWeights));
}

TEST_F(DownloadTest, GivesUpOnAConnectionThatBringsNothingAndKeepsWhatItHas) {
  hub_.on_request([n = 0](const Arrived& request) mutable -> std::optional<Fault> {
    if (!request.at_cdn) return std::nullopt;
    return Fault{.cut_after = n++ == 0 ? 30'000 : 0};
  });
  EXPECT_THAT(refused(ErrorCode::kNetwork), HasSubstr("org/tiny (model.safetensors): "));
  EXPECT_EQ(fs::file_size(incomplete()), 30'000u);
  EXPECT_FALSE(complete());
  EXPECT_THAT(repo_.state(kCommit).missing, ElementsAre(kWeights));
  hub_.on_request(nullptr);
  download();
  EXPECT_EQ(ranges().back(), "bytes=30000-");
  EXPECT_EQ(read_file(file(kWeights)), hub_.content(kWeights));
  EXPECT_TRUE(complete());
}

TEST_F(DownloadTest, StartsOverWhenTheServerIgnoresRanges) {
  hub_.on_request([n = 0](const Arrived& request) mutable -> std::optional<Fault> {
    if (!request.at_cdn) return std::nullopt;
    if (n++ == 0) return Fault{.cut_after = 60'000};
    return Fault{.ignore_range = true};
  });
  download();
  EXPECT_THAT(ranges(), ElementsAre("", "bytes=60000-"));
  EXPECT_EQ(read_file(file(kWeights)), hub_.content(kWeights));
}

TEST_F(DownloadTest, AServerThatIgnoresRangesAndCutsIsGivenUp) {
  hub_.on_request([n = 0](const Arrived& request) mutable -> std::optional<Fault> {
    if (!request.at_cdn) return std::nullopt;
    // Now less, now more than before, never all.
    return Fault{.cut_after = ++n % 2 == 0 ? 60'000 : 70'000, .ignore_range = true};
  });
  EXPECT_THAT(refused(ErrorCode::kNetwork), HasSubstr(kWeights));
  EXPECT_LT(ranges().size(), 20u);
}

TEST_F(DownloadTest, AWrongChecksumIsFetchedOnceMore) {
  hub_.on_request([n = 0](const Arrived& request) mutable -> std::optional<Fault> {
    if (!request.at_cdn || n++ > 0) return std::nullopt;
    return Fault{.damage = true};
  });
  download();
  EXPECT_THAT(ranges(), ElementsAre("", ""));
  EXPECT_EQ(read_file(file(kWeights)), hub_.content(kWeights));
}

TEST_F(DownloadTest, AWrongChecksumTwiceIsCorruption) {
  hub_.fail("/model.safetensors", {.damage = true}, 100);
  EXPECT_THAT(refused(ErrorCode::kCorruption),
              AllOf(HasSubstr("hub: org/tiny/model.safetensors: checksum: expected " +
                              hub_.digest(kWeights) + ", got "),
                    HasSubstr("fetched twice from " + hub_.endpoint())));
  EXPECT_THAT(ranges(), SizeIs(2));
  EXPECT_FALSE(fs::exists(repo_.blob(hub_.digest(kWeights))));
  EXPECT_FALSE(complete());
}

TEST_F(DownloadTest, SmallFilesAreCheckedToo) {
  hub_.fail("/tokenizer.json", {.replace = R"({"version":"2.0"})"}, 100);
  EXPECT_THAT(
      refused(ErrorCode::kCorruption),
      HasSubstr("org/tiny/tokenizer.json: checksum: expected " + hub_.digest("tokenizer.json")));
}

TEST_F(DownloadTest, DamagedLeftoversAreThrownAway) {
  fs::create_directories(incomplete().parent_path());
  write_file_atomically(incomplete(), std::string(50'000, 'x'));
  download();
  EXPECT_THAT(ranges(), ElementsAre("bytes=50000-", ""));
  EXPECT_EQ(read_file(file(kWeights)), hub_.content(kWeights));
}

TEST_F(DownloadTest, LeftoversThatAreTooLongAreThrownAway) {
  fs::create_directories(incomplete().parent_path());
  write_file_atomically(incomplete(), std::string(200'000, 'x'));
  download();
  EXPECT_THAT(ranges(), ElementsAre(""));
}

TEST_F(DownloadTest, ABodyLongerThanAnnouncedIsRefused) {
  hub_.fail("/model.safetensors", {.overlong = true}, 100);
  EXPECT_THAT(refused(ErrorCode::kCorruption), HasSubstr("expected 100000 bytes, got more"));
}

TEST_F(DownloadTest, ABlobOfTheWrongSizeIsFetchedAgain) {
  download();
  fs::resize_file(repo_.blob(hub_.digest(kWeights)), 10);
  download();
  EXPECT_EQ(read_file(file(kWeights)), hub_.content(kWeights));
}

TEST_F(DownloadTest, RetriesServerErrorsOfFiles) {
  hub_.fail("/model.safetensors", {.status = 502}, 3);
  download();
  EXPECT_THAT(pauses_, SizeIs(3));
}

TEST_F(DownloadTest, AccessToFilesMayBeRefusedWhereTheListingWasNot) {
  hub_.fail("resolve/" + std::string(kCommit) + "/model.safetensors",
            {.status = 403, .headers = {{"X-Error-Code", "GatedRepo"}}}, 100);
  EXPECT_THAT(refused(ErrorCode::kPermission),
              AllOf(HasSubstr("org/tiny (model.safetensors): the repository is gated"),
                    HasSubstr("HF_TOKEN")));
  EXPECT_FALSE(complete());
  EXPECT_THAT(pauses_, SizeIs(0));
}

TEST_F(DownloadTest, AThinListingIsCompletedByHeaders) {
  hub_.thin_listing();
  download();
  EXPECT_EQ(fs::read_symlink(file(kWeights)), "../../blobs/" + hub_.digest(kWeights));
  EXPECT_EQ(read_file(file(kWeights)), hub_.content(kWeights));
}

TEST_F(DownloadTest, FetchesShards) {
  hub_.remove(kWeights);
  hub_.add("model.safetensors.index.json",
           R"({"weight_map":{"a":"model-00001-of-00002.safetensors",
                             "b":"model-00002-of-00002.safetensors"}})");
  hub_.add("model-00001-of-00002.safetensors", test::noise(1000), true);
  hub_.add("model-00002-of-00002.safetensors", test::noise(2000), true);
  download();
  EXPECT_EQ(read_file(file("model-00002-of-00002.safetensors")), test::noise(2000));
  EXPECT_THAT(repo_.state(kCommit).missing, SizeIs(0));
}

TEST_F(DownloadTest, AShardThatTheHubLacksIsNamed) {
  hub_.remove(kWeights);
  hub_.add("model.safetensors.index.json", R"({"weight_map":{"a":"gone.safetensors"}})");
  EXPECT_EQ(refused(ErrorCode::kNotFound),
            "hub: org/tiny: gone.safetensors is needed, but commit " + std::string(kCommit) +
                " has no such file");
}

TEST_F(DownloadTest, FetchesTheFilesOfModules) {
  hub_.add("modules.json",
           R"([{"path":"","type":"x.Transformer"},{"path":"2_Dense","type":"x.Dense"}])");
  hub_.add("2_Dense/config.json", R"({"in_features":4})");
  hub_.add("2_Dense/model.safetensors", "dense", true);
  download();
  EXPECT_EQ(read_file(file("2_Dense/model.safetensors")), "dense");
}

TEST_F(DownloadTest, AModuleWithoutFilesIsUnsupported) {
  hub_.add("modules.json", R"([{"path":"2_Dense","type":"x.Dense"}])");
  EXPECT_EQ(refused(ErrorCode::kUnsupported),
            "hub: org/tiny: modules.json names the folder \"2_Dense\", but the repository has no "
            "2_Dense/config.json");
}

TEST_F(DownloadTest, NamesFromTheHubCannotLeaveTheFolder) {
  hub_.add("modules.json", R"([{"path":"../../../../evil","type":"x.Dense"}])");
  EXPECT_THAT(refused(ErrorCode::kCorruption),
              HasSubstr("\"../../../../evil\" is not a file name below the model's folder"));
  hub_.remove("modules.json");
  hub_.remove(kWeights);
  hub_.add("model.safetensors.index.json", R"({"weight_map":{"a":"../../evil.safetensors"}})");
  EXPECT_THAT(refused(ErrorCode::kCorruption),
              HasSubstr("\"../../evil.safetensors\" is not a file name below the model's folder"));
  EXPECT_FALSE(complete());
}

TEST_F(DownloadTest, NotesThatThereIsNoModulesJson) {
  hub_.remove("modules.json");
  download();
  EXPECT_FALSE(repo_.state(kCommit).unsure);
}

TEST_F(DownloadTest, ARepositoryWithoutSafetensorsIsUnsupported) {
  hub_.remove(kWeights);
  hub_.add("pytorch_model.bin", "pickle", true);
  EXPECT_THAT(refused(ErrorCode::kUnsupported),
              AllOf(HasSubstr("the repository has no model.safetensors (found: onnx/model.onnx, "
                              "pytorch_model.bin)"),
                    HasSubstr("save_pretrained()")));
  EXPECT_THAT(hub_.requests(), SizeIs(1));
}

TEST_F(DownloadTest, ARepositoryWithoutAConfigIsUnsupported) {
  hub_.remove("config.json");
  EXPECT_THAT(refused(ErrorCode::kUnsupported), HasSubstr("the repository has no config.json"));
}

TEST_F(DownloadTest, OldTokenizerFilesAreTakenWhereThereIsNoTokenizerJson) {
  hub_.remove("tokenizer.json");
  hub_.add("spiece.model", "pieces", true);
  download();
  EXPECT_EQ(read_file(file("spiece.model")), "pieces");
}

TEST_F(DownloadTest, FilesOfAnOlderCommitAreNotTransferredAgain) {
  download();
  const std::size_t before = hub_.requests().size();
  fs::remove_all(repo_.folder() / "snapshots");
  download();
  EXPECT_EQ(hub_.requests().size(), before + 1);  // the listing
  EXPECT_EQ(read_file(file(kWeights)), hub_.content(kWeights));
}

TEST_F(DownloadTest, AnEmptyFileIsAFile) {
  hub_.add("special_tokens_map.json", "");
  download();
  EXPECT_EQ(read_file(file("special_tokens_map.json")), "");
}

TEST_F(DownloadTest, ACdnThatRefusesConnectionsIsTriedTwice) {
  const std::string gone = "http://127.0.0.1:" + std::to_string(test::closed_port()) + "/x";
  hub_.fail("/model.safetensors", {.status = 302, .headers = {{"Location", gone + "?sign=s3cret"}}},
            100);
  const std::string message = refused(ErrorCode::kNetwork);
  EXPECT_THAT(message, HasSubstr("cannot reach " + gone + ": "));
  EXPECT_THAT(message, testing::Not(HasSubstr("s3cret")));
  EXPECT_THAT(pauses_, SizeIs(1));
}

}  // namespace
}  // namespace assay::hub
