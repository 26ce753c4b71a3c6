// SPDX-License-Identifier: Apache-2.0
#include "store/datetime.h"

#include <algorithm>
#include <chrono>

namespace assay::store {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// What is left of the text; every take_…() leaves it alone when it fails.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  // Between `least` and `most` digits.
  std::optional<int> number(std::size_t least, std::size_t most) {
    std::size_t count = 0;
    int value = 0;
    while (count < most && count < rest_.size() && is_digit(rest_[count]))
      value = value * 10 + (rest_[count++] - '0');
    if (count < least) return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }
  // Digits after a point, as microseconds.
  std::optional<std::int64_t> fraction() {
    std::int64_t value = 0;
    std::size_t count = 0;
    for (; count < rest_.size() && is_digit(rest_[count]); ++count) {
      if (count < 6) value = value * 10 + (rest_[count] - '0');
    }
    if (count == 0) return std::nullopt;
    rest_.remove_prefix(count);
    for (std::size_t i = count; i < 6; ++i) value *= 10;
    return value;
  }
  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  }

 private:
  std::string_view rest_;
};

// Seconds that a time of this offset is ahead of UTC.
std::optional<std::int64_t> read_offset(Reader& text) {
  text.skip_blanks();
  if (text.take("UTC") || text.take('Z') || text.take('z')) return 0;
  const bool behind = text.take('-');
  if (!behind && !text.take('+')) return std::nullopt;
  const auto hours = text.number(2, 2);
  if (!hours) return std::nullopt;
  int minutes = 0;
  if (!text.done()) {
    (void)text.take(':');
    const auto given = text.number(2, 2);
    if (!given) return std::nullopt;
    minutes = *given;
  }
  if (*hours > 23 || minutes > 59) return std::nullopt;
  const std::int64_t seconds = *hours * 3600 + minutes * 60;
  return behind ? -seconds : seconds;
}

}  // namespace

std::optional<std::int64_t> parse_datetime(std::string_view whole) {
  Reader text(whole);
  text.skip_blanks();
  const auto year = text.number(4, 4);
  if (!year || !text.take('-')) return std::nullopt;
  const auto month = text.number(1, 2);
  if (!month || !text.take('-')) return std::nullopt;
  const auto day = text.number(1, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (*year < 1 || !date.ok()) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  std::int64_t result = static_cast<std::int64_t>(days) * 86400 * kSecond;
  if (text.done()) return result;

  if (!text.take('T')) {
    Reader before = text;
    text.skip_blanks();
    if (!before.take(' ') && !before.take('\t')) return std::nullopt;
  }
  const auto hour = text.number(1, 2);
  if (!hour || !text.take(':')) return std::nullopt;
  const auto minute = text.number(1, 2);
  if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
  result += (*hour * std::int64_t{3600} + *minute * 60) * kSecond;
  if (text.done()) return result;

  if (!text.take(':')) return std::nullopt;
  const auto second = text.number(1, 2);
  if (!second || *second > 59) return std::nullopt;
  result += *second * kSecond;
  if (text.take('.')) {
    const auto fraction = text.fraction();
    if (!fraction) return std::nullopt;
    result += *fraction;
  }
  if (text.done()) return result;

  const auto ahead = read_offset(text);
  if (!ahead || !text.done()) return std::nullopt;
  return result - *ahead * kSecond;
}

}  // namespace assay::store
