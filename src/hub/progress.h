// SPDX-License-Identifier: Apache-2.0
// How far a download is: a bar on a terminal, else a log line a file (ASSAY_LOG=info).
//
// Bytes of all files count together. Externally synchronised.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay::hub {

/// The bar's text for a state, of at most `columns` columns; `seconds` since the start, `resumed`
/// bytes were there before.
std::string progress_line(std::string_view name, std::uint64_t done, std::uint64_t total,
                          std::uint64_t resumed, double seconds, std::size_t columns);

class Progress {
 public:
  /// `bar`: draw when stderr is a terminal.
  Progress(std::string name, bool bar);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void expect(std::uint64_t bytes) { total_ += bytes; }
  void start_file(std::string_view file, std::uint64_t size);
  /// Bytes of the current file that are in place; may go down when it starts over.
  void at(std::uint64_t bytes);
  /// Bytes that no transfer was needed for.
  void found(std::uint64_t bytes);
  void finish_file();
  /// A line for the person, the bar out of its way.
  void say(std::string_view message);

 private:
  void draw(bool now);
  void clear();

  using Clock = std::chrono::steady_clock;
  std::string name_;
  std::string file_;
  bool bar_;
  bool drawn_ = false;
  bool fresh_file_ = false;
  std::uint64_t total_ = 0;
  std::uint64_t finished_ = 0;  // bytes of files that are done
  std::uint64_t current_ = 0;   // of the file under way
  std::uint64_t size_ = 0;
  std::uint64_t resumed_ = 0;  // bytes that were there when we came
  Clock::time_point started_ = Clock::now();
  Clock::time_point last_ = {};
};

}  // namespace assay::hub
