// SPDX-License-Identifier: Apache-2.0
// Scores computed from the scores of prefetches and the payload. Names and meaning follow Qdrant's
// formula queries.
//
//     using namespace assay::formula;
//     FormulaQuery{score() + 0.5 * condition(match("tag", "title")) +
//                  gauss_decay(datetime_key("published"), {.target = datetime("2026-01-01"),
//                                                          .scale = 30 * 86400})}
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "assay/export.h"
#include "assay/filter.h"
#include "assay/types.h"

namespace assay {

struct Expression;

/// A number at a payload path (arrays of one are unwrapped), or `$score` or `$score[i]`: the
/// point's score in prefetch 0 or i. What is missing is the formula's default; without one a score
/// is 0 and a payload value an error.
struct VariableExpression {
  std::string name;
};
/// kMult stops at the first factor of 0. kDiv gives 0 for a dividend of 0 and `by_zero_default`,
/// if there is one, for a divisor of 0. kMax and kMin skip NaN.
struct OperationExpression {
  enum class Operator {
    kSum,
    kMult,
    kMax,
    kMin,  // any number of operands; the last two: 1
    kNeg,
    kAbs,
    kSqrt,
    kExp,
    kLn,
    kLog10,
    kAcosh,  // one
    kDiv,
    kPow,  // two
  };
  Operator op = Operator::kSum;
  std::vector<Expression> operands = {};
  std::optional<double> by_zero_default = {};
};
/// Metres from a point on the globe to the one at a payload path.
struct GeoDistanceExpression {
  GeoPoint origin;
  std::string to;
};
/// Seconds since 1970 UTC of a date-time (DatetimeRange has its forms).
struct DatetimeExpression {
  std::string datetime;
};
/// The same of the date-time at a payload path.
struct DatetimeKeyExpression {
  std::string key;
};
/// 1 where x is the target, `midpoint` at a distance of `scale` from it. With d = |x - target|:
/// linear max(0, 1 - (1 - midpoint) d / scale), exponential midpoint^(d / scale), Gaussian
/// midpoint^(d / scale)^2.
struct DecayExpression {
  enum class Shape { kLinear, kExponential, kGaussian };
  Shape shape = Shape::kLinear;
  std::vector<Expression> x_and_target;  ///< one or two; the target is 0 when it is not there
  double scale = 1;                      ///< above 0
  double midpoint = 0.5;                 ///< within (0, 1), linear within [0, 1]
};

/// One of the above, a number, or a condition, which is 1 where it holds and 0 elsewhere.
struct ASSAY_EXPORT Expression {
  std::variant<double, VariableExpression, Condition, OperationExpression, GeoDistanceExpression,
               DatetimeExpression, DatetimeKeyExpression, DecayExpression>
      node;

  Expression(double number) : node(number) {}
  Expression(VariableExpression variable) : node(std::move(variable)) {}
  Expression(Condition condition) : node(std::move(condition)) {}
  Expression(OperationExpression operation) : node(std::move(operation)) {}
  Expression(GeoDistanceExpression distance) : node(std::move(distance)) {}
  Expression(DatetimeExpression datetime) : node(std::move(datetime)) {}
  Expression(DatetimeKeyExpression datetime) : node(std::move(datetime)) {}
  Expression(DecayExpression decay) : node(std::move(decay)) {}

  friend Expression operator+(Expression a, Expression b);
  friend Expression operator-(Expression a, Expression b);
  friend Expression operator*(Expression a, Expression b);
  friend Expression operator/(Expression a, Expression b);
  friend Expression operator-(Expression a);
};

/// Scores the points that the prefetches found, highest first; float32.
///
/// Errors: kInvalidArgument, before any point is looked at, for a malformed path or score index, a
///         condition, date-time or decay that is none, max or min of nothing; then for the first
///         point where an operation is not defined or not finite ("The expression X produced a
///         non-finite number"), a payload value is missing ("No value found for K ...") or of the
///         wrong type ("Expected number value for K ...").
struct FormulaQuery {
  Expression formula;
  /// Values of variables where a point has none, by their names.
  Value::Object defaults = {};
};

/// Builders. Operators take expressions and numbers.
namespace formula {

inline Expression key(std::string path) { return VariableExpression{std::move(path)}; }
inline Expression score(std::size_t prefetch = 0) {
  return VariableExpression{"$score[" + std::to_string(prefetch) + "]"};
}
inline Expression condition(Condition test) { return {std::move(test)}; }

inline Expression operation(OperationExpression::Operator op, std::vector<Expression> operands) {
  return OperationExpression{.op = op, .operands = std::move(operands)};
}
inline Expression sum(std::vector<Expression> terms) {
  return operation(OperationExpression::Operator::kSum, std::move(terms));
}
inline Expression mult(std::vector<Expression> factors) {
  return operation(OperationExpression::Operator::kMult, std::move(factors));
}
inline Expression max(std::vector<Expression> operands) {
  return operation(OperationExpression::Operator::kMax, std::move(operands));
}
inline Expression min(std::vector<Expression> operands) {
  return operation(OperationExpression::Operator::kMin, std::move(operands));
}
inline Expression abs(Expression x) {
  return operation(OperationExpression::Operator::kAbs, {std::move(x)});
}
inline Expression sqrt(Expression x) {
  return operation(OperationExpression::Operator::kSqrt, {std::move(x)});
}
inline Expression exp(Expression x) {
  return operation(OperationExpression::Operator::kExp, {std::move(x)});
}
inline Expression ln(Expression x) {
  return operation(OperationExpression::Operator::kLn, {std::move(x)});
}
inline Expression log10(Expression x) {
  return operation(OperationExpression::Operator::kLog10, {std::move(x)});
}
inline Expression acosh(Expression x) {
  return operation(OperationExpression::Operator::kAcosh, {std::move(x)});
}
inline Expression pow(Expression base, Expression exponent) {
  return operation(OperationExpression::Operator::kPow, {std::move(base), std::move(exponent)});
}
inline Expression div(Expression left, Expression right,
                      std::optional<double> by_zero_default = {}) {
  return OperationExpression{.op = OperationExpression::Operator::kDiv,
                             .operands = {std::move(left), std::move(right)},
                             .by_zero_default = by_zero_default};
}
inline Expression geo_distance(GeoPoint origin, std::string to) {
  return GeoDistanceExpression{origin, std::move(to)};
}
inline Expression datetime(std::string text) { return DatetimeExpression{std::move(text)}; }
inline Expression datetime_key(std::string path) { return DatetimeKeyExpression{std::move(path)}; }

struct Decay {
  Expression target = 0.0;
  double scale = 1;
  double midpoint = 0.5;
};
inline Expression decay(DecayExpression::Shape shape, Expression x, Decay by) {
  return DecayExpression{.shape = shape,
                         .x_and_target = {std::move(x), std::move(by.target)},
                         .scale = by.scale,
                         .midpoint = by.midpoint};
}
inline Expression lin_decay(Expression x, Decay by = {}) {
  return decay(DecayExpression::Shape::kLinear, std::move(x), std::move(by));
}
inline Expression exp_decay(Expression x, Decay by = {}) {
  return decay(DecayExpression::Shape::kExponential, std::move(x), std::move(by));
}
inline Expression gauss_decay(Expression x, Decay by = {}) {
  return decay(DecayExpression::Shape::kGaussian, std::move(x), std::move(by));
}

}  // namespace formula

inline Expression operator+(Expression a, Expression b) {
  return formula::sum({std::move(a), std::move(b)});
}
inline Expression operator*(Expression a, Expression b) {
  return formula::mult({std::move(a), std::move(b)});
}
inline Expression operator/(Expression a, Expression b) {
  return formula::div(std::move(a), std::move(b));
}
inline Expression operator-(Expression a) {
  return formula::operation(OperationExpression::Operator::kNeg, {std::move(a)});
}
inline Expression operator-(Expression a, Expression b) { return std::move(a) + -std::move(b); }

}  // namespace assay
