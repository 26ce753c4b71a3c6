// SPDX-License-Identifier: Apache-2.0
// PointId: reading, writing and drawing UUIDs (RFC 4122 texts).
#include <fmt/format.h>

#include <array>
#include <optional>
#include <random>

#include "assay/error.h"
#include "assay/point.h"

namespace assay {
namespace {

constexpr std::size_t kHyphenatedLength = 36;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool starts_with_urn(std::string_view text) {
  constexpr std::string_view kPrefix = "urn:uuid:";
  if (text.size() < kPrefix.size()) return false;
  for (std::size_t i = 0; i < kPrefix.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kPrefix[i]) return false;
  }
  return true;
}

// The 128 bits of any accepted spelling, high half first.
std::optional<std::array<std::uint64_t, 2>> parse_uuid(std::string_view text) {
  bool plain_allowed = true;  // braces and the URN go with hyphens only
  if (starts_with_urn(text)) {
    text.remove_prefix(9);
    plain_allowed = false;
  } else if (text.size() == kHyphenatedLength + 2 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, kHyphenatedLength);
    plain_allowed = false;
  }
  const bool hyphenated = text.size() == kHyphenatedLength;
  if (!hyphenated && !(plain_allowed && text.size() == 32)) return std::nullopt;

  std::array<std::uint64_t, 2> halves{};
  std::size_t digit_count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (hyphenated && (i == 8 || i == 13 || i == 18 || i == 23)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int digit = hex_digit(text[i]);
    if (digit < 0) return std::nullopt;
    std::uint64_t& half = halves[digit_count++ / 16];
    half = half << 4 | static_cast<std::uint64_t>(digit);
  }
  return halves;
}

}  // namespace

PointId::PointId(std::string_view uuid) : is_uuid_(true) {
  const auto halves = parse_uuid(uuid);
  if (!halves) {
    throw Error(ErrorCode::kInvalidArgument, fmt::format("Point id {} is not a valid UUID", uuid));
  }
  high_ = (*halves)[0];
  low_ = (*halves)[1];
}

PointId PointId::from_uuid_bytes(const std::array<std::uint8_t, 16>& bytes) noexcept {
  PointId id;
  id.is_uuid_ = true;
  for (std::size_t i = 0; i < 8; ++i) {
    id.high_ = id.high_ << 8 | bytes[i];
    id.low_ = id.low_ << 8 | bytes[i + 8];
  }
  return id;
}

PointId PointId::random() {
  std::random_device device;  // of its own: a shared one would need a lock
  const auto draw = [&device] { return std::uint64_t{device()} << 32 | device(); };
  PointId id;
  id.is_uuid_ = true;
  id.high_ = (draw() & ~std::uint64_t{0xF000}) | 0x4000;                     // version 4
  id.low_ = (draw() & (~std::uint64_t{0} >> 2)) | (std::uint64_t{1} << 63);  // variant 10
  return id;
}

std::uint64_t PointId::integer() const {
  if (is_uuid_) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("Point id {} is a UUID, not an integer", uuid()));
  }
  return low_;
}

std::string PointId::uuid() const {
  require_uuid();
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high_ >> 32, high_ >> 16 & 0xFFFF,
                     high_ & 0xFFFF, low_ >> 48, low_ & 0xFFFF'FFFF'FFFF);
}

std::array<std::uint8_t, 16> PointId::uuid_bytes() const {
  require_uuid();
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(high_ >> (56 - 8 * i));
    bytes[i + 8] = static_cast<std::uint8_t>(low_ >> (56 - 8 * i));
  }
  return bytes;
}

void PointId::require_uuid() const {
  if (is_uuid_) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("Point id {} is an integer, not a UUID", low_));
}

std::string PointId::to_string() const { return is_uuid_ ? uuid() : fmt::format("{}", low_); }

Value PointId::to_value() const { return is_uuid_ ? Value(uuid()) : Value(low_); }

void PointId::throw_negative(std::int64_t number) {
  throw Error(
      ErrorCode::kInvalidArgument,
      fmt::format("Point id {} is negative: an integer id is 0 to 18446744073709551615", number));
}

}  // namespace assay
