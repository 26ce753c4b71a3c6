// SPDX-License-Identifier: Apache-2.0
// Small helpers of the tests: golden files, scratch folders, the code and message of an expected
// Error.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "assay/error.h"

namespace assay::test {

inline std::filesystem::path golden(const std::string& name) {
  return std::filesystem::path(ASSAY_TEST_DATA) / name;
}

inline nlohmann::json read_json(const std::filesystem::path& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file);
}

/// A folder of its own for one test, removed at the end.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::filesystem::path& parent = testing::TempDir()) {
    std::string name = (parent / "assay_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }
  /// A copy of a golden folder.
  std::filesystem::path copy(const std::string& golden_name) const {
    const auto to = path_ / std::filesystem::path(golden_name).filename();
    std::filesystem::copy(golden(golden_name), to, std::filesystem::copy_options::recursive);
    return to;
  }

 private:
  std::filesystem::path path_;
};

/// Runs `work`, which must throw Error with `code`; gives its message.
inline std::string message_of(ErrorCode code, const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), to_string(code)) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

}  // namespace assay::test
