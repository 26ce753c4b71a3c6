// SPDX-License-Identifier: Apache-2.0
// A file layer of SQLite that passes everything on, fails where a test wants it, and knows what a
// power loss would leave on the disk.
//
// Files as they would be after a power loss: what was synced, and of the writes since then any
// subset, each whole, lost or torn between sectors.
// Externally synchronised, as one connection is.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace assay::store::test {

class FaultyVfs {
 public:
  /// Registers itself with SQLite under name().
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Called before each write, truncation and sync, with their number so far. A result other than
  /// SQLITE_OK makes the operation fail with it; a write then writes its first half.
  std::function<int(std::size_t operation)> before = {};

  /// Called before each sync, with the file's name without folder; a result other than SQLITE_OK
  /// makes it fail.
  std::function<int(const std::string& file)> before_sync = {};

  /// By file name without folder. What a power loss now would leave.
  [[nodiscard]] std::map<std::string, std::string> after_power_loss(std::mt19937_64& random) const;

  struct Hooks;  // SQLite's functions

 private:
  struct Change {
    bool truncates;
    std::size_t offset;  // or the new size
    std::string bytes;
  };
  struct Image {
    std::string synced;
    std::vector<Change> since;
  };
  int count_operation();

  const std::string name_;
  std::size_t operations_ = 0;
  std::map<std::string, Image> images_;
  struct Registered;
  std::unique_ptr<Registered> registered_;
};

}  // namespace assay::store::test
