// SPDX-License-Identifier: Apache-2.0
#include "store/formula.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "store/datetime.h"
#include "store/geo.h"
#include "store/payload_values.h"
#include "store/refuse.h"

namespace assay::store {
namespace {

using Point = PointFormula::Point;
using Term = PointFormula::Term;
using Operator = OperationExpression::Operator;

[[noreturn]] void refuse_result(const std::string& expression) {
  refuse(fmt::format("The expression {} produced a non-finite number", expression));
}

[[noreturn]] void refuse_type(std::string_view expected, std::string_view key) {
  refuse(
      fmt::format("Expected {0} value for {1} in the payload and/or in the formula defaults. "
                  "Error: Value is not a {0}",
                  expected, key));
}

std::optional<double> number_of(const Value& value) {
  if (const auto* x = value.get_if<double>()) return *x;
  if (const auto* x = value.get_if<std::int64_t>()) return static_cast<double>(*x);
  if (const auto* x = value.get_if<std::uint64_t>()) return static_cast<double>(*x);
  return std::nullopt;
}

double number_or_refuse(const Value& value, std::string_view name) {
  const auto number = number_of(value);
  if (!number) refuse_type("number", name);
  return *number;
}

// The prefetch that a variable names the score of; none for a payload path.
std::optional<std::size_t> score_index(std::string_view name) {
  constexpr std::string_view kScore = "$score";
  if (!name.starts_with(kScore)) return std::nullopt;
  const std::string_view rest = name.substr(kScore.size());
  if (rest.empty()) return 0;
  const auto bad = [&] { refuse(fmt::format("Invalid score pattern: {}", name)); };
  if (rest.size() < 3 || rest.front() != '[' || rest.back() != ']') bad();
  std::size_t index = 0;
  const char* end = rest.data() + rest.size() - 1;
  const auto [parsed, fault] = std::from_chars(rest.data() + 1, end, index);
  if (fault != std::errc() || parsed != end) bad();
  return index;
}

// What a formula takes where a point has no value.
class Defaults {
 public:
  explicit Defaults(const Value::Object& given) {
    for (const auto& [name, value] : given) {
      if (const auto index = score_index(name)) {
        scores_[*index] = number_or_refuse(value, name);
      } else if (const auto* array = value.get_if<Value::Array>();
                 array == nullptr || !array->empty()) {
        values_[name] = array != nullptr && array->size() == 1 ? array->front() : value;
      }
    }
  }
  [[nodiscard]] double score(std::size_t index) const {
    const auto found = scores_.find(index);
    return found == scores_.end() ? 0.0 : found->second;
  }
  [[nodiscard]] std::optional<Value> value(const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() || found->second.is_null() ? std::nullopt
                                                             : std::optional(found->second);
  }

 private:
  std::map<std::size_t, double> scores_;
  Value::Object values_;
};

// Calls `read` with the one value that a point has at a path, or its default. Several values are
// an array, which is none of the types that a formula reads.
template <class Read>
Term payload_term(const std::string& key, const Defaults& defaults, Read read) {
  return [key, path = path_of(key), otherwise = defaults.value(key),
          read = std::move(read)](const Point& point) -> double {
    const auto values = values_at(point.candidate.payload, path, Arrays::kUnwrapped);
    if (values.size() > 1) return read(Value(Value::Array()));
    if (!values.empty()) return read(*values.front());
    if (!otherwise)
      refuse(fmt::format("No value found for {} in the payload nor the formula defaults", key));
    return read(*otherwise);
  };
}

Term compile_term(const Expression& expression, const Defaults& defaults);

std::vector<Term> compile_terms(const std::vector<Expression>& expressions,
                                const Defaults& defaults) {
  std::vector<Term> terms;
  for (const Expression& expression : expressions)
    terms.push_back(compile_term(expression, defaults));
  return terms;
}

double seconds(std::int64_t microseconds) { return static_cast<double>(microseconds) / 1e6; }

// Operators of one operand, whose result is checked.
double checked_unary(Operator op, double x) {
  switch (op) {
    case Operator::kSqrt:
      if (!(x >= 0)) refuse_result(fmt::format("√{}", x));
      return std::sqrt(x);
    case Operator::kExp:
      if (std::isfinite(x) && !std::isfinite(std::exp(x))) refuse_result(fmt::format("exp({})", x));
      return std::exp(x);
    case Operator::kLn:
      if (!(x > 0)) refuse_result(fmt::format("ln({})", x));
      return std::log(x);
    case Operator::kLog10:
      if (!(x > 0)) refuse_result(fmt::format("log10({})", x));
      return std::log10(x);
    case Operator::kAcosh:
      if (!(x >= 1) || !std::isfinite(x)) refuse_result(fmt::format("acosh({})", x));
      return std::acosh(x);
    case Operator::kAbs:
      return std::abs(x);
    default:
      return -x;
  }
}

double product(const std::vector<Term>& factors, const Point& point) {
  double result = 1;
  for (const Term& factor : factors) {
    const double x = factor(point);
    if (x == 0) return x;
    result *= x;
  }
  return result;
}

double quotient(const std::vector<Term>& operands, std::optional<double> by_zero_default,
                const Point& point) {
  const double left = operands[0](point);
  if (left == 0) return left;
  const double right = operands[1](point);
  if (right == 0 && by_zero_default) return *by_zero_default;
  const double result = left / right;
  if (right == 0 || !std::isfinite(result)) refuse_result(fmt::format("{}/{}", left, right));
  return result;
}

double power(double base, double exponent) {
  const double result = std::pow(base, exponent);
  if (!std::isfinite(result)) refuse_result(fmt::format("{}^{}", base, exponent));
  return result;
}

void check_operands(const OperationExpression& operation) {
  const std::size_t count = operation.operands.size();
  switch (operation.op) {
    case Operator::kSum:
    case Operator::kMult:
      return;
    case Operator::kMax:
    case Operator::kMin:
      if (count == 0) {
        refuse(fmt::format("`{}` needs at least one operand",
                           operation.op == Operator::kMax ? "max" : "min"));
      }
      return;
    case Operator::kDiv:
    case Operator::kPow:
      if (count != 2) refuse(fmt::format("div and pow need two operands, got {}", count));
      return;
    default:
      if (count != 1) refuse(fmt::format("the operator needs one operand, got {}", count));
  }
}

Term compile_operation(const OperationExpression& operation, const Defaults& defaults) {
  check_operands(operation);
  std::vector<Term> terms = compile_terms(operation.operands, defaults);
  switch (operation.op) {
    case Operator::kSum:
      return [terms = std::move(terms)](const Point& point) {
        double sum = 0;
        for (const Term& term : terms) sum += term(point);
        return sum;
      };
    case Operator::kMult:
      return [terms = std::move(terms)](const Point& point) { return product(terms, point); };
    case Operator::kMax:
      return [terms = std::move(terms)](const Point& point) {
        double most = -std::numeric_limits<double>::infinity();
        for (const Term& term : terms) {
          const double x = term(point);
          if (x > most) most = x;
        }
        return most;
      };
    case Operator::kMin:
      return [terms = std::move(terms)](const Point& point) {
        double least = std::numeric_limits<double>::infinity();
        for (const Term& term : terms) {
          const double x = term(point);
          if (x < least) least = x;
        }
        return least;
      };
    case Operator::kDiv:
      return [terms = std::move(terms), otherwise = operation.by_zero_default](const Point& point) {
        return quotient(terms, otherwise, point);
      };
    case Operator::kPow:
      return [terms = std::move(terms)](const Point& point) {
        const double base = terms[0](point);
        return power(base, terms[1](point));
      };
    default:
      return [term = std::move(terms.front()), op = operation.op](const Point& point) {
        return checked_unary(op, term(point));
      };
  }
}

Term compile_decay(const DecayExpression& decay, const Defaults& defaults) {
  using Shape = DecayExpression::Shape;
  const double midpoint = decay.midpoint;
  const double scale = decay.scale;
  if (decay.shape == Shape::kLinear && !(midpoint >= 0 && midpoint <= 1)) {
    refuse(
        fmt::format("Linear decay midpoint should be in the range [0.0, 1.0], got {}", midpoint));
  }
  if (decay.shape != Shape::kLinear && !(midpoint > 0 && midpoint < 1))
    refuse(fmt::format("Decay midpoint should be in the range (0.0, 1.0), got {}", midpoint));
  if (!(scale > 0)) refuse(fmt::format("Scale must be non-zero positive, got {}", scale));
  if (decay.x_and_target.empty() || decay.x_and_target.size() > 2)
    refuse("a decay needs x and may have a target");
  std::vector<Term> terms = compile_terms(decay.x_and_target, defaults);
  return [terms = std::move(terms), shape = decay.shape, midpoint, scale](const Point& point) {
    const double x = terms[0](point);
    const double d = std::abs(x - (terms.size() > 1 ? terms[1](point) : 0.0));
    switch (shape) {
      case Shape::kLinear:
        return std::max(0.0, 1.0 - (1.0 - midpoint) / scale * d);
      case Shape::kExponential:
        return std::exp(std::log(midpoint) / scale * d);
      case Shape::kGaussian:
        break;
    }
    return std::exp(std::log(midpoint) / (scale * scale) * d * d);
  };
}

Term compile_variable(const std::string& name, const Defaults& defaults) {
  if (const auto index = score_index(name)) {
    return [index = *index, otherwise = defaults.score(*index)](const Point& point) {
      const bool has = index < point.scores.size() && point.scores[index];
      return has ? double{*point.scores[index]} : otherwise;
    };
  }
  return payload_term(name, defaults,
                      [name](const Value& value) { return number_or_refuse(value, name); });
}

struct Compiler {
  const Defaults& defaults;

  Term operator()(double number) const {
    return [number](const Point&) { return number; };
  }
  Term operator()(const VariableExpression& variable) const {
    return compile_variable(variable.name, defaults);
  }
  Term operator()(const Condition& condition) const {
    return [holds = compile(Filter{.must = {condition}})](const Point& point) {
      return holds(point.candidate) ? 1.0 : 0.0;
    };
  }
  Term operator()(const OperationExpression& operation) const {
    return compile_operation(operation, defaults);
  }
  Term operator()(const GeoDistanceExpression& distance) const {
    return payload_term(distance.to, defaults,
                        [origin = distance.origin, key = distance.to](const Value& value) {
                          const auto point = geo_point_of(value);
                          if (!point) refuse_type("geo point", key);
                          return store::geo_distance(origin, *point);
                        });
  }
  Term operator()(const DatetimeExpression& datetime) const {
    const auto time = parse_datetime(datetime.datetime);
    if (!time) {
      refuse(fmt::format("Expected datetime in supported format for {}", datetime.datetime));
    }
    return (*this)(seconds(*time));
  }
  Term operator()(const DatetimeKeyExpression& datetime) const {
    return payload_term(datetime.key, defaults, [key = datetime.key](const Value& value) {
      const auto* text = value.get_if<std::string>();
      const auto time = text == nullptr ? std::nullopt : parse_datetime(*text);
      if (!time) refuse_type("datetime", key);
      return seconds(*time);
    });
  }
  Term operator()(const DecayExpression& decay) const { return compile_decay(decay, defaults); }
};

Term compile_term(const Expression& expression, const Defaults& defaults) {
  return std::visit(Compiler{defaults}, expression.node);
}

}  // namespace

PointFormula::PointFormula(const FormulaQuery& query)
    : term_(compile_term(query.formula, Defaults(query.defaults))) {}

float PointFormula::score(const Point& point) const {
  const double exact = term_(point);
  const auto score = static_cast<float>(exact);
  if (!std::isfinite(score)) refuse_result(fmt::format("{} as f32 = {}", exact, score));
  return score;
}

}  // namespace assay::store
