// SPDX-License-Identifier: Apache-2.0
// Promise: JSON text and Value agree both ways; a fault is named with its byte; nothing overflows
// the stack.
#include <gmock/gmock.h>

#include <limits>

#include "support.h"
#include "wire/json.h"

namespace assay {
namespace {

using test::message_of;
using testing::HasSubstr;

TEST(ValueJson, RoundTrips) {
  for (const std::string text :
       {"null", "true", "-5", "18446744073709551615", "1.5", "\"a\\u0000\\\"é\"", "[]", "{}",
        R"({"a":[1,{"b":null}],"c":"d"})"}) {
    EXPECT_EQ(Value::from_json(text).to_json(), text);
  }
  EXPECT_EQ(Value::from_json(" [1 , 2]\n").to_json(), "[1,2]");
  EXPECT_EQ(Value::from_json(R"({"a":1,"a":2})").to_json(), R"({"a":2})");  // the last one wins
  EXPECT_EQ(Value(std::numeric_limits<double>::quiet_NaN()).to_json(), "null");
  EXPECT_EQ(Value(0.1).to_json(), "0.1");
  EXPECT_EQ(Value::from_json("\"\\ud83c\\udf88\"").to_json(), "\"🎈\"");
}

TEST(ValueJson, NamesTheByteOfAFault) {
  const auto refusal = [](const std::string& text) {
    return message_of(ErrorCode::kInvalidArgument, [&] { (void)Value::from_json(text); });
  };
  EXPECT_THAT(refusal(R"({"a":tru})"), HasSubstr("invalid JSON at byte 8"));
  EXPECT_THAT(refusal(""), HasSubstr("invalid JSON at byte 0"));
  EXPECT_THAT(refusal("[1,2"), HasSubstr("invalid JSON at byte 4"));
  EXPECT_THAT(refusal("1 2"), HasSubstr("invalid JSON at byte 2"));
  EXPECT_THAT(refusal("\"\xff\""), HasSubstr("invalid JSON at byte 1"));
  EXPECT_THAT(refusal("\"\\ud83c\""), HasSubstr("invalid JSON at byte"));  // a lone surrogate
}

TEST(ValueJson, RefusesDeepNesting) {
  EXPECT_NO_THROW((void)Value::from_json(std::string(128, '[') + std::string(128, ']')));
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [] { (void)Value::from_json(std::string(1000000, '[')); }),
              HasSubstr("nested more than 128 levels deep"));
}

}  // namespace
}  // namespace assay
