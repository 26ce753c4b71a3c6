// SPDX-License-Identifier: Apache-2.0
// Promise: ids are 64-bit integers or UUIDs in any documented spelling, in the documented order.
#include <fmt/format.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "assay/point.h"
#include "support.h"

namespace assay {
namespace {

constexpr const char* kUuid = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

TEST(PointIdTest, HoldsAllUnsignedIntegers) {
  EXPECT_EQ(PointId(0).integer(), 0u);
  EXPECT_EQ(PointId(std::uint8_t{200}).integer(), 200u);
  EXPECT_EQ(PointId(UINT64_MAX).integer(), UINT64_MAX);
  EXPECT_EQ(PointId(UINT64_MAX).to_string(), "18446744073709551615");
  EXPECT_EQ(PointId(UINT64_MAX).to_value(), Value(UINT64_MAX));
  EXPECT_TRUE(PointId(7).is_integer());
  EXPECT_EQ(PointId(), PointId(0));
}

TEST(PointIdTest, RefusesNegativeIntegers) {
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument, [] { PointId id(-5); }),
            "Point id -5 is negative: an integer id is 0 to 18446744073709551615");
}

TEST(PointIdTest, ReadsEverySpellingOfAUuid) {
  for (const char* spelling :
       {"f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
        "f81d4fae7dec11d0a76500a0c91e6bf6", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
        "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "URN:UUID:F81D4FAE-7dec-11d0-a765-00a0c91e6bf6"}) {
    const PointId id(spelling);
    EXPECT_FALSE(id.is_integer());
    EXPECT_EQ(id.uuid(), kUuid) << spelling;
    EXPECT_EQ(id.to_string(), kUuid);
    EXPECT_EQ(id.to_value(), Value(kUuid));
  }
  EXPECT_EQ(PointId("00000000-0000-0000-0000-000000000000").uuid(),
            "00000000-0000-0000-0000-000000000000");
}

TEST(PointIdTest, RefusesEverythingElse) {
  for (const std::string text :
       {"", "abc", "123", "f81d4fae-7dec-11d0-a765-00a0c91e6bf",
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf66", "f81d4fae7dec-11d0-a765-00a0c91e6bf6--",
        "g81d4fae-7dec-11d0-a765-00a0c91e6bf6", "{f81d4fae7dec11d0a76500a0c91e6bf6}",
        "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "urn:uuid:f81d4fae7dec11d0a76500a0c91e6bf6",
        "urn:uuid:", " f81d4fae7dec11d0a76500a0c91e6bf6", "f81d4fae7dec11d0a765-00a0c91e6bf"}) {
    EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument, [&] { PointId id(text); }),
              fmt::format("Point id {} is not a valid UUID", text));
  }
}

TEST(PointIdTest, OrdersIntegersBeforeUuidsAndUuidsByText) {
  std::vector<std::string> texts;
  for (int i = 0; i < 300; ++i) texts.push_back(PointId::random().uuid());
  for (const auto& a : texts) {
    EXPECT_LT(PointId(UINT64_MAX), PointId(a));
    for (const auto& b : texts) EXPECT_EQ(PointId(a) < PointId(b), a < b);
  }
  EXPECT_LT(PointId(9), PointId(10));
  EXPECT_NE(PointId(0), PointId("00000000-0000-0000-0000-000000000000"));
}

TEST(PointIdTest, DrawsDistinctVersionFourUuids) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = PointId::random().uuid();
    ASSERT_EQ(text.size(), 36u);
    EXPECT_EQ(text[14], '4');
    EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos) << text;
    seen.insert(text);
  }
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(PointIdTest, UuidsTravelAsBytesInTheOrderOfTheirText) {
  const auto bytes = PointId("00112233-4455-6677-8899-aabbccddeeff").uuid_bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) EXPECT_EQ(bytes[i], 0x11 * i);
  for (int i = 0; i < 100; ++i) {
    const PointId id = PointId::random();
    EXPECT_EQ(PointId::from_uuid_bytes(id.uuid_bytes()), id);
  }
}

TEST(PointIdTest, RefusesToBeReadAsTheOtherKind) {
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument, [] { (void)PointId(5).uuid_bytes(); }),
            "Point id 5 is an integer, not a UUID");
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument, [] { (void)PointId(5).uuid(); }),
            "Point id 5 is an integer, not a UUID");
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument, [] { (void)PointId(kUuid).integer(); }),
            fmt::format("Point id {} is a UUID, not an integer", kUuid));
}

}  // namespace
}  // namespace assay
