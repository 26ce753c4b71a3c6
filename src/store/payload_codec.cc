// SPDX-License-Identifier: Apache-2.0
// The seven kinds of CBOR items that a JSON value needs.
#include "store/payload_codec.h"

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

namespace assay::store {
namespace {

// Major types and simple values of RFC 8949, section 3. Persistent: never renumber.
enum Major : std::uint8_t { kUnsigned = 0, kNegative = 1, kText = 3, kArray = 4, kMap = 5 };
constexpr std::uint8_t kFalse = 0xF4, kTrue = 0xF5, kNull = 0xF6, kFloat64 = 0xFB;

constexpr std::size_t kDeepest = 512;  // values are built and freed recursively

void put_big_endian(std::uint64_t value, int bytes, std::string& out) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i)));
}

void put_head(Major major, std::uint64_t argument, std::string& out) {
  const auto type = static_cast<std::uint8_t>(major << 5);
  if (argument < 24) return out.push_back(static_cast<char>(type | argument));
  const int log = argument <= 0xFF ? 0 : argument <= 0xFFFF ? 1 : argument <= 0xFFFF'FFFF ? 2 : 3;
  out.push_back(static_cast<char>(type | (24 + log)));
  put_big_endian(argument, 1 << log, out);
}

void put_text(std::string_view text, std::string& out) {
  put_head(kText, text.size(), out);
  out.append(text);
}

void put_object(const Value::Object& object, std::string& out, std::size_t depth);

// What could not be read back must not be written.
void check_depth(std::size_t depth) {
  if (depth < kDeepest) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("payload: nested more than {} levels deep", kDeepest));
}

void put(const Value& value, std::string& out, std::size_t depth) {
  if (const auto* text = value.get_if<std::string>()) return put_text(*text, out);
  if (const auto* number = value.get_if<std::int64_t>()) {
    // -1 - n of a negative n has the bits of ~n.
    if (*number < 0) return put_head(kNegative, ~static_cast<std::uint64_t>(*number), out);
    return put_head(kUnsigned, static_cast<std::uint64_t>(*number), out);
  }
  if (const auto* number = value.get_if<std::uint64_t>()) return put_head(kUnsigned, *number, out);
  if (const auto* number = value.get_if<double>()) {
    out.push_back(static_cast<char>(kFloat64));
    return put_big_endian(std::bit_cast<std::uint64_t>(*number), 8, out);
  }
  if (const auto* flag = value.get_if<bool>())
    return out.push_back(static_cast<char>(*flag ? kTrue : kFalse));
  if (const auto* object = value.get_if<Value::Object>()) return put_object(*object, out, depth);
  if (const auto* array = value.get_if<Value::Array>()) {
    check_depth(depth);
    put_head(kArray, array->size(), out);
    for (const Value& item : *array) put(item, out, depth + 1);
    return;
  }
  out.push_back(static_cast<char>(kNull));
}

void put_object(const Value::Object& object, std::string& out, std::size_t depth) {
  check_depth(depth);
  put_head(kMap, object.size(), out);
  for (const auto& [key, member] : object) {
    put_text(key, out);
    put(member, out, depth + 1);
  }
}

// Reads items from the front; every reader returns false at a fault, and fault() says where.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  bool read_object(Value::Object& object, std::size_t depth) {
    Head head{};
    if (!read_head(head) || head.major != kMap) return false;
    return read_members(object, head.argument, depth);
  }
  [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }
  [[nodiscard]] std::size_t position() const { return at_; }

 private:
  struct Head {
    std::uint8_t major;
    std::uint64_t argument;
  };

  bool read_byte(std::uint8_t& byte) {
    if (at_end()) return false;
    byte = static_cast<std::uint8_t>(bytes_[at_++]);
    return true;
  }
  bool read_big_endian(std::size_t count, std::uint64_t& value) {
    if (bytes_.size() - at_ < count) return false;
    value = 0;
    for (std::size_t i = 0; i < count; ++i)
      value = value << 8 | static_cast<std::uint8_t>(bytes_[at_++]);
    return true;
  }
  bool read_head(Head& head) {
    std::uint8_t byte = 0;
    return read_byte(byte) && read_argument(byte, head);
  }
  bool read_argument(std::uint8_t byte, Head& head) {
    const std::uint8_t low = byte & 0x1F;
    head.major = byte >> 5;
    head.argument = low;
    if (low < 24) return true;
    return low < 28 && read_big_endian(std::size_t{1} << (low - 24), head.argument);
  }
  bool read_text(std::string& text) {
    Head head{};
    return read_head(head) && head.major == kText && read_text(head.argument, text);
  }
  bool read_text(std::uint64_t length, std::string& text) {
    if (length > bytes_.size() - at_) return false;
    text.assign(reinterpret_cast<const char*>(bytes_.data() + at_), length);
    at_ += length;
    return true;
  }
  bool read_members(Value::Object& object, std::uint64_t count, std::size_t depth) {
    if (depth == kDeepest) return false;
    std::string key;
    for (; count > 0; --count) {
      if (!read_text(key)) return false;
      // They were written in order.
      const auto member = object.try_emplace(object.end(), std::move(key));
      if (!read_value(member->second, depth + 1)) return false;
    }
    return true;
  }
  bool read_value(Value& value, std::size_t depth) {
    std::uint8_t byte = 0;
    if (!read_byte(byte)) return false;
    if (byte == kNull) return true;
    if (byte == kFalse || byte == kTrue) {
      value = Value(byte == kTrue);
      return true;
    }
    if (byte == kFloat64) {
      std::uint64_t bits = 0;
      if (!read_big_endian(8, bits)) return false;
      value = Value(std::bit_cast<double>(bits));
      return true;
    }
    Head head{};
    if (!read_argument(byte, head)) return false;
    switch (head.major) {
      case kUnsigned:
        value = Value(head.argument);
        return true;
      case kNegative:
        if (head.argument > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
          return false;
        value = Value(static_cast<std::int64_t>(~head.argument));
        return true;
      case kText: {
        std::string text;
        if (!read_text(head.argument, text)) return false;
        value = Value(std::move(text));
        return true;
      }
      case kArray: {
        // An item has at least one byte.
        if (head.argument > bytes_.size() - at_ || depth == kDeepest) return false;
        Value::Array array(head.argument);
        for (Value& item : array) {
          if (!read_value(item, depth + 1)) return false;
        }
        value = Value(std::move(array));
        return true;
      }
      case kMap: {
        Value::Object object;
        if (!read_members(object, head.argument, depth)) return false;
        value = Value(std::move(object));
        return true;
      }
      default:
        return false;
    }
  }

  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
};

}  // namespace

void encode_payload(const Payload& payload, std::string& out) { put_object(payload, out, 0); }

Result<Payload> decode_payload(std::span<const std::byte> bytes) {
  Payload payload;
  Reader reader(bytes);
  if (!reader.read_object(payload, 0) || !reader.at_end()) {
    return Failure{ErrorCode::kCorruption,
                   fmt::format("payload of {} bytes is malformed at byte {}", bytes.size(),
                               reader.position())};
  }
  return payload;
}

}  // namespace assay::store
