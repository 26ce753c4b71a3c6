// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite_wal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>

#include "assay/error.h"
#include "base/file.h"

namespace assay::store {
namespace {

constexpr std::size_t kHeaderBytes = 32, kFrameBytes = 24;
constexpr std::uint32_t kMagic = 0x377F0682;  // its lowest bit: checksums over big-endian words

std::filesystem::path wal_of(const std::filesystem::path& file) { return file.string() + "-wal"; }

std::uint32_t big_endian(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  return value;
}

struct Sums {
  std::uint32_t a = 0, b = 0;
  friend bool operator==(const Sums&, const Sums&) = default;
};

Sums add(Sums sums, std::span<const std::byte> bytes, bool big) {
  for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    std::array<std::uint32_t, 2> words{};
    std::memcpy(words.data(), bytes.data() + at, 8);
    if (big) {
      for (std::uint32_t& word : words) word = __builtin_bswap32(word);
    }
    sums.a += words[0] + sums.b;
    sums.b += words[1] + sums.a;
  }
  return sums;
}

Sums sums_at(std::span<const std::byte> bytes, std::size_t at) {
  return {big_endian(bytes, at), big_endian(bytes, at + 4)};
}

}  // namespace

WalState inspect_wal(const std::filesystem::path& file) {
  WalState state;
  std::error_code missing;
  if (!std::filesystem::exists(wal_of(file), missing)) return state;
  const MappedFile mapped(wal_of(file));
  const auto log = mapped.bytes();
  if (log.size() < kHeaderBytes) {
    state.tail_bytes = log.size();
    return state;
  }
  const bool big = (big_endian(log, 0) & 1) != 0;
  const std::size_t page = big_endian(log, 8);
  const auto salts = log.subspan(16, 8);
  Sums sums = add({}, log.first(24), big);
  if (page < 512 || page > 65536) {
    state.tail_bytes = log.size();
    return state;
  }
  const std::size_t step = kFrameBytes + page;
  std::uint64_t end = 0;   // of this log's frames
  bool committed = false;  // the tail holds the end of a transaction
  // So far all bytes are as they were written. The header is synced before the frames.
  bool whole = (big_endian(log, 0) & ~1u) == kMagic && sums == sums_at(log, 24);
  const bool header_whole = whole;
  for (std::size_t at = kHeaderBytes; log.size() - at >= kFrameBytes; at += step) {
    const auto head = log.subspan(at, kFrameBytes);
    const bool complete = log.size() - at >= step;
    const std::uint64_t frame_end = complete ? at + step : log.size();
    // Frames of earlier rounds of the log have other salts, and so has one that was not written.
    const bool mine = std::memcmp(head.data() + 8, salts.data(), 8) == 0;
    const bool ends_transaction = big_endian(head, 4) != 0;
    if (whole && mine && complete) {
      sums = add(add(sums, head.first(8), big), log.subspan(at + kFrameBytes, page), big);
      whole = sums == sums_at(head, 16);
    } else {
      whole = false;
    }
    if (mine) {
      end = frame_end;
      if (whole && ends_transaction) state.valid_bytes = end;
      if (!whole) {
        state.later_writes = state.later_writes || committed;
        committed = committed || ends_transaction;
      }
    }
    if (!complete) break;
  }
  if (!header_whole) state.later_writes = committed;
  state.tail_bytes = end - state.valid_bytes;
  return state;
}

void drop_wal_tail(const std::filesystem::path& file, const WalState& state) {
  const std::filesystem::path wal = wal_of(file);
  if (::truncate(wal.c_str(), static_cast<off_t>(state.valid_bytes)) != 0) {
    throw Error(ErrorCode::kIo,
                fmt::format("store: cannot shorten {}: {}", wal.string(), system_message(errno)));
  }
}

}  // namespace assay::store
