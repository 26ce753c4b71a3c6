// SPDX-License-Identifier: Apache-2.0
#include "store/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

#include "store/datetime.h"
#include "store/geo.h"
#include "store/payload_values.h"
#include "store/refuse.h"
#include "store/sip_hash.h"

namespace assay::store {
namespace {

// Of a number that is no boolean; wide enough for every integer and float that JSON has here.
std::optional<long double> number_of(const Value& value) {
  if (const auto* x = value.get_if<double>()) return *x;
  if (const auto* x = value.get_if<std::int64_t>()) return *x;
  if (const auto* x = value.get_if<std::uint64_t>()) return *x;
  return std::nullopt;
}

template <class Number, class Bound>
bool within(Number x, const std::optional<Bound>& lt, const std::optional<Bound>& lte,
            const std::optional<Bound>& gt, const std::optional<Bound>& gte) {
  return (!lt || x < *lt) && (!lte || x <= *lte) && (!gt || x > *gt) && (!gte || x >= *gte);
}

using ValueTest = std::function<bool(const Value&)>;

ValueTest for_strings(std::function<bool(const std::string&)> test) {
  return [test = std::move(test)](const Value& value) {
    const auto* text = value.get_if<std::string>();
    return text != nullptr && test(*text);
  };
}

// A set of values by what each of them usually is.
class ValueSet {
 public:
  explicit ValueSet(const std::vector<Value>& values) {
    for (const Value& value : values) {
      if (const auto* text = value.get_if<std::string>()) {
        texts_.insert(*text);
      } else if (const auto* number = value.get_if<std::int64_t>()) {
        numbers_.insert(*number);
      } else {
        others_.push_back(value);
      }
    }
  }
  [[nodiscard]] bool contains(const Value& value) const {
    if (const auto* text = value.get_if<std::string>()) return texts_.contains(*text);
    const auto* number = value.get_if<std::int64_t>();
    if (number != nullptr && numbers_.contains(*number)) return true;
    return std::ranges::find(others_, value) != others_.end();
  }

 private:
  std::unordered_set<std::string> texts_;
  std::unordered_set<std::int64_t> numbers_;
  std::vector<Value> others_;
};

// Tests of one value.
struct ValueTestOf {
  ValueTest operator()(const MatchValue& match) const {
    return [wanted = match.value](const Value& value) { return value == wanted; };
  }
  ValueTest operator()(const MatchAny& match) const {
    return [wanted = ValueSet(match.values)](const Value& value) { return wanted.contains(value); };
  }
  ValueTest operator()(const MatchExcept& match) const {
    return [unwanted = ValueSet(match.values)](const Value& value) {
      return !value.is_null() && !unwanted.contains(value);
    };
  }
  ValueTest operator()(const MatchText& match) const {
    return for_strings([wanted = words_of(match.text)](const std::string& text) {
      const std::vector<std::string> list = words_of(text);
      const std::unordered_set<std::string> words(list.begin(), list.end());
      return !wanted.empty() && std::ranges::all_of(wanted, [&](const std::string& word) {
        return words.contains(word);
      });
    });
  }
  ValueTest operator()(const MatchTextAny& match) const {
    const std::vector<std::string> list = words_of(match.text);
    return for_strings([wanted = std::unordered_set<std::string>(list.begin(), list.end())](
                           const std::string& text) {
      return std::ranges::any_of(words_of(text),
                                 [&](const std::string& word) { return wanted.contains(word); });
    });
  }
  ValueTest operator()(const MatchPhrase& match) const {
    return for_strings([wanted = words_of(match.text)](const std::string& text) {
      const std::vector<std::string> words = words_of(text);
      return !wanted.empty() && !std::ranges::search(words, wanted).empty();
    });
  }
  ValueTest operator()(const MatchPrefix& match) const {
    return for_strings(
        [prefix = match.prefix](const std::string& text) { return text.starts_with(prefix); });
  }
  ValueTest operator()(const MatchSubstring& match) const {
    return for_strings([part = match.substring](const std::string& text) {
      return text.find(part) != std::string::npos;
    });
  }
  ValueTest operator()(const Range& range) const {
    return [range](const Value& value) {
      const auto x = number_of(value);
      return x && within(*x, range.lt, range.lte, range.gt, range.gte);
    };
  }
  ValueTest operator()(const DatetimeRange& range) const {
    const auto bound = [](const std::optional<std::string>& text) -> std::optional<std::int64_t> {
      if (!text) return std::nullopt;
      const auto time = parse_datetime(*text);
      if (!time) {
        refuse(fmt::format("range: expected a date-time such as 2024-06-15T12:00:00Z, got \"{}\"",
                           *text));
      }
      return time;
    };
    return for_strings([lt = bound(range.lt), lte = bound(range.lte), gt = bound(range.gt),
                        gte = bound(range.gte)](const std::string& text) {
      const auto time = parse_datetime(text);
      return time && within(*time, lt, lte, gt, gte);
    });
  }
  template <class Shape>
  static ValueTest inside_of(const Shape& shape) {
    return [shape](const Value& value) {
      const auto point = geo_point_of(value);
      return point && inside(shape, *point);
    };
  }
  ValueTest operator()(const GeoBoundingBox& box) const { return inside_of(box); }
  ValueTest operator()(const GeoRadius& circle) const { return inside_of(circle); }
  ValueTest operator()(const GeoPolygon& polygon) const {
    const auto check = [](const std::vector<GeoPoint>& ring) {
      const bool closed = !ring.empty() && ring.front().lat == ring.back().lat &&
                          ring.front().lon == ring.back().lon;
      if (ring.size() < 4 || !closed)
        refuse("geo_polygon: expected rings of at least 4 points whose first and last are equal");
    };
    check(polygon.exterior);
    std::ranges::for_each(polygon.interiors, check);
    return inside_of(polygon);
  }
};

std::uint64_t count_of(const Value& value) {
  if (value.is_null()) return 0;
  const auto* array = value.get_if<Value::Array>();
  return array == nullptr ? 1 : array->size();
}

bool is_empty_value(const Value* value) {
  const auto* array = value->get_if<Value::Array>();
  return value->is_null() || (array != nullptr && array->empty());
}

bool is_null_value(const Value* value) {
  const auto* array = value->get_if<Value::Array>();
  return value->is_null() || (array != nullptr && std::ranges::any_of(*array, &Value::is_null));
}

// Tests of all values at a path.
struct FieldTestOf {
  KeyPath path;

  template <class Test>
  Predicate operator()(const Test& test) const {
    return [path = path, holds = ValueTestOf()(test)](const Candidate& point) {
      return any_value_at(point.payload, path, Arrays::kUnwrapped, holds);
    };
  }
  Predicate operator()(const ValuesCount& bounds) const {
    return [path = path, bounds](const Candidate& point) {
      const auto values = values_at(point.payload, path, Arrays::kWhole);
      const auto fits = [&](std::uint64_t count) {
        return within(count, bounds.lt, bounds.lte, bounds.gt, bounds.gte);
      };
      return values.empty() ? fits(0) : std::ranges::any_of(values, [&](const Value* value) {
        return fits(count_of(*value));
      });
    };
  }
  Predicate operator()(const IsEmpty& wanted) const {
    return [path = path, is = wanted.is](const Candidate& point) {
      return std::ranges::all_of(values_at(point.payload, path, Arrays::kWhole), is_empty_value) ==
             is;
    };
  }
  Predicate operator()(const IsNull& wanted) const {
    return [path = path, is = wanted.is](const Candidate& point) {
      return std::ranges::any_of(values_at(point.payload, path, Arrays::kWhole), is_null_value) ==
             is;
    };
  }
};

struct ConditionOf {
  Predicate operator()(const FieldCondition& field) const {
    return std::visit(FieldTestOf{path_of(field.key)}, field.test);
  }
  Predicate operator()(const HasId& wanted) const {
    return [ids = std::set<PointId>(wanted.ids.begin(), wanted.ids.end())](const Candidate& point) {
      return point.id != nullptr && ids.contains(*point.id);
    };
  }
  Predicate operator()(const HasVector& wanted) const {
    return [name = wanted.name](const Candidate& point) {
      return point.has_vector != nullptr && (*point.has_vector)(name);
    };
  }
  Predicate operator()(const Slice& slice) const {
    if (slice.total < 1) refuse("Slice total must be >= 1, got 0");
    if (slice.index >= slice.total) {
      refuse(fmt::format("Slice index must be in [0;{}], got {}", slice.total - 1, slice.index));
    }
    return [slice](const Candidate& point) {
      return point.id != nullptr && sip_hash(*point.id) % slice.total == slice.index;
    };
  }
  Predicate operator()(const Nested& nested) const {
    std::string_view key = nested.key;
    if (key.size() > 2 && key.ends_with("[]")) key.remove_suffix(2);
    return [path = path_of(key), holds = compile(nested.filter)](const Candidate& point) {
      for (const Value* value : values_at(point.payload, path, Arrays::kWhole)) {
        const auto* array = value->get_if<Value::Array>();
        if (array == nullptr) continue;
        for (const Value& element : *array) {
          const auto* object = element.get_if<Value::Object>();
          if (object != nullptr && holds({.payload = *object})) return true;
        }
      }
      return false;
    };
  }
  Predicate operator()(const Filter& filter) const { return compile(filter); }
};

std::vector<Predicate> compile_all(const std::vector<Condition>& conditions) {
  std::vector<Predicate> result;
  for (const Condition& condition : conditions)
    result.push_back(std::visit(ConditionOf(), condition.test));
  return result;
}

void append(std::vector<Condition>& to, const std::vector<Condition>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

Predicate compile(const Filter& filter) {
  const std::size_t least = filter.min_should ? filter.min_should->min_count : 0;
  if (filter.min_should && least < 1) refuse("min_count value 0 is invalid. Must be 1 or larger.");
  return [must = compile_all(filter.must), must_not = compile_all(filter.must_not),
          should = compile_all(filter.should), least,
          some = filter.min_should ? compile_all(filter.min_should->conditions)
                                   : std::vector<Predicate>()](const Candidate& point) {
    const auto holds = [&](const Predicate& predicate) { return predicate(point); };
    return std::ranges::all_of(must, holds) && std::ranges::none_of(must_not, holds) &&
           (should.empty() || std::ranges::any_of(should, holds)) &&
           (least == 0 || static_cast<std::size_t>(std::ranges::count_if(some, holds)) >= least);
  };
}

std::optional<Filter> merged(const Filter* above, const std::optional<Filter>& own) {
  if (above == nullptr) return own;
  Filter result = *above;
  if (!own) return result;
  append(result.must, own->must);
  append(result.should, own->should);
  append(result.must_not, own->must_not);
  if (!result.min_should) {
    result.min_should = own->min_should;
  } else if (own->min_should) {
    append(result.min_should->conditions, own->min_should->conditions);
    result.min_should->min_count =
        std::max(result.min_should->min_count, own->min_should->min_count);
  }
  return result;
}

}  // namespace assay::store
