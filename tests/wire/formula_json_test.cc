// SPDX-License-Identifier: Apache-2.0
// Promise: formulas of Qdrant's REST interface are read whole; what is none is refused by place.
// What the expressions mean: store/formula_test.cc.
#include "wire/formula_json.h"

#include <gmock/gmock.h>

#include "support.h"

namespace assay::wire {
namespace {

using Operator = OperationExpression::Operator;

template <class Kind>
Kind read(const std::string& expression) {
  const Value query = Value::from_json(R"({"formula": )" + expression + "}");
  return std::get<Kind>(formula_of({query, "query"}).formula.node);
}

std::string refused(const std::string& query) {
  return test::message_of(ErrorCode::kInvalidArgument, [&] {
    const Value json = Value::from_json(query);
    (void)formula_of({json, "query"});
  });
}

TEST(FormulaJson, ReadsEveryExpression) {
  EXPECT_EQ(read<double>("2"), 2.0);
  EXPECT_EQ(read<VariableExpression>(R"("$score[1]")").name, "$score[1]");
  EXPECT_TRUE(std::holds_alternative<FieldCondition>(
      read<Condition>(R"({"key": "k", "match": {"value": 1}})").test));
  EXPECT_TRUE(std::holds_alternative<HasId>(read<Condition>(R"({"has_id": [1]})").test));
  EXPECT_TRUE(std::holds_alternative<Filter>(read<Condition>(R"({"must": []})").test));
  const std::vector<std::pair<std::string, Operator>> lists = {{"sum", Operator::kSum},
                                                               {"mult", Operator::kMult},
                                                               {"max", Operator::kMax},
                                                               {"min", Operator::kMin}};
  for (const auto& [name, op] : lists) {
    const auto read_back = read<OperationExpression>("{\"" + name + R"(": [1, "x", {"neg": 2}]})");
    EXPECT_EQ(read_back.op, op);
    EXPECT_EQ(read_back.operands.size(), 3u);
  }
  const std::vector<std::pair<std::string, Operator>> unary = {
      {"neg", Operator::kNeg},    {"abs", Operator::kAbs}, {"sqrt", Operator::kSqrt},
      {"exp", Operator::kExp},    {"ln", Operator::kLn},   {"log10", Operator::kLog10},
      {"acosh", Operator::kAcosh}};
  for (const auto& [name, op] : unary)
    EXPECT_EQ(read<OperationExpression>("{\"" + name + "\": 1}").op, op);
  const auto division =
      read<OperationExpression>(R"({"div": {"left": 1, "right": 2, "by_zero_default": 3}})");
  EXPECT_EQ(division.op, Operator::kDiv);
  EXPECT_EQ(std::get<double>(division.operands.at(1).node), 2.0);
  EXPECT_EQ(division.by_zero_default, 3.0);
  const auto power = read<OperationExpression>(R"({"pow": {"base": 1, "exponent": 2}})");
  EXPECT_EQ(power.op, Operator::kPow);
  EXPECT_EQ(std::get<double>(power.operands.at(1).node), 2.0);
  const auto distance = read<GeoDistanceExpression>(
      R"({"geo_distance": {"origin": {"lat": 1, "lon": 2}, "to": "spot"}})");
  EXPECT_EQ(distance.origin.lat, 1.0);
  EXPECT_EQ(distance.to, "spot");
  EXPECT_EQ(read<DatetimeExpression>(R"({"datetime": "2024-01-01"})").datetime, "2024-01-01");
  EXPECT_EQ(read<DatetimeKeyExpression>(R"({"datetime_key": "at"})").key, "at");
  const auto decay = read<DecayExpression>(
      R"({"gauss_decay": {"x": "n", "target": 3, "scale": 4, "midpoint": 0.25}})");
  EXPECT_EQ(decay.shape, DecayExpression::Shape::kGaussian);
  EXPECT_EQ(decay.x_and_target.size(), 2u);
  EXPECT_EQ(decay.scale, 4.0);
  EXPECT_EQ(decay.midpoint, 0.25);
  EXPECT_EQ(read<DecayExpression>(R"({"lin_decay": {"x": 1}})").shape,
            DecayExpression::Shape::kLinear);
  EXPECT_EQ(read<DecayExpression>(R"({"exp_decay": {"x": 1}})").x_and_target.size(), 1u);
}

TEST(FormulaJson, ReadsDefaults) {
  const Value query = Value::from_json(R"({"formula": "n", "defaults": {"n": 4}})");
  EXPECT_EQ(formula_of({query, "query"}).defaults, (Value::Object{{"n", 4}}));
}

TEST(FormulaJson, RefusesWhatIsNone) {
  EXPECT_EQ(refused("{}"), "query: \"formula\" is missing");
  EXPECT_EQ(refused(R"({"formula": true})"), "query.formula: expected a number, got a boolean");
  EXPECT_EQ(refused(R"({"formula": {"sum": [1, {"sum": 2}]}})"),
            "query.formula.sum[1].sum: expected an array, got a number");
  EXPECT_EQ(refused(R"({"formula": {"div": {"left": 1}}})"),
            "query.formula.div: \"right\" is missing");
  EXPECT_EQ(refused(R"({"formula": {"log2": 1}})"), "query.formula: unknown field \"log2\"");
  EXPECT_EQ(refused(R"({"formula": 1, "defaults": []})"),
            "query.defaults: expected an object, got an array");
}

}  // namespace
}  // namespace assay::wire
