// SPDX-License-Identifier: Apache-2.0
// Records of comma-separated values (RFC 4180), line by line.
//
// Used by documents.cc. A quoted field may hold commas, doubled quotes and ends of lines, which all
// become \n. Blanks belong to fields. Externally synchronised.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace assay::cli {

class CsvRecord {
 public:
  /// Adds a line without its end; true when the record is whole, false when a quoted field goes on
  /// in the next line. A line after a whole record begins a new one. After a failure nothing more
  /// may be added.
  Result<bool> add(std::string_view line);
  /// Of a whole record; they may be moved from.
  std::vector<std::string>& fields() { return fields_; }

 private:
  std::vector<std::string> fields_;
  bool open_ = false;  // inside quotes at the end of the last line
};

}  // namespace assay::cli
