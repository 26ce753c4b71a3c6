// SPDX-License-Identifier: Apache-2.0
#include "wire/formula_json.h"

#include <array>
#include <string_view>
#include <utility>

#include "wire/filter_json.h"

namespace assay::wire {
namespace {

using Operator = OperationExpression::Operator;
using Shape = DecayExpression::Shape;

constexpr std::array<std::pair<std::string_view, Operator>, 4> kLists = {{{"sum", Operator::kSum},
                                                                          {"mult", Operator::kMult},
                                                                          {"max", Operator::kMax},
                                                                          {"min", Operator::kMin}}};
constexpr std::array<std::pair<std::string_view, Operator>, 7> kUnary = {
    {{"neg", Operator::kNeg},
     {"abs", Operator::kAbs},
     {"sqrt", Operator::kSqrt},
     {"exp", Operator::kExp},
     {"ln", Operator::kLn},
     {"log10", Operator::kLog10},
     {"acosh", Operator::kAcosh}}};
constexpr std::array<std::pair<std::string_view, Shape>, 3> kDecays = {
    {{"lin_decay", Shape::kLinear},
     {"exp_decay", Shape::kExponential},
     {"gauss_decay", Shape::kGaussian}}};

Expression expression_of(const Node& node);

Expression decay_of(const Node& node, Shape shape) {
  node.allow({"x", "target", "scale", "midpoint"});
  DecayExpression decay{.shape = shape, .x_and_target = {expression_of(node.required("x"))}};
  if (const auto target = node.member("target"))
    decay.x_and_target.push_back(expression_of(*target));
  if (const auto scale = node.member("scale")) decay.scale = scale->number();
  if (const auto midpoint = node.member("midpoint")) decay.midpoint = midpoint->number();
  return decay;
}

Expression division_of(const Node& node) {
  node.allow({"left", "right", "by_zero_default"});
  OperationExpression division{
      .op = Operator::kDiv,
      .operands = {expression_of(node.required("left")), expression_of(node.required("right"))}};
  if (const auto otherwise = node.member("by_zero_default"))
    division.by_zero_default = otherwise->number();
  return division;
}

Expression power_of(const Node& node) {
  node.allow({"base", "exponent"});
  return OperationExpression{
      .op = Operator::kPow,
      .operands = {expression_of(node.required("base")), expression_of(node.required("exponent"))}};
}

Expression distance_of(const Node& node) {
  node.allow({"origin", "to"});
  return GeoDistanceExpression{.origin = geo_point_of(node.required("origin")),
                               .to = node.required("to").text()};
}

// An object of one member that names an operation; any other object is a condition.
Expression expression_of(const Node& node) {
  if (const auto* name = node.value.get_if<std::string>()) return VariableExpression{*name};
  if (node.value.get_if<Value::Object>() == nullptr) return node.number();
  if (node.object().size() == 1) {
    const std::string& name = node.object().begin()->first;
    const Node only{node.object().begin()->second, node.where + "." + name};
    for (const auto& [known, op] : kLists) {
      if (name != known) continue;
      OperationExpression operation{.op = op, .operands = {}};
      for (const Node& operand : only.elements())
        operation.operands.push_back(expression_of(operand));
      return operation;
    }
    for (const auto& [known, op] : kUnary) {
      if (name == known) return OperationExpression{.op = op, .operands = {expression_of(only)}};
    }
    for (const auto& [known, shape] : kDecays) {
      if (name == known) return decay_of(only, shape);
    }
    if (name == "div") return division_of(only);
    if (name == "pow") return power_of(only);
    if (name == "geo_distance") return distance_of(only);
    if (name == "datetime") return DatetimeExpression{only.text()};
    if (name == "datetime_key") return DatetimeKeyExpression{only.text()};
  }
  return condition_of(node);
}

}  // namespace

FormulaQuery formula_of(const Node& query) {
  query.allow({"formula", "defaults"});
  FormulaQuery result{.formula = expression_of(query.required("formula"))};
  if (const auto defaults = query.member("defaults")) result.defaults = defaults->object();
  return result;
}

}  // namespace assay::wire
