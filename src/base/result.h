// SPDX-License-Identifier: Apache-2.0
// Result<T>: a T or a Failure, for readers of outside bytes, whose failures are their normal case.
//
// Never leaves src/: the module edge turns a Failure into an Error by or_throw().
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "assay/error.h"

namespace assay {

struct Failure {
  ErrorCode code;
  std::string message;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Failure failure) : state_(std::move(failure)) {}

  [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
  /// Only when ok().
  [[nodiscard]] T& value() { return std::get<0>(state_); }
  [[nodiscard]] const T& value() const { return std::get<0>(state_); }
  /// Only when not ok().
  [[nodiscard]] const Failure& failure() const { return std::get<1>(state_); }

  /// The value, or Error{code, "context: message"}.
  T or_throw(std::string_view context) && {
    if (!ok()) throw Error(failure().code, std::string(context) + ": " + failure().message);
    return std::get<0>(std::move(state_));
  }

 private:
  std::variant<T, Failure> state_;
};

}  // namespace assay
