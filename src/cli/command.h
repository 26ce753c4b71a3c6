// SPDX-License-Identifier: Apache-2.0
// What the subcommands share: model options as flags, output that notices a full disk, lines with
// numbers, --stats.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "assay/error.h"
#include "assay/types.h"
#include "base/result.h"

namespace assay::cli {

/// Adds a subcommand whose callback runs it. One function a file.
void add_demo(CLI::App& app);
void add_models(CLI::App& app);
void add_download(CLI::App& app);
void add_tokenize(CLI::App& app);
void add_embed(CLI::App& app);
void add_rerank(CLI::App& app);
void add_index(CLI::App& app);
void add_search(CLI::App& app);
void add_collections(CLI::App& app);
void add_export(CLI::App& app);
void add_import(CLI::App& app);

/// The flags that every model command takes.
struct ModelFlags {
  ModelOptions options;
  std::string precision = "fp32";
  bool offline = false;
  bool stats = false;
  std::optional<std::size_t> max_length;

  void add_to(CLI::App& command);
  /// The options put together.
  [[nodiscard]] ModelOptions read() const;
};

/// Validator: digits only, from `least` to `most`. (A conversion alone would take "-1" and read
/// "010" as eight.)
CLI::Validator whole_number(std::size_t least, std::size_t most);

/// One line on stderr, control characters blanked. Never throws: stderr may be closed or full.
void say(std::string_view line) noexcept;

/// stdout: collected into large writes, every failure an Error{kIo}. Not synchronised.
class Output {
 public:
  /// The buffer to append to; call flush_if_full() after a piece.
  std::string& buffer() { return buffer_; }
  void flush_if_full() {
    if (buffer_.size() >= kFull) flush();
  }
  void flush();

 private:
  static constexpr std::size_t kFull = 1 << 16;
  std::string buffer_;
};

/// Lines of a file or stdin, numbered from 1. Ends of lines may be \n or \r\n; the last one may
/// lack its end.
class Lines {
 public:
  /// "" or "-" is stdin. Throws kNotFound or kIo naming the file.
  explicit Lines(const std::string& file);
  ~Lines();
  /// The next line, valid until the next call; a byte order mark at the start is left out.
  std::optional<std::string_view> next();
  /// Number of the line that next() gave last.
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  std::string name_;
  std::FILE* file_;
  bool owned_;
  char* line_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t number_ = 0;
};

/// The value, or Error "line N: message".
template <class T>
T at_line(std::size_t number, Result<T> result) {
  return std::move(result).or_throw("line " + std::to_string(number));
}

/// Figures of a run, printed by --stats as the last line of stderr. The work begins when the first
/// line was read, or else when the models were loaded.
class Stats {
 public:
  explicit Stats(bool wanted) : wanted_(wanted), begin_(Clock::now()) {}
  void loaded() { work_begin_ = load_end_ = Clock::now(); }
  void line_read(std::size_t number) {
    if (number == 1) work_begin_ = Clock::now();
  }
  void count(std::size_t texts, std::size_t tokens) {
    texts_ += texts;
    tokens_ += tokens;
  }
  /// Call after the last line was written.
  void print() const;

 private:
  using Clock = std::chrono::steady_clock;
  bool wanted_;
  Clock::time_point begin_;
  Clock::time_point load_end_ = begin_;
  Clock::time_point work_begin_ = begin_;
  std::size_t texts_ = 0;
  std::size_t tokens_ = 0;
};

/// Columns of the terminal on stdout; 100 where it is none.
std::size_t terminal_columns();
/// `text` in at most `columns` columns, an ellipsis where it was cut, padded with blanks when
/// `pad`. Control characters (C0 and C1) become blanks.
std::string fit(std::string_view text, std::size_t columns, bool pad);
/// The columns left of `columns` after `used`, at least `least`: a narrow terminal wraps lines
/// rather than losing them.
inline std::size_t rest_of(std::size_t columns, std::size_t used, std::size_t least = 8) {
  return columns > used + least ? columns - used : least;
}

}  // namespace assay::cli
