// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <new>

#include "base/file.h"
#include "base/unicode.h"

namespace assay::cli {

void ModelFlags::add_to(CLI::App& command) {
  command.add_option("--threads", options.threads, "Threads to use (default: all cores)")
      ->type_name("N")
      ->check(whole_number(0, 1024));
  command
      .add_option(
          "--max-length", max_length,
          "Tokens a text or pair may have, special ones counted (default: the model's own limit)")
      ->type_name("N")
      ->check(whole_number(0, 1 << 30));
  command.add_option("--precision", precision, "fp32 or int8")
      ->type_name("fp32|int8")
      ->check(CLI::IsMember({"fp32", "int8"}))
      ->capture_default_str();
  command.add_option("--cache-dir", options.cache_dir, "Folder that models are kept in")
      ->type_name("DIR");
  command.add_flag("--offline", offline, "Never touch the network");
  command.add_flag("--stats", stats, "End stderr with one JSON line of figures");
}

ModelOptions ModelFlags::read() const {
  ModelOptions result = options;
  result.local_files_only = offline;
  result.max_length = max_length;
  result.precision = precision == "int8" ? Precision::kInt8 : Precision::kFp32;
  return result;
}

CLI::Validator whole_number(std::size_t least, std::size_t most) {
  return {[least, most](const std::string& text) {
            std::size_t value = 0;
            const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
            const bool plain = code == std::errc() && end == text.data() + text.size() &&
                               (text.size() == 1 || text.front() != '0');
            return plain && value >= least && value <= most
                       ? std::string()
                       : fmt::format("expected a whole number from {} to {}, got \"{}\"", least,
                                     most, text);
          },
          ""};
}

void say(std::string_view line) noexcept {
  try {
    std::string text(line);
    for (char& c : text) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    text += '\n';
    // A lost message is the one failure that cannot be reported.
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;
  } catch (const std::bad_alloc&) {
    return;
  }
}

void Output::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      const int code = errno;
      buffer_.clear();
      throw Error(ErrorCode::kIo, fmt::format("cannot write to stdout: {}", system_message(code)));
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

Lines::Lines(const std::string& file) : name_(file), owned_(!file.empty() && file != "-") {
  file_ = owned_ ? std::fopen(file.c_str(), "re") : stdin;
  if (file_ == nullptr) {
    throw Error(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                fmt::format("cannot open {}: {}", file, system_message(errno)));
  }
  struct stat status {};
  if (::fstat(::fileno(file_), &status) == 0 && S_ISDIR(status.st_mode)) {
    if (owned_) std::fclose(file_);
    throw Error(ErrorCode::kIo,
                fmt::format("cannot read {}: it is a folder", owned_ ? file : "stdin"));
  }
}

Lines::~Lines() {
  std::free(line_);
  if (owned_) std::fclose(file_);
}

std::optional<std::string_view> Lines::next() {
  errno = 0;
  const ssize_t length = ::getline(&line_, &capacity_, file_);
  if (length < 0) {
    if (std::feof(file_) == 0) {  // getline() also fails for want of memory
      throw Error(ErrorCode::kIo, fmt::format("cannot read {}: {}", owned_ ? name_ : "stdin",
                                              system_message(errno)));
    }
    return std::nullopt;
  }
  ++number_;
  std::string_view line(line_, static_cast<std::size_t>(length));
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (number_ == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  return line;
}

void Stats::print() const {
  if (!wanted_) return;
  const auto seconds_of = [](Clock::duration d) {
    return std::chrono::duration<double>(d).count();
  };
  const double seconds = seconds_of(Clock::now() - work_begin_);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const Value figures = Value::Object{
      {"texts", texts_},
      {"tokens", tokens_},
      {"seconds", seconds},
      {"load_seconds", seconds_of(load_end_ - begin_)},
      {"tokens_per_second", seconds > 0 ? static_cast<double>(tokens_) / seconds : 0.0},
      {"peak_rss_bytes", usage.ru_maxrss * 1024L}};
  say(figures.to_json());
}

std::size_t terminal_columns() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 100;
}

std::string fit(std::string_view text, std::size_t columns, bool pad) {
  std::string result;
  std::size_t used = 0;
  std::size_t before_last = 0;  // bytes of `result` that leave room for the ellipsis
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = unicode::decode(text, at);
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) c = ' ';
    const auto width = static_cast<std::size_t>(unicode::columns(c));
    if (used + width > columns) {
      result.resize(before_last);
      result += "…";
      used = columns;
      break;
    }
    unicode::append_utf8(result, c);
    used += width;
    if (used + 1 <= columns) before_last = result.size();
  }
  if (pad && used < columns) result.append(columns - used, ' ');
  return result;
}

}  // namespace assay::cli
