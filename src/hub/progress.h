// SPDX-License-Identifier: Apache-2.0
// A progress line on stderr while a file comes, on terminals only. Not synchronised.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace assay::hub {

class Progress {
 public:
  /// Draws nothing when `wanted` is false or stderr is no terminal.
  Progress(std::string name, std::uint64_t total_bytes, bool wanted);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `bytes` of the file are here. Redraws at most ten times a second.
  void at(std::uint64_t bytes);

 private:
  void draw(std::uint64_t bytes);

  using Clock = std::chrono::steady_clock;
  std::string name_;
  std::uint64_t total_;
  bool shown_;
  std::uint64_t first_bytes_ = UINT64_MAX;  // there before this run: no part of the rate
  std::uint64_t bytes_ = 0;
  Clock::time_point started_ = Clock::now();
  Clock::time_point drawn_ = {};
};

}  // namespace assay::hub
