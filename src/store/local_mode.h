// SPDX-License-Identifier: Apache-2.0
// A folder that qdrant-client's local mode has written (qdrant.md section 13), to be read only.
//
// Used by client/import_local_mode.cc. Nothing in the folder is changed. Externally synchronised.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "assay/types.h"

namespace assay::store {

class LocalModeFolder {
 public:
  /// Keeps writers out as long as it lives. kNotFound when this is no such folder, kUnavailable
  /// when a client has it open.
  explicit LocalModeFolder(const std::filesystem::path& folder);
  ~LocalModeFolder();
  LocalModeFolder(const LocalModeFolder&) = delete;
  LocalModeFolder& operator=(const LocalModeFolder&) = delete;

  /// The text of meta.json: collections, aliases, text indexes.
  [[nodiscard]] std::string meta() const;

  /// Hands over the points of a collection, oldest first, as `{"id","vector","payload"}`. A point
  /// may come twice; the later one counts. `use` may throw. kCorruption and kUnsupported as
  /// read_pickle() and where the file is damaged or of another format, naming file and row.
  void for_each_point(std::string_view collection,
                      const std::function<void(Value point)>& use) const;

 private:
  std::filesystem::path folder_;
  int lock_ = -1;  // -1: the folder has no .lock
};

}  // namespace assay::store
