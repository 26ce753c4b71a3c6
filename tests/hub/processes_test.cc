// SPDX-License-Identifier: Apache-2.0
// Promise: two processes download a file once; a full disk, a file size limit and a cache that may
// not be written are named, and what was downloaded is kept.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "hub/cache.h"
#include "hub/fake_hub.h"
#include "support.h"

extern char** environ;

namespace assay::hub {
namespace {

namespace fs = std::filesystem;
using test::Arrived;
using test::Fault;
using test::kCommit;
using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

constexpr int kNotPossibleHere = 77;

struct Outcome {
  int status = -1;
  std::string output;
};

class ProcessesTest : public testing::Test {
 protected:
  ProcessesTest() { hub_.add_reranker(1 << 20); }

  pid_t start(const fs::path& output, const std::vector<std::string>& options = {}) {
    std::vector<std::string> words = {ASSAY_HUB_CHILD, "org/tiny", cache_.string(),
                                      hub_.endpoint()};
    words.insert(words.end(), options.begin(), options.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT, 0644);
    ::posix_spawn_file_actions_addopen(&actions, 2, (output.string() + ".err").c_str(),
                                       O_WRONLY | O_CREAT, 0644);
    pid_t child = -1;
    EXPECT_EQ(::posix_spawn(&child, ASSAY_HUB_CHILD, &actions, nullptr, arguments.data(), environ),
              0);
    ::posix_spawn_file_actions_destroy(&actions);
    return child;
  }
  static Outcome finish(pid_t child, const fs::path& output) {
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    return {WEXITSTATUS(status), read_file(output)};
  }
  Outcome run(const std::vector<std::string>& options) {
    fs::create_directories(cache_);
    const fs::path output = scratch_.path() / "out";
    return finish(start(output, options), output);
  }

  test::FakeHub hub_;
  test::ScratchFolder scratch_;
  fs::path cache_ = scratch_.path() / "cache";
  CachedRepo repo_{cache_, {"org/tiny"}};
};

TEST_F(ProcessesTest, TwoAtOnceDownloadOnce) {
  const fs::path first = scratch_.path() / "first";
  const fs::path second = scratch_.path() / "second";
  const pid_t one = start(first);
  const pid_t two = start(second);
  const Outcome outcome_one = finish(one, first);
  const Outcome outcome_two = finish(two, second);
  EXPECT_EQ(outcome_one.status, 0) << outcome_one.output;
  EXPECT_EQ(outcome_two.status, 0) << outcome_two.output;
  EXPECT_EQ(outcome_one.output, outcome_two.output);
  std::size_t transfers = 0;
  for (const Arrived& request : hub_.requests("/model.safetensors")) transfers += request.at_cdn;
  EXPECT_EQ(transfers, 1u);
  EXPECT_EQ(read_file(repo_.snapshot(kCommit) / "model.safetensors"),
            hub_.content("model.safetensors"));
}

TEST_F(ProcessesTest, AProcessThatWaitsForALockSaysSo) {
  // This process plays the other downloader.
  const fs::path lock = repo_.lock_file(hub_.digest("model.safetensors"));
  fs::create_directories(lock.parent_path());
  const int file = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  ASSERT_GE(file, 0);
  ASSERT_EQ(::flock(file, LOCK_EX), 0);
  const fs::path output = scratch_.path() / "waiter";
  const pid_t child = start(output);
  const fs::path messages = output.string() + ".err";
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  std::string said;
  while (said.find("waiting for another process") == std::string::npos &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
    if (fs::exists(messages)) said = read_file(messages);
  }
  EXPECT_THAT(said,
              HasSubstr("hub: org/tiny/model.safetensors: waiting for another process that is "
                        "downloading it (" +
                        lock.string() + ")"));
  EXPECT_THAT(hub_.requests("/model.safetensors"), SizeIs(0));
  ::close(file);
  EXPECT_EQ(finish(child, output).status, 0);
}

TEST_F(ProcessesTest, AFullDiskIsNamedAndWhatIsThereIsKept) {
  const Outcome outcome = run({"--tmpfs", "500000"});
  if (outcome.status == kNotPossibleHere) GTEST_SKIP() << "no private mounts here";
  const std::string incomplete =
      repo_.blob(hub_.digest("model.safetensors")).string() + ".incomplete";
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.output,
              AllOf(HasSubstr("input or output: hub: cannot write " + incomplete +
                              ": No space left on device; free some space there, or choose another "
                              "directory with --cache-dir or ASSAY_CACHE_DIR; what was downloaded "
                              "so far is kept"),
                    HasSubstr(fs::path(incomplete).filename().string() + " 4")));
}

TEST_F(ProcessesTest, AFileSizeLimitIsNamedAndTheNextTryContinues) {
  const Outcome outcome = run({"--file-limit", "300000"});
  const fs::path incomplete = repo_.blob(hub_.digest("model.safetensors")).string() + ".incomplete";
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.output, AllOf(HasSubstr("cannot write " + incomplete.string() +
                                              ": File too large; the file size limit"),
                                    HasSubstr("the next try continues it")));
  EXPECT_EQ(fs::file_size(incomplete), 300'000u);
  EXPECT_FALSE(repo_.cached_commit());
  EXPECT_EQ(run({}).status, 0);
  EXPECT_EQ(hub_.requests("/model.safetensors").back().range, "bytes=300000-");
}

class ReadOnlyTest : public ProcessesTest {
 protected:
  void SetUp() override {
    fs::create_directories(cache_);
    // Root may write anywhere, so it becomes nobody, who must be able to reach the folder.
    if (::geteuid() == 0) options_ = {"--user", "65534"};
    using enum fs::perms;
    fs::permissions(scratch_.path(),
                    owner_all | group_read | group_exec | others_read | others_exec);
  }
  void TearDown() override { allow(fs::perms::owner_all); }
  void forbid_writing() {
    using enum fs::perms;
    allow(owner_read | owner_exec | group_read | group_exec | others_read | others_exec);
  }
  // Parents first, so that what is below can be reached.
  void allow(fs::perms perms) {
    fs::permissions(cache_, perms);
    for (const auto& entry : fs::recursive_directory_iterator(cache_)) {
      if (!entry.is_symlink()) fs::permissions(entry.path(), perms);
    }
  }
  Outcome resolve() { return run(options_); }

  std::vector<std::string> options_;
};

TEST_F(ReadOnlyTest, ACacheThatMayNotBeWrittenIsNamed) {
  forbid_writing();
  const Outcome outcome = resolve();
  if (outcome.status == kNotPossibleHere) GTEST_SKIP() << "root cannot become another user here";
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.output,
              AllOf(HasSubstr("input or output: hub: cannot write " + cache_.string()),
                    HasSubstr(": Permission denied; make the directory writable, or choose another "
                              "with --cache-dir or ASSAY_CACHE_DIR")));
}

TEST_F(ReadOnlyTest, ACompleteCacheNeedsNoWriting) {
  ASSERT_EQ(run({}).status, 0);
  const std::size_t requests = hub_.requests().size();
  forbid_writing();
  const Outcome outcome = resolve();
  if (outcome.status == kNotPossibleHere) GTEST_SKIP() << "root cannot become another user here";
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_EQ(hub_.requests().size(), requests);
}

}  // namespace
}  // namespace assay::hub
