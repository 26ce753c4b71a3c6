// SPDX-License-Identifier: Apache-2.0
// Promise: records are read as RFC 4180 has them, and what is none is refused by its column.
#include "cli/csv.h"

#include <gmock/gmock.h>

namespace assay::cli {
namespace {

using testing::ElementsAre;

std::vector<std::string> read(std::string_view line) {
  CsvRecord record;
  EXPECT_TRUE(record.add(line).value());
  return record.fields();
}

TEST(CsvRecord, SplitsAtCommasOutsideQuotes) {
  EXPECT_THAT(read("a,b b, c "), ElementsAre("a", "b b", " c "));
  EXPECT_THAT(read(R"("a,b",c)"), ElementsAre("a,b", "c"));
  EXPECT_THAT(read(R"("say ""hi""","")"), ElementsAre("say \"hi\"", ""));
  EXPECT_THAT(read(R"("""")"), ElementsAre("\""));
}

TEST(CsvRecord, KeepsEmptyFields) {
  EXPECT_THAT(read(""), ElementsAre(""));
  EXPECT_THAT(read(",,"), ElementsAre("", "", ""));
  EXPECT_THAT(read(R"(a,"")"), ElementsAre("a", ""));
}

TEST(CsvRecord, GoesOnInTheNextLineInsideQuotes) {
  CsvRecord record;
  EXPECT_FALSE(record.add("1,\"one, ").value());
  EXPECT_FALSE(record.add("").value());
  EXPECT_TRUE(record.add("two\",x").value());
  EXPECT_THAT(record.fields(), ElementsAre("1", "one, \n\ntwo", "x"));
  EXPECT_TRUE(record.add("next").value());
  EXPECT_THAT(record.fields(), ElementsAre("next"));
}

TEST(CsvRecord, RefusesStrayQuotes) {
  CsvRecord record;
  EXPECT_EQ(record.add("a,b\"c").failure().message,
            "column 4: a quote inside a field that is not quoted");
  EXPECT_EQ(CsvRecord().add("\"a\"b").failure().message,
            "column 4: expected a comma after a quoted field");
}

}  // namespace
}  // namespace assay::cli
