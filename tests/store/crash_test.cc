// SPDX-License-Identifier: Apache-2.0
// A process that is killed while it writes loses nothing that was acknowledged, and leaves nothing
// half done: 300 times, at random moments, on the same store.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <random>

#include "store/random_writes.h"
#include "store/sqlite_store.h"
#include "support.h"

namespace assay::store {
namespace {

constexpr int kKills = 300;
constexpr std::uint64_t kSeed = 4;

// Starts the child at write `first`, kills it when it has acknowledged `at_least` and some
// microseconds more have passed, and gives the number of writes that it has acknowledged.
std::uint64_t write_until_killed(const std::filesystem::path& folder, std::uint64_t first,
                                 std::uint64_t at_least, std::chrono::microseconds more) {
  std::array<int, 2> acknowledgements{};
  if (::pipe(acknowledgements.data()) != 0) throw std::runtime_error("pipe");
  const std::string seed = std::to_string(kSeed), number = std::to_string(first);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(acknowledgements[1], STDOUT_FILENO);
    ::execl(ASSAY_CRASH_CHILD, "store_crash_child", folder.c_str(), seed.c_str(), number.c_str(),
            nullptr);
    ::_exit(1);
  }
  ::close(acknowledgements[1]);
  std::uint64_t count = 0;
  std::array<char, 256> bytes{};
  while (count < at_least) {
    const ssize_t got = ::read(acknowledgements[0], bytes.data(), 1);
    if (got <= 0) break;  // it ended by itself: the caller sees too few
    ++count;
  }
  const auto until = std::chrono::steady_clock::now() + more;
  while (std::chrono::steady_clock::now() < until) {
  }
  ::kill(child, SIGKILL);
  for (ssize_t got = 0; (got = ::read(acknowledgements[0], bytes.data(), bytes.size())) > 0;)
    count += static_cast<std::uint64_t>(got);
  ::close(acknowledgements[0]);
  ::waitpid(child, nullptr, 0);
  return count;
}

TEST(CrashTest, KilledWritersLoseNothingAcknowledged) {
  const assay::test::ScratchFolder scratch;
  const auto folder = scratch.path() / "store";
  std::mt19937_64 random(17);
  Collections model;  // what the store must hold
  std::uint64_t written = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    const std::uint64_t at_least = random() % 4;
    // Between the beginning of a write and its end there are a few hundred microseconds.
    const std::chrono::microseconds more(random() % (at_least == 0 ? 8000 : 1000));
    const std::uint64_t acknowledged = write_until_killed(folder, written, at_least, more);
    ASSERT_GE(acknowledged, at_least) << "the writer ended by itself";
    for (std::uint64_t i = 0; i < acknowledged; ++i) test::random_write(model, kSeed, written++);
    const std::string found = test::contents(Collections(open_sqlite_store(folder)));
    if (found == test::contents(model)) continue;
    test::random_write(model, kSeed, written++);  // the one that was under way
    ASSERT_EQ(found, test::contents(model)) << "kill " << kill << ", write " << written;
  }
  EXPECT_GT(written, 300u);
}

}  // namespace
}  // namespace assay::store
