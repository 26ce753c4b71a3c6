// SPDX-License-Identifier: Apache-2.0
// The table of error codes: name and process exit code in one row.
#include "assay/error.h"

#include <array>

#include "assay/version.h"

namespace assay {
namespace {

struct Row {
  ErrorCode code;
  int exit;
  std::string_view name;
};

constexpr std::array kRows = {
    Row{ErrorCode::kInvalidArgument, 2, "invalid argument"},
    Row{ErrorCode::kNotFound, 3, "not found"},
    Row{ErrorCode::kAlreadyExists, 4, "already exists"},
    Row{ErrorCode::kCorruption, 5, "corruption"},
    Row{ErrorCode::kIo, 6, "input or output"},
    Row{ErrorCode::kNetwork, 7, "network"},
    Row{ErrorCode::kUnsupported, 8, "unsupported"},
    Row{ErrorCode::kUnavailable, 9, "unavailable"},
    Row{ErrorCode::kPermission, 10, "permission"},
    Row{ErrorCode::kInternal, 1, "internal"},
};

const Row& row(ErrorCode code) noexcept {
  for (const Row& r : kRows) {
    if (r.code == code) return r;
  }
  return kRows.back();
}

}  // namespace

int exit_code(ErrorCode code) noexcept { return row(code).exit; }
std::string_view to_string(ErrorCode code) noexcept { return row(code).name; }
std::string_view version() noexcept { return ASSAY_VERSION; }

}  // namespace assay
