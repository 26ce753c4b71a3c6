// SPDX-License-Identifier: Apache-2.0
// Promise: the bar shows bytes, rate and time left, and fits the terminal.
#include "hub/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace assay::hub {
namespace {

TEST(ProgressLine, ShowsShareBytesRateAndTimeLeft) {
  EXPECT_EQ(progress_line("org/tiny", 45'000'000, 90'000'000, 0, 10, 200),
            "org/tiny [############............]  50 %  45.0 MB of 90.0 MB  4.5 MB/s  00:10 left");
}

TEST(ProgressLine, RateCountsOnlyWhatWasTransferred) {
  EXPECT_THAT(progress_line("m", 3000, 4000, 1000, 1, 200),
              testing::EndsWith("3.0 kB of 4.0 kB  2.0 kB/s  00:00 left"));
}

TEST(ProgressLine, SurvivesNothingAndTooMuch) {
  EXPECT_THAT(progress_line("m", 0, 0, 0, 0, 200), testing::EndsWith("100 %  0 B of 0 B"));
  EXPECT_THAT(progress_line("m", 9, 5, 0, 0, 200), testing::EndsWith("100 %  5 B of 5 B"));
}

TEST(ProgressLine, IsCutToTheTerminal) {
  EXPECT_EQ(progress_line("org/name", 1, 2, 0, 1, 20).size(), 20u);
}

TEST(Progress, DrawsNothingWhereThereIsNoTerminal) {
  testing::internal::CaptureStderr();  // a file
  {
    Progress progress("m", true);
    progress.expect(10);
    progress.start_file("a", 10);
    progress.at(5);
    progress.finish_file();
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace assay::hub
