// SPDX-License-Identifier: Apache-2.0
// Promise: files are read whole or refused by name, and replaced atomically.
#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "assay/error.h"
#include "support.h"

namespace assay {
namespace {

std::filesystem::path scratch(const char* name) {
  return std::filesystem::path(testing::TempDir()) / name;
}

TEST(File, RoundTripsBytes) {
  const auto path = scratch("assay_file_test.bin");
  const std::string bytes("a\0b", 3);
  write_file_atomically(path, bytes);
  EXPECT_EQ(read_file(path), bytes);
  EXPECT_EQ(MappedFile(path).bytes().size(), 3u);
  write_file_atomically(path, "");
  EXPECT_EQ(read_file(path), "");
  EXPECT_TRUE(MappedFile(path).bytes().empty());
  std::filesystem::remove(path);
}

TEST(File, KeepsTheOldFileUntilTheNewOneIsCommitted) {
  const auto folder = scratch("assay_file_atomic");
  std::filesystem::create_directory(folder);
  const auto path = folder / "file";
  write_file_atomically(path, "old");
  const auto bytes = std::as_bytes(std::span("new", 3));
  {
    AtomicFile given_up(path);
    given_up.write(bytes);
    EXPECT_EQ(read_file(path), "old");
  }
  EXPECT_EQ(read_file(path), "old");
  AtomicFile file(path);
  file.write(bytes);
  file.write(bytes);
  file.commit();
  EXPECT_EQ(read_file(path), "newnew");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
  std::filesystem::remove_all(folder);
}

TEST(File, NamesTheMissingFile) {
  try {
    MappedFile file("/nowhere/at/all");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kNotFound);
    EXPECT_STREQ(error.what(), "cannot open /nowhere/at/all: No such file or directory");
  }
}

TEST(File, RefusesAFolder) { EXPECT_THROW(read_file(testing::TempDir()), Error); }

TEST(File, ExistsOrNotOrCannotBeTold) {
  const test::ScratchFolder folder;
  const auto path = [&](const char* name) { return folder.path() / name; };
  folder.write("file", "");
  std::filesystem::create_symlink("file", path("good"));
  std::filesystem::create_symlink("nothing", path("dangling"));
  std::filesystem::create_symlink("loop", path("loop"));
  EXPECT_TRUE(file_exists(path("file")));
  EXPECT_TRUE(file_exists(path("good")));
  EXPECT_TRUE(file_exists(folder.path()));
  EXPECT_FALSE(file_exists(path("none")));
  EXPECT_FALSE(file_exists(path("file/below")));
  EXPECT_THAT(test::message_of(ErrorCode::kIo, [&] { (void)file_exists(path("dangling")); }),
              testing::HasSubstr("it is a link to nothing, which is not there"));
  EXPECT_THAT(test::message_of(ErrorCode::kIo, [&] { (void)file_exists(path("loop")); }),
              testing::HasSubstr(path("loop").string()));
}

TEST(File, MakesFoldersDownToTheLast) {
  const test::ScratchFolder folder;
  make_folders_durably(folder.path() / "a" / "b" / "c" / "");
  make_folders_durably(folder.path() / "a" / "b");
  EXPECT_TRUE(std::filesystem::is_directory(folder.path() / "a" / "b" / "c"));
  folder.write("file", "");
  EXPECT_THROW(make_folders_durably(folder.path() / "file" / "below"), Error);
}

TEST(File, RefusesMoreThanTheLimit) {
  const auto path = scratch("assay_file_limit.bin");
  write_file_atomically(path, "12345");
  try {
    read_file(path, 4);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kCorruption);
    EXPECT_THAT(error.what(), testing::HasSubstr("expected at most 4 bytes, got 5"));
  }
  std::filesystem::remove(path);
}

TEST(File, ReportsAFullDisk) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  EXPECT_THROW(write_file_atomically("/dev/full/x", "y"), Error);
}

}  // namespace
}  // namespace assay
