// SPDX-License-Identifier: Apache-2.0
#include "hub/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace assay::hub {

Progress::Progress(std::string name, std::uint64_t total_bytes, bool wanted)
    : name_(std::move(name)), total_(total_bytes), shown_(wanted && ::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (!shown_) return;
  draw(bytes_);
  fmt::print(stderr, "\n");
}

void Progress::at(std::uint64_t bytes) {
  if (first_bytes_ == UINT64_MAX) first_bytes_ = bytes;
  bytes_ = bytes;
  if (!shown_ || Clock::now() - drawn_ < std::chrono::milliseconds(100)) return;
  draw(bytes);
}

void Progress::draw(std::uint64_t bytes) {
  drawn_ = Clock::now();
  constexpr int kWidth = 30;
  const double share = total_ == 0 ? 1.0 : static_cast<double>(bytes) / static_cast<double>(total_);
  const int filled = static_cast<int>(share * kWidth);
  const double seconds = std::chrono::duration<double>(drawn_ - started_).count();
  const double rate =
      seconds > 0 ? static_cast<double>(bytes - std::min(first_bytes_, bytes)) / seconds : 0;
  const std::string left =
      rate > 0 && bytes < total_
          ? fmt::format(", {:.0f} s left", static_cast<double>(total_ - bytes) / rate)
          : "";
  fmt::print(stderr, "\r{} [{:=<{}}{: <{}}] {:.1f} of {:.1f} MB, {:.1f} MB/s{}\033[K", name_, "",
             filled, "", kWidth - filled, static_cast<double>(bytes) * 1e-6,
             static_cast<double>(total_) * 1e-6, rate * 1e-6, left);
  std::fflush(stderr);
}

}  // namespace assay::hub
