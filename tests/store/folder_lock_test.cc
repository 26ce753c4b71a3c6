// SPDX-License-Identifier: Apache-2.0
// A folder is locked against other locks of this and of other processes, and free when its holder
// has ended, however.
#include "store/folder_lock.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <memory>

#include "support.h"

namespace assay::store {
namespace {

TEST(FolderLockTest, KeepsOthersOutAndNamesItsHolder) {
  const assay::test::ScratchFolder scratch;
  auto lock = std::make_unique<FolderLock>(scratch.path());
  EXPECT_THAT(assay::test::message_of(ErrorCode::kUnavailable,
                                      [&] { const FolderLock second(scratch.path()); }),
              testing::MatchesRegex("Storage folder " + scratch.path().string() +
                                    " is in use by process " + std::to_string(::getpid()) +
                                    " \\(.*, since ....-..-.. ..:..:.. UTC\\). Close it there, or "
                                    "share it through a server"));
  lock.reset();
  const FolderLock third(scratch.path());
}

TEST(FolderLockTest, IsNotHeldByAForkedChild) {
  const assay::test::ScratchFolder scratch;
  auto lock = std::make_unique<FolderLock>(scratch.path());
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    for (;;) ::pause();
  }
  lock.reset();
  const FolderLock again(scratch.path());
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST(FolderLockTest, VanishesWithAKilledProcess) {
  const assay::test::ScratchFolder scratch;
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const FolderLock lock(scratch.path());
    (void)!::write(ready[1], "x", 1);
    for (;;) ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_THAT(assay::test::message_of(ErrorCode::kUnavailable,
                                      [&] { const FolderLock second(scratch.path()); }),
              testing::HasSubstr("process " + std::to_string(child)));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  const FolderLock free(scratch.path());
  ::close(ready[0]);
  ::close(ready[1]);
}

}  // namespace
}  // namespace assay::store
