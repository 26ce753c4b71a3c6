// SPDX-License-Identifier: Apache-2.0
// The bar is drawn by write(2) and only on a terminal.
#include "hub/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/log.h"

namespace assay::hub {
namespace {

constexpr std::chrono::milliseconds kBetweenDraws{100};
constexpr std::size_t kBarWidth = 24;

// 1000-based, as the hub and disks count.
std::string human(double bytes) {
  static constexpr std::array kUnits = {"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (; bytes >= 1000 && unit + 1 < kUnits.size(); ++unit) bytes /= 1000;
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, kUnits[unit]);
}

std::string clock(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::clamp(seconds, 0.0, 359'999.0));
  if (whole >= 3600)
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{:02}:{:02}", whole / 60, whole % 60);
}

std::size_t terminal_columns() {
  struct winsize size {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 80;
  return size.ws_col;
}

// Progress is a courtesy: a closed stderr is no error.
void put(std::string_view text) {
  const ssize_t ignored = ::write(STDERR_FILENO, text.data(), text.size());
  static_cast<void>(ignored);
}

}  // namespace

std::string progress_line(std::string_view name, std::uint64_t done, std::uint64_t total,
                          std::uint64_t resumed, double seconds, std::size_t columns) {
  done = std::min(done, total);
  const double share = total == 0 ? 1 : static_cast<double>(done) / static_cast<double>(total);
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(kBarWidth));
  const double moved = static_cast<double>(done - std::min(done, resumed));
  const double rate = seconds > 0 ? moved / seconds : 0;
  std::string line =
      fmt::format("{} [{}{}] {:3.0f} %  {} of {}", name, std::string(filled, '#'),
                  std::string(kBarWidth - filled, '.'), share * 100,
                  human(static_cast<double>(done)), human(static_cast<double>(total)));
  if (rate > 0) {
    line += fmt::format("  {}/s  {} left", human(rate),
                        clock(static_cast<double>(total - done) / rate));
  }
  return line.substr(0, columns);
}

Progress::Progress(std::string name, bool bar)
    : name_(std::move(name)), bar_(bar && ::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (drawn_) {
    draw(true);
    put("\n");
  }
}

void Progress::start_file(std::string_view file, std::uint64_t size) {
  file_ = file;
  size_ = size;
  current_ = 0;
  fresh_file_ = true;
  log::info(
      fmt::format("hub: {}: downloading {} ({})", name_, file, human(static_cast<double>(size))));
}

void Progress::at(std::uint64_t bytes) {
  if (fresh_file_) resumed_ += bytes;  // the first report is what an earlier try left
  fresh_file_ = false;
  current_ = bytes;
  draw(false);
}

void Progress::found(std::uint64_t bytes) {
  finished_ += bytes;
  resumed_ += bytes;
}

void Progress::finish_file() {
  finished_ += size_;
  current_ = 0;
  draw(false);
}

void Progress::say(std::string_view message) {
  clear();
  log::warn(message);
}

void Progress::draw(bool now) {
  if (!bar_) return;
  const auto time = Clock::now();
  if (!now && drawn_ && time - last_ < kBetweenDraws) return;
  last_ = time;
  drawn_ = true;
  const double seconds = std::chrono::duration<double>(time - started_).count();
  put("\r\x1b[K" + progress_line(name_, finished_ + current_, total_, resumed_, seconds,
                                 terminal_columns() - 1));
}

void Progress::clear() {
  if (drawn_) put("\r\x1b[K");
  drawn_ = false;
}

}  // namespace assay::hub
