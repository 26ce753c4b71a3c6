// SPDX-License-Identifier: Apache-2.0
#include "store/config_json.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "assay/error.h"

namespace assay::store {
namespace {

// Persistent: never rename.
constexpr std::array<std::pair<Distance, std::string_view>, 4> kDistances = {{
    {Distance::kCosine, "Cosine"},
    {Distance::kDot, "Dot"},
    {Distance::kEuclid, "Euclid"},
    {Distance::kManhattan, "Manhattan"},
}};

std::string_view name_of(Distance distance) {
  for (const auto& [known, name] : kDistances) {
    if (known == distance) return name;
  }
  throw Error(ErrorCode::kInternal, "store: a distance without a name");
}

// Faults are thrown inside and become a Failure in config_from_json().
[[noreturn]] void fail(ErrorCode code, const std::string& message) { throw Error(code, message); }

template <class T>
const T& as(const Value& value, std::string_view what) {
  const T* typed = value.get_if<T>();
  if (typed == nullptr)
    fail(ErrorCode::kCorruption, fmt::format("{} is {}", what, value.to_json()));
  return *typed;
}

VectorParams dense_of(const Value& json) {
  VectorParams params;
  for (const auto& [key, value] : as<Value::Object>(json, "vector")) {
    if (key == "size") {
      params.size = static_cast<std::size_t>(as<std::int64_t>(value, key));
    } else if (key == "distance") {
      const auto& name = as<std::string>(value, key);
      bool known = false;
      for (const auto& [distance, its_name] : kDistances) {
        if (its_name != name) continue;
        params.distance = distance;
        known = true;
      }
      if (!known) fail(ErrorCode::kUnsupported, fmt::format("distance {} is not known", name));
    } else {
      fail(ErrorCode::kUnsupported, fmt::format("vector has an unknown member {}", key));
    }
  }
  return params;
}

}  // namespace

std::string config_to_json(const CollectionConfig& config) {
  Value::Object vectors;
  for (const auto& [name, params] : config.vectors.by_name) {
    vectors.emplace(name,
                    Value::Object{{"size", params.size}, {"distance", name_of(params.distance)}});
  }
  return Value(Value::Object{{"vectors", std::move(vectors)}}).to_json();
}

Result<CollectionConfig> config_from_json(std::string_view json) {
  try {
    CollectionConfig config;
    const Value value = Value::from_json(json);
    for (const auto& [key, member] : as<Value::Object>(value, "configuration")) {
      if (key != "vectors")
        fail(ErrorCode::kUnsupported, fmt::format("configuration has an unknown member {}", key));
      for (const auto& [name, params] : as<Value::Object>(member, key))
        config.vectors.by_name.emplace(name, dense_of(params));
    }
    return config;
  } catch (const Error& error) {
    const bool unknown = error.code() == ErrorCode::kUnsupported;
    return Failure{unknown ? ErrorCode::kUnsupported : ErrorCode::kCorruption, error.what()};
  }
}

std::vector<std::string> vector_names(const CollectionConfig& config) {
  std::vector<std::string> names;
  for (const auto& [name, params] : config.vectors.by_name) names.push_back(name);
  return names;
}

}  // namespace assay::store
