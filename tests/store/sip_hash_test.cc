// SPDX-License-Identifier: Apache-2.0
// Promise: SipHash-2-4, byte for byte.
#include "store/sip_hash.h"

#include <gtest/gtest.h>

#include <vector>

namespace assay::store {
namespace {

// From qdrant-client 1.20's siphash24(), which has the zero key too.
TEST(SipHashTest, GivesTheKnownValues) {
  std::vector<std::uint8_t> bytes;
  const std::uint64_t expected[] = {
      0x1e924b9d737700d7, 0x8b5a0baa49fbc58d, 0x62c3506f27376c25, 0x680fa79f0e7fdfe9,
      0xef7bdf3ee24abec8, 0x68f1ce874c39785b, 0x1f01e817d7d793af, 0xb3d67eaf2c11480b,
      0xc72b1c24fc2f7938, 0x610e7ab6ada60b22, 0x789ad31dad123412, 0xca6dc49af65ed779,
      0x1176313427ceaaf0, 0x3c6f1970dd62f235, 0xda6a048115121cab, 0xd0567cd44e891363,
      0xc902632ed88f897f,
  };
  for (const std::uint64_t hash : expected) {
    EXPECT_EQ(sip_hash(bytes), hash) << bytes.size();
    bytes.push_back(static_cast<std::uint8_t>(bytes.size()));
  }
  EXPECT_EQ(sip_hash(PointId(42)), 0x0fc2553f07619dd3);
  EXPECT_EQ(sip_hash(PointId("550e8400-e29b-41d4-a716-446655440000")), 0xf5d0ca21ba34d504);
}

}  // namespace
}  // namespace assay::store
