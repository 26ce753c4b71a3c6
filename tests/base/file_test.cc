// SPDX-License-Identifier: Apache-2.0
// Promise: files are read whole or refused by name, and replaced atomically.
#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "assay/error.h"

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
