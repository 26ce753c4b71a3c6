// SPDX-License-Identifier: Apache-2.0
// The one exception type of the public API and its codes.
//
// Used by every module and by callers. A message says what failed, on which object, what was
// expected, what was found and what to do. Absence is std::optional, not an error.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "assay/export.h"

namespace assay {

/// Why a call failed. The command line exits with the number in the comment.
enum class ErrorCode {
  kInvalidArgument,  ///< 2: the caller broke a documented rule
  kNotFound,         ///< 3: no such model, collection, point or file
  kAlreadyExists,    ///< 4: creation of what exists
  kCorruption,       ///< 5: bytes disagree with their format or checksum
  kIo,               ///< 6: the operating system refused
  kNetwork,          ///< 7: a peer failed or spoke nonsense
  kUnsupported,      ///< 8: valid, but not done here
  kUnavailable,      ///< 9: queue full, loading, draining, deadline passed
  kPermission,       ///< 10: a key is missing or wrong
  kInternal,         ///< 1: a bug of assay
};

/// The process exit code that the command line gives for `code`.
ASSAY_EXPORT int exit_code(ErrorCode code) noexcept;

/// Short lower-case name of `code`, such as "not found".
ASSAY_EXPORT std::string_view to_string(ErrorCode code) noexcept;

/// Thrown by the public API. Immutable.
class ASSAY_EXPORT Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace assay
