// SPDX-License-Identifier: Apache-2.0
// Promise: the forms of qdrant.md section 9.5 are read, to the microsecond, and no others.
#include "store/datetime.h"

#include <gtest/gtest.h>

namespace assay::store {
namespace {

constexpr std::int64_t kNoon = 1718452800'000000;  // 2024-06-15 12:00:00 UTC

TEST(DatetimeTest, ReadsEveryForm) {
  EXPECT_EQ(parse_datetime("1970-01-01"), 0);
  EXPECT_EQ(parse_datetime("2024-06-15"), kNoon - 12 * 3600'000000LL);
  for (const char* text :
       {"2024-06-15T12:00", "2024-06-15 12:00", "2024-06-15T12:00:00", "2024-06-15 12:00:00.0",
        "2024-06-15T12:00:00Z", "2024-06-15T12:00:00z", "2024-06-15 14:00:00+02",
        "2024-06-15 14:00:00+0200", "2024-06-15T07:30:00-04:30", "2024-06-15 12:00:00 UTC",
        "2024-06-15T14:00:00.000000 +0200", "  2024-06-15 12:00", "2024-6-15 12:0"})
    EXPECT_EQ(parse_datetime(text), kNoon) << text;
}

TEST(DatetimeTest, CutsFractionsToMicroseconds) {
  EXPECT_EQ(parse_datetime("2024-06-15T12:00:00.5"), kNoon + 500000);
  EXPECT_EQ(parse_datetime("2024-06-15T12:00:00.0000019Z"), kNoon + 1);
  EXPECT_EQ(parse_datetime("1969-12-31T23:59:59.999999"), -1);
}

TEST(DatetimeTest, RefusesEverythingElse) {
  for (const char* text : {"",
                           "soon",
                           "2024",
                           "2024-06",
                           "2024-06-15 12",
                           "2024-06-15T",
                           "2024-06-15x12:00",
                           "2024-02-30",
                           "2024-13-01",
                           "0000-01-01",
                           "2024-06-15T24:00",
                           "2024-06-15T12:60",
                           "2024-06-15T12:00:60",
                           "2024-06-15T12:00:00.",
                           "2024-06-15T12:00Z",
                           "2024-06-15T12:00:00+2",
                           "2024-06-15T12:00:00+24:00",
                           "2024-06-15T12:00:00 GMT",
                           "2024-06-15T12:00:00Zx",
                           "24-06-15",
                           "2024-06-15 12:00:00 "})
    EXPECT_EQ(parse_datetime(text), std::nullopt) << text;
}

}  // namespace
}  // namespace assay::store
