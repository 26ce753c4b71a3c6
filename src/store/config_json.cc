// SPDX-License-Identifier: Apache-2.0
#include "store/config_json.h"

#include <fmt/format.h>

#include <algorithm>
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

constexpr std::array<std::pair<Datatype, std::string_view>, 3> kDatatypes = {{
    {Datatype::kFloat32, "float32"},
    {Datatype::kFloat16, "float16"},
    {Datatype::kUint8, "uint8"},
}};

std::string_view name_of(Datatype datatype) {
  for (const auto& [known, name] : kDatatypes) {
    if (known == datatype) return name;
  }
  throw Error(ErrorCode::kInternal, "store: a datatype without a name");
}

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

[[noreturn]] void fail_unknown(std::string_view what, std::string_view key) {
  fail(ErrorCode::kUnsupported, fmt::format("{} has an unknown member {}", what, key));
}

Datatype datatype_of(const Value& json) {
  const auto& name = as<std::string>(json, "datatype");
  for (const auto& [datatype, its_name] : kDatatypes) {
    if (its_name == name) return datatype;
  }
  fail(ErrorCode::kUnsupported, fmt::format("datatype {} is not known", name));
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
    } else if (key == "multivector_config") {
      for (const auto& [member, comparator] : as<Value::Object>(value, key)) {
        if (member != "comparator" || comparator != Value("max_sim")) fail_unknown(key, member);
      }
      params.multivector.emplace();
    } else if (key == "datatype") {
      params.datatype = datatype_of(value);
    } else {
      fail_unknown("vector", key);
    }
  }
  return params;
}

SparseVectorParams sparse_of(const Value& json) {
  SparseVectorParams params;
  for (const auto& [key, value] : as<Value::Object>(json, "sparse vector")) {
    if (key == "datatype") {
      params.datatype = datatype_of(value);
      continue;
    }
    if (key != "modifier") fail_unknown("sparse vector", key);
    const auto& name = as<std::string>(value, key);
    if (name != "idf") fail(ErrorCode::kUnsupported, fmt::format("modifier {} is not known", name));
    params.modifier = SparseVectorParams::Modifier::kIdf;
  }
  return params;
}

using NamedIndexType = std::pair<std::string_view, PayloadIndexType>;
constexpr std::array<NamedIndexType, 8> kIndexTypes = {{{"keyword", PayloadIndexType::kKeyword},
                                                        {"integer", PayloadIndexType::kInteger},
                                                        {"float", PayloadIndexType::kFloat},
                                                        {"bool", PayloadIndexType::kBool},
                                                        {"datetime", PayloadIndexType::kDatetime},
                                                        {"geo", PayloadIndexType::kGeo},
                                                        {"text", PayloadIndexType::kText},
                                                        {"uuid", PayloadIndexType::kUuid}}};

PayloadIndexParams index_of(const Value& json) {
  PayloadIndexParams params;
  for (const auto& [key, value] : as<Value::Object>(json, "payload index")) {
    if (key == "scoring") {
      params.scoring = as<bool>(value, key);
    } else if (key == "type") {
      const auto& type = as<std::string>(value, key);
      const auto known = std::ranges::find(kIndexTypes, type, &NamedIndexType::first);
      if (known == kIndexTypes.end())
        fail(ErrorCode::kUnsupported, fmt::format("index {} is not known", type));
      params.type = known->second;
    } else {
      fail_unknown("payload index", key);
    }
  }
  return params;
}

}  // namespace

std::string config_to_json(const CollectionConfig& config) {
  Value::Object vectors, sparse;
  for (const auto& [name, params] : config.vectors.by_name) {
    Value::Object members{{"size", params.size}, {"distance", name_of(params.distance)}};
    if (params.multivector)
      members.emplace("multivector_config", Value::Object{{"comparator", "max_sim"}});
    if (params.datatype) members.emplace("datatype", name_of(*params.datatype));
    vectors.emplace(name, std::move(members));
  }
  for (const auto& [name, params] : config.sparse_vectors) {
    Value::Object members;
    if (params.modifier == SparseVectorParams::Modifier::kIdf) members.emplace("modifier", "idf");
    if (params.datatype) members.emplace("datatype", name_of(*params.datatype));
    sparse.emplace(name, std::move(members));
  }
  Value::Object members{{"vectors", std::move(vectors)}};
  if (!sparse.empty()) members.emplace("sparse_vectors", std::move(sparse));
  if (!config.payload_indexes.empty()) {
    Value::Object indexes;
    for (const auto& [field, params] : config.payload_indexes) {
      const auto type = std::ranges::find(kIndexTypes, params.type, &NamedIndexType::second);
      Value::Object index{{"type", std::string(type->first)}};
      if (params.type == PayloadIndexType::kText) index.emplace("scoring", params.scoring);
      indexes.emplace(field, std::move(index));
    }
    members.emplace("payload_indexes", std::move(indexes));
  }
  if (config.metadata) members.emplace("metadata", *config.metadata);
  return Value(std::move(members)).to_json();
}

Result<CollectionConfig> config_from_json(std::string_view json) {
  try {
    CollectionConfig config;
    const Value value = Value::from_json(json);
    for (const auto& [key, member] : as<Value::Object>(value, "configuration")) {
      if (key == "vectors") {
        for (const auto& [name, params] : as<Value::Object>(member, key))
          config.vectors.by_name.emplace(name, dense_of(params));
      } else if (key == "sparse_vectors") {
        for (const auto& [name, params] : as<Value::Object>(member, key))
          config.sparse_vectors.emplace(name, sparse_of(params));
      } else if (key == "payload_indexes") {
        for (const auto& [field, params] : as<Value::Object>(member, key))
          config.payload_indexes.emplace(field, index_of(params));
      } else if (key == "metadata") {
        config.metadata = as<Value::Object>(member, key);
      } else {
        fail_unknown("configuration", key);
      }
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
  for (const auto& [name, params] : config.sparse_vectors) names.push_back(name);
  return names;
}

}  // namespace assay::store
