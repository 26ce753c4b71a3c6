// SPDX-License-Identifier: Apache-2.0
// Promise: the hub's answers are read or refused in words, retried where that helps, and no others.
#include "hub/hub_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/fake_hub.h"
#include "support.h"

namespace assay::hub {
namespace {

using std::chrono::milliseconds;
using test::Fault;
using test::kCommit;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;
using testing::SizeIs;

const std::string kSha256(64, 'a');
const std::string kSha1(40, 'b');

std::string listing_with(const std::string& siblings) {
  return std::string(R"({"sha":")") + kCommit + R"(","siblings":[)" + siblings + "]}";
}

TEST(Listing, ReadsSizesAndChecksums) {
  const auto listing =
      parse_listing(listing_with(R"({"rfilename":"config.json","size":5,"blobId":")" + kSha1 +
                                 R"("},{"rfilename":"model.safetensors","size":7,"blobId":")" +
                                 kSha1 + R"(","lfs":{"sha256":")" + kSha256 +
                                 R"(","size":7,"pointerSize":134}},{"rfilename":"bare"})"));
  ASSERT_TRUE(listing.ok()) << listing.failure().message;
  EXPECT_EQ(listing.value().commit, kCommit);
  EXPECT_EQ(listing.value().find("config.json")->digest, kSha1);
  EXPECT_EQ(listing.value().find("model.safetensors")->digest, kSha256);
  EXPECT_EQ(listing.value().find("model.safetensors")->size, 7u);
  EXPECT_EQ(listing.value().find("bare")->digest, "");
  EXPECT_EQ(listing.value().find("absent"), nullptr);
}

TEST(Listing, LeavesOutFilesWithUnsafeNames) {
  const auto listing = parse_listing(listing_with(
      R"({"rfilename":"../evil"},{"rfilename":"/evil"},{"rfilename":"a\\b"},{"rfilename":7},{})"));
  ASSERT_TRUE(listing.ok());
  EXPECT_THAT(listing.value().files, SizeIs(0));
}

TEST(Listing, RefusesNonsense) {
  const std::string deep(10'000, '[');
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "expected JSON, got 0 bytes"},
      {"<html>proxy login</html>", "got 24 bytes that are none: \"<html>proxy login</html>\""},
      {R"({"sha":"01234567)", "expected JSON"},
      {deep, "expected JSON"},
      {"[]", "expected a commit of 40 hex digits in \"sha\", got \"\""},
      {R"({"sha":"../../evil","siblings":[]})", "got \"../../evil\""},
      {std::string(R"({"sha":")") + kCommit + "\"}", "expected a list of files in \"siblings\""},
      {listing_with(R"({"rfilename":"a","size":1,"blobId":"../x"})"),
       "expected a checksum of a, got \"../x\""},
      {listing_with(R"({"rfilename":"a","size":1,"lfs":{"sha256":"beef","size":1}})"),
       "expected a checksum of a, got \"beef\""},
      {listing_with(R"({"rfilename":"a","size":-1})"), "expected the size of a, got -1"},
      {listing_with(R"({"rfilename":"a","size":1e30})"), "expected the size of a, got 1e+30"},
      {listing_with(R"({"rfilename":"a","size":18446744073709551615})"), "expected the size of a"},
  };
  for (const auto& [text, problem] : cases) {
    const auto listing = parse_listing(text);
    ASSERT_FALSE(listing.ok()) << text.substr(0, 100);
    EXPECT_EQ(listing.failure().code, ErrorCode::kNetwork);
    EXPECT_THAT(listing.failure().message, HasSubstr(problem));
  }
}

class HubApiTest : public testing::Test {
 protected:
  HubApiTest() { hub_.add_reranker(); }
  std::string refused(ErrorCode code, const RepoId& id = {"org/tiny"}) {
    return test::message_of(code, [&] { HubApi(settings_).list(id); });
  }

  test::FakeHub hub_;
  test::ScratchFolder scratch_;
  std::vector<milliseconds> pauses_;
  Settings settings_ = test::settings_for(hub_, scratch_.path(), &pauses_);
};

TEST_F(HubApiTest, AsksForTheRevisionWithTheToken) {
  settings_.token = "secret";
  EXPECT_EQ(HubApi(settings_).list({"org/tiny", "refs/pr/1"}).commit, kCommit);
  const auto requests = hub_.requests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].path, "/api/models/org/tiny/revision/refs/pr/1");
  EXPECT_EQ(requests[0].authorization, "Bearer secret");
  EXPECT_THAT(requests[0].user_agent, testing::StartsWith("assay/"));
}

TEST_F(HubApiTest, RetriesServerErrorsWithGrowingPauses) {
  settings_.back_off = milliseconds(100);
  settings_.back_off_limit = milliseconds(300);
  hub_.fail("main", {.status = 503}, 4);
  EXPECT_EQ(HubApi(settings_).list({"org/tiny"}).commit, kCommit);
  EXPECT_THAT(pauses_, ElementsAre(AllOf(Ge(milliseconds(50)), Le(milliseconds(100))),
                                   AllOf(Ge(milliseconds(100)), Le(milliseconds(200))),
                                   AllOf(Ge(milliseconds(150)), Le(milliseconds(300))),
                                   AllOf(Ge(milliseconds(150)), Le(milliseconds(300)))));
}

TEST_F(HubApiTest, GivesUpAfterTheLastAttempt) {
  hub_.fail("main", {.status = 500, .body = R"({"error":"out of\norder"})"}, 100);
  EXPECT_EQ(refused(ErrorCode::kNetwork),
            "hub: org/tiny (its list of files): " + hub_.endpoint() +
                "/api/models/org/tiny/revision/main answered 500 (\"out of order\")");
  EXPECT_THAT(hub_.requests(), SizeIs(5));
  EXPECT_THAT(pauses_, SizeIs(4));
}

TEST_F(HubApiTest, HonoursRetryAfter) {
  hub_.fail("main", {.status = 429, .headers = {{"Retry-After", "7"}}}, 2);
  EXPECT_EQ(HubApi(settings_).list({"org/tiny"}).commit, kCommit);
  EXPECT_THAT(pauses_, ElementsAre(milliseconds(7000), milliseconds(7000)));
}

TEST_F(HubApiTest, DoesNotWaitLongerThanItsLimit) {
  hub_.fail("main", {.status = 429, .headers = {{"Retry-After", "3600"}}}, 100);
  EXPECT_THAT(refused(ErrorCode::kNetwork),
              AllOf(HasSubstr("the hub limits requests"), HasSubstr("answered 429"),
                    HasSubstr("Try again in 3600 s; with HF_TOKEN set the limits are wider")));
  EXPECT_THAT(hub_.requests(), SizeIs(1));
  EXPECT_THAT(pauses_, SizeIs(0));
}

TEST_F(HubApiTest, RetriesACutAnswer) {
  hub_.fail("main", {.cut_after = 10}, 2);
  EXPECT_EQ(HubApi(settings_).list({"org/tiny"}).commit, kCommit);
  EXPECT_THAT(hub_.requests(), SizeIs(3));
}

TEST_F(HubApiTest, RefusalsOfAccessAreFinalAndSayHowToGetIt) {
  hub_.fail("main", {.status = 401, .headers = {{"X-Error-Code", "RepoNotFound"}}}, 100);
  EXPECT_THAT(refused(ErrorCode::kPermission),
              AllOf(HasSubstr("the repository is private, gated, or does not exist"),
                    HasSubstr("answered 401"), HasSubstr("set HF_TOKEN to a token that may read")));
  EXPECT_THAT(hub_.requests(), SizeIs(1));
  settings_.token = "weak";
  hub_.fail(
      "main",
      {.status = 403, .headers = {{"X-Error-Code", "GatedRepo"}, {"X-Error-Message", "ask first"}}},
      100);
  EXPECT_THAT(refused(ErrorCode::kPermission),
              AllOf(HasSubstr("the repository is gated"), HasSubstr("answered 403 (\"ask first\")"),
                    HasSubstr("Accept its terms at " + hub_.endpoint() + "/org/tiny"),
                    HasSubstr("the token that was sent may not read it")));
}

TEST_F(HubApiTest, AnUnknownRepositoryIsNotFound) {
  EXPECT_THAT(refused(ErrorCode::kNotFound, {"BAAI/bge-smal-en-v1.5"}),
              AllOf(HasSubstr("no such repository"), HasSubstr("answered 404"),
                    HasSubstr("Similar: BAAI/bge-small-en-v1.5"), HasSubstr("assay models")));
  hub_.fail("v9", {.status = 404, .headers = {{"X-Error-Code", "RevisionNotFound"}}});
  EXPECT_THAT(refused(ErrorCode::kNotFound, {"org/tiny", "v9"}),
              HasSubstr("no branch, tag or commit \"v9\""));
}

TEST_F(HubApiTest, NonsenseFromAPeerIsNamed) {
  hub_.listing("<html>");
  EXPECT_THAT(refused(ErrorCode::kNetwork), HasSubstr("expected JSON, got 6 bytes"));
}

TEST_F(HubApiTest, AnUnreachableHubIsNoticedAtOnce) {
  settings_.endpoint = "http://127.0.0.1:" + std::to_string(test::closed_port());
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(refused(ErrorCode::kNetwork),
              AllOf(HasSubstr("cannot reach " + settings_.endpoint), HasSubstr("HF_ENDPOINT")));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_THAT(pauses_, SizeIs(0));
}

TEST_F(HubApiTest, AnUnresolvableNameIsNoticedAtOnce) {
  settings_.endpoint = "http://no-such-host.invalid";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(refused(ErrorCode::kNetwork), HasSubstr("cannot reach"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST_F(HubApiTest, DescribesAFileByItsHeaders) {
  settings_.token = "secret";
  HubApi api(settings_);
  const RemoteFile small = api.describe({"org/tiny"}, kCommit, "config.json");
  EXPECT_EQ(small.digest, hub_.digest("config.json"));
  EXPECT_EQ(small.size, hub_.content("config.json").size());
  const RemoteFile large = api.describe({"org/tiny"}, kCommit, "model.safetensors");
  EXPECT_EQ(large.digest, hub_.digest("model.safetensors"));
  EXPECT_EQ(large.size, hub_.content("model.safetensors").size());
  for (const auto& request : hub_.requests()) EXPECT_FALSE(request.at_cdn);
}

TEST_F(HubApiTest, AFileWithoutAChecksumIsRefused) {
  hub_.fail("config.json", {.status = 200, .body = "{}"});
  EXPECT_THAT(
      test::message_of(ErrorCode::kNetwork,
                       [&] { HubApi(settings_).describe({"org/tiny"}, kCommit, "config.json"); }),
      AllOf(HasSubstr("expected a checksum and a size"), HasSubstr("a hub?")));
}

}  // namespace
}  // namespace assay::hub
