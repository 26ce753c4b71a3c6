// SPDX-License-Identifier: Apache-2.0
// Published checksums, and pieces that add up.
#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace assay {
namespace {

std::uint32_t checksum(std::string_view text, std::uint32_t before = 0) {
  return crc32c(std::as_bytes(std::span(text)), before);
}

TEST(Crc32cTest, PublishedValues) {
  EXPECT_EQ(checksum("123456789"), 0xE3069283u);  // the catalogue's check value
  EXPECT_EQ(checksum(""), 0u);
  std::string ascending;
  for (char c = 0; c < 32; ++c) ascending.push_back(c);
  // RFC 3720 appendix B.4
  EXPECT_EQ(checksum(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(checksum(std::string(32, '\xff')), 0x62A8AB43u);
  EXPECT_EQ(checksum(ascending), 0x46DD794Eu);
}

TEST(Crc32cTest, PiecesOfAnyLengthAddUp) {
  const std::string_view text = "The quick brown fox jumps over the lazy dog, twice.";
  for (std::size_t cut = 0; cut <= text.size(); ++cut)
    EXPECT_EQ(checksum(text.substr(cut), checksum(text.substr(0, cut))), checksum(text));
}

}  // namespace
}  // namespace assay
