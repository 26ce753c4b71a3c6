// SPDX-License-Identifier: Apache-2.0
// Promise: every expression has the value that qdrant.md section 8 gives it; what is no formula is
// refused before a point is looked at, and a value that is missing, of another type or not finite
// is refused by Qdrant's words.
#include "store/formula.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "support.h"

namespace assay::store {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
namespace f = assay::formula;

const Payload kPayload = {{"n", 3},
                          {"x", -1.5},
                          {"zero", 0},
                          {"one", Value::Array{7}},
                          {"two", Value::Array{1, 2}},
                          {"none", Value::Array{}},
                          {"flag", true},
                          {"text", "word"},
                          {"null", nullptr},
                          {"when", "1970-01-01T00:01:00.5Z"},
                          {"tag", "a"},
                          {"spot", Value::Object{{"lat", 52.52}, {"lon", 13.405}}}};

float value(const Expression& expression, Value::Object defaults = {},
            std::vector<std::optional<float>> scores = {0.5f, std::nullopt, 2.0f}) {
  const PointFormula formula({expression, std::move(defaults)});
  const PointId id = 1;
  const std::function<bool(std::string_view)> has_vector = [](std::string_view name) {
    return name == "v";
  };
  return formula.score(
      {.candidate = {.payload = kPayload, .id = &id, .has_vector = &has_vector}, .scores = scores});
}

std::string refused(const Expression& expression, Value::Object defaults = {}) {
  return test::message_of(ErrorCode::kInvalidArgument, [&] { (void)value(expression, defaults); });
}

// Refused when it is compiled, without a point.
std::string invalid(const Expression& expression, Value::Object defaults = {}) {
  return test::message_of(ErrorCode::kInvalidArgument, [&] {
    (void)PointFormula({expression, std::move(defaults)});
  });
}

Expression variable(std::string name) { return VariableExpression{std::move(name)}; }

TEST(Formula, NumbersAndScores) {
  EXPECT_EQ(value(2.5), 2.5f);
  EXPECT_EQ(value(variable("$score")), 0.5f);
  EXPECT_EQ(value(f::score()), 0.5f);
  EXPECT_EQ(value(variable("$score[2]")), 2.0f);
  EXPECT_EQ(value(f::score(1)), 0.0f);  // the point is not in prefetch 1
  EXPECT_EQ(value(f::score(9)), 0.0f);
  EXPECT_EQ(value(f::score(1), {{"$score[1]", 4}}), 4.0f);
  EXPECT_EQ(value(f::score(), {{"$score", 4}}, {std::nullopt}), 4.0f);
  EXPECT_EQ(value(variable("$score"), {{"$score[0]", 4}}, {std::nullopt}), 4.0f);
  for (const char* name : {"$scores", "$score[", "$score[]", "$score[-1]", "$score[+1]",
                           "$score[1]x", "$score[ 1]", "$score[99999999999999999999]"})
    EXPECT_THAT(invalid(variable(name)), HasSubstr("Invalid score pattern: ")) << name;
  EXPECT_THAT(invalid(1.0, {{"$score[x]", 1}}), HasSubstr("Invalid score pattern: $score[x]"));
}

TEST(Formula, PayloadValues) {
  EXPECT_EQ(value(f::key("n")), 3.0f);
  EXPECT_EQ(value(f::key("one")), 7.0f);
  EXPECT_EQ(value(f::key("one[0]")), 7.0f);
  EXPECT_EQ(value(f::key("missing"), {{"missing", 4}}), 4.0f);
  EXPECT_EQ(value(f::key("none"), {{"none", Value::Array{4}}}), 4.0f);
  EXPECT_EQ(value(f::key("n"), {{"n", 4}}), 3.0f);
  EXPECT_EQ(refused(f::key("missing")),
            "No value found for missing in the payload nor the formula defaults");
  EXPECT_THAT(refused(f::key("none"), {{"none", Value::Array{}}}), HasSubstr("No value found"));
  for (const char* key : {"two", "flag", "text", "null", "spot"}) {
    EXPECT_THAT(refused(f::key(key)), HasSubstr("Expected number value for " + std::string(key) +
                                                " in the payload and/or in the formula defaults"));
  }
  EXPECT_THAT(invalid(f::key("a[")), HasSubstr("Invalid path"));
}

TEST(Formula, Conditions) {
  EXPECT_EQ(value(f::condition(match("tag", "a"))), 1.0f);
  EXPECT_EQ(value(f::condition(match("tag", "b"))), 0.0f);
  EXPECT_EQ(value(f::condition(HasVector{"v"})), 1.0f);
  EXPECT_EQ(value(f::condition(HasId{{1}})), 1.0f);
  EXPECT_EQ(value(f::condition(Filter{.must_not = {match("tag", "a")}})), 0.0f);
  EXPECT_THAT(invalid(f::condition(match("", 1))), HasSubstr("Invalid path"));
}

TEST(Formula, SumsAndProducts) {
  EXPECT_EQ(value(f::sum({1, f::key("n"), f::score()})), 4.5f);
  EXPECT_EQ(value(f::sum({})), 0.0f);
  EXPECT_EQ(value(f::mult({2, f::key("n")})), 6.0f);
  EXPECT_EQ(value(f::mult({})), 1.0f);
  EXPECT_EQ(value(f::mult({0, f::key("missing")})), 0.0f);  // stops at the first 0
  EXPECT_EQ(value(1 + 2 * f::key("n") - f::score() / 2), 6.75f);
  EXPECT_EQ(value(-f::key("n")), -3.0f);
  EXPECT_THAT(refused(f::mult({1e200, 1e200})), HasSubstr("produced a non-finite number"));
  EXPECT_THAT(refused(1e39), HasSubstr("The expression 1e+39 as f32 = inf produced a non-finite"));
}

TEST(Formula, Extremes) {
  EXPECT_EQ(value(f::max({1, f::key("n"), -4})), 3.0f);
  EXPECT_EQ(value(f::min({1, f::key("n"), -4})), -4.0f);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(value(f::max({kNan, 1})), 1.0f);
  EXPECT_EQ(value(f::min({1, kNan})), 1.0f);
  EXPECT_EQ(invalid(f::max({})), "`max` needs at least one operand");
  EXPECT_EQ(invalid(f::sum({1, f::min({})})), "`min` needs at least one operand");
}

TEST(Formula, Division) {
  EXPECT_EQ(value(f::div(3, 2)), 1.5f);
  EXPECT_EQ(value(f::div(0, f::key("missing"))), 0.0f);  // the right side is not asked
  EXPECT_EQ(value(f::div(3, f::key("zero"), 9)), 9.0f);
  EXPECT_EQ(refused(f::div(3, f::key("zero"))), "The expression 3/0 produced a non-finite number");
  EXPECT_THAT(refused(f::div(1e300, 1e-300)), HasSubstr("non-finite"));
}

TEST(Formula, FunctionsInAndOutsideTheirDomain) {
  EXPECT_EQ(value(f::abs(f::key("x"))), 1.5f);
  EXPECT_EQ(value(f::sqrt(9)), 3.0f);
  EXPECT_EQ(value(f::pow(2, f::key("n"))), 8.0f);
  EXPECT_FLOAT_EQ(value(f::exp(1)), std::exp(1.0f));
  EXPECT_FLOAT_EQ(value(f::ln(10)), std::log(10.0f));
  EXPECT_FLOAT_EQ(value(f::log10(100)), 2.0f);
  EXPECT_FLOAT_EQ(value(f::acosh(2)), std::acosh(2.0f));
  EXPECT_EQ(value(f::acosh(1)), 0.0f);
  EXPECT_THAT(refused(f::sqrt(-1)), HasSubstr("The expression √-1 produced a non-finite number"));
  EXPECT_THAT(refused(f::pow(-8, 0.5)), HasSubstr("The expression -8^0.5 produced"));
  EXPECT_THAT(refused(f::pow(0, -1)), HasSubstr("non-finite"));
  EXPECT_THAT(refused(f::exp(1000)), HasSubstr("The expression exp(1000) produced"));
  EXPECT_THAT(refused(f::ln(0)), HasSubstr("The expression ln(0) produced"));
  EXPECT_THAT(refused(f::log10(-1)), HasSubstr("The expression log10(-1) produced"));
  EXPECT_THAT(refused(f::acosh(0.5)), HasSubstr("The expression acosh(0.5) produced"));
}

TEST(Formula, OperatorsTakeTheirNumberOfOperands) {
  using Operator = OperationExpression::Operator;
  EXPECT_THAT(invalid(f::operation(Operator::kSqrt, {})), HasSubstr("one operand, got 0"));
  EXPECT_THAT(invalid(f::operation(Operator::kPow, {1})), HasSubstr("two operands, got 1"));
  EXPECT_THAT(invalid(DecayExpression{.x_and_target = {}}), HasSubstr("needs x"));
}

TEST(Formula, PlacesAndTimes) {
  EXPECT_NEAR(value(f::geo_distance({.lon = 13.405, .lat = 52.52}, "spot")), 0, 1e-3);
  EXPECT_NEAR(value(f::geo_distance({.lon = 13.405, .lat = 51.52}, "spot")), 111195, 5);
  EXPECT_NEAR(value(f::geo_distance({.lon = 1, .lat = 1}, "missing"),
                    {{"missing", Value::Object{{"lat", 1}, {"lon", 1}}}}),
              0, 1e-3);
  EXPECT_THAT(refused(f::geo_distance({}, "text")),
              HasSubstr("Expected geo point value for text in the payload"));
  EXPECT_EQ(value(f::datetime("1970-01-02")), 86400.0f);
  EXPECT_EQ(value(f::datetime_key("when")), 60.5f);
  EXPECT_EQ(value(f::datetime_key("missing"), {{"missing", "1970-01-02"}}), 86400.0f);
  EXPECT_THAT(refused(f::datetime_key("text")),
              HasSubstr("Expected datetime value for text in the payload"));
  EXPECT_THAT(invalid(f::datetime("yesterday")),
              StartsWith("Expected datetime in supported format for yesterday"));
  EXPECT_THAT(invalid(f::datetime_key("")), HasSubstr("Invalid path"));
  EXPECT_THAT(invalid(f::geo_distance({}, "[")), HasSubstr("Invalid path"));
}

TEST(Formula, Decays) {
  EXPECT_FLOAT_EQ(value(f::lin_decay(0.5)), 0.75f);
  EXPECT_FLOAT_EQ(value(f::lin_decay(4)), 0.0f);
  EXPECT_FLOAT_EQ(value(f::lin_decay(f::key("n"), {.target = 1, .scale = 4, .midpoint = 0.2})),
                  0.6f);
  EXPECT_FLOAT_EQ(value(f::exp_decay(-1)), 0.5f);
  EXPECT_FLOAT_EQ(value(f::exp_decay(5, {.target = 1, .scale = 2, .midpoint = 0.1})), 0.01f);
  EXPECT_FLOAT_EQ(value(f::gauss_decay(2, {.target = 0, .scale = 2, .midpoint = 0.3})), 0.3f);
  EXPECT_FLOAT_EQ(value(f::gauss_decay(2)), 0.0625f);
  EXPECT_EQ(invalid(f::exp_decay(1, {.scale = 0})), "Scale must be non-zero positive, got 0");
  EXPECT_EQ(invalid(f::exp_decay(1, {.midpoint = 1})),
            "Decay midpoint should be in the range (0.0, 1.0), got 1");
  EXPECT_EQ(invalid(f::lin_decay(1, {.midpoint = 1.5})),
            "Linear decay midpoint should be in the range [0.0, 1.0], got 1.5");
  EXPECT_FLOAT_EQ(value(f::lin_decay(1, {.midpoint = 0})), 0.0f);
  EXPECT_THAT(invalid(f::gauss_decay(1, {.target = f::datetime("no")})),
              HasSubstr("Expected datetime in supported format"));
}

}  // namespace
}  // namespace assay::store
