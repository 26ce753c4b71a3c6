// SPDX-License-Identifier: Apache-2.0
#include "wire/collection_json.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "wire/json_node.h"

namespace assay::wire {
namespace {

template <class T, std::size_t N>
using Names = std::array<std::pair<std::string_view, T>, N>;

constexpr Names<Distance, 4> kDistances = {{{"Cosine", Distance::kCosine},
                                            {"Dot", Distance::kDot},
                                            {"Euclid", Distance::kEuclid},
                                            {"Manhattan", Distance::kManhattan}}};
constexpr Names<Datatype, 3> kDatatypes = {{{"float32", Datatype::kFloat32},
                                            {"float16", Datatype::kFloat16},
                                            {"uint8", Datatype::kUint8}}};
using Modifier = SparseVectorParams::Modifier;
constexpr Names<Modifier, 2> kModifiers = {{{"none", Modifier::kNone}, {"idf", Modifier::kIdf}}};

template <class T, std::size_t N>
T value_of(const Node& node, const Names<T, N>& names) {
  const std::string text = node.text();
  std::string expected;
  for (const auto& [name, value] : names) {
    if (name == text) return value;
    expected += fmt::format("{}{}", expected.empty() ? "" : ", ", name);
  }
  node.refuse_value("one of " + expected);
}

template <class T, std::size_t N>
std::string_view name_of(T wanted, const Names<T, N>& names) {
  for (const auto& [name, value] : names) {
    if (value == wanted) return name;
  }
  return {};
}

VectorParams dense_of(const Node& node) {
  node.allow({"size", "distance", "multivector_config", "datatype", "hnsw_config",
              "quantization_config", "on_disk", "memory"});
  VectorParams params{.size = node.required("size").count(),
                      .distance = value_of(node.required("distance"), kDistances)};
  if (const auto multi = node.member("multivector_config")) {
    multi->allow({"comparator"});
    if (multi->required("comparator").text() != "max_sim")
      multi->required("comparator").refuse_value("max_sim");
    params.multivector.emplace();
  }
  if (const auto datatype = node.member("datatype"))
    params.datatype = value_of(*datatype, kDatatypes);
  return params;
}

SparseVectorParams sparse_of(const Node& node) {
  node.allow({"modifier", "datatype", "index"});
  SparseVectorParams params;
  if (const auto modifier = node.member("modifier"))
    params.modifier = value_of(*modifier, kModifiers);
  if (const auto datatype = node.member("datatype"))
    params.datatype = value_of(*datatype, kDatatypes);
  if (const auto index = node.member("index")) {
    index->allow({"full_scan_threshold", "on_disk", "memory", "datatype"});
    if (const auto datatype = index->member("datatype"))
      params.datatype = value_of(*datatype, kDatatypes);
  }
  return params;
}

VectorsConfig vectors_of(const Node& node) {
  // One unnamed vector, unless `size` is the name of one.
  const Value* size = node.value.find("size");
  if (size != nullptr && size->get_if<Value::Object>() == nullptr) return dense_of(node);
  VectorsConfig vectors;
  for (const auto& [name, params] : node.object())
    vectors.by_name.emplace(name, dense_of({params, fmt::format("{}.{}", node.where, name)}));
  return vectors;
}

Value dense_value(const VectorParams& params) {
  Value::Object members{{"size", params.size}, {"distance", name_of(params.distance, kDistances)}};
  if (params.multivector)
    members.emplace("multivector_config", Value::Object{{"comparator", "max_sim"}});
  if (params.datatype) members.emplace("datatype", name_of(*params.datatype, kDatatypes));
  return members;
}

Value sparse_value(const SparseVectorParams& params) {
  Value::Object members;
  if (params.modifier != Modifier::kNone)
    members.emplace("modifier", name_of(params.modifier, kModifiers));
  if (params.datatype) {
    members.emplace("index", Value::Object{{"datatype", name_of(*params.datatype, kDatatypes)}});
  }
  return members;
}

void put_vectors(const CollectionConfig& config, Value::Object& members) {
  const auto& dense = config.vectors.by_name;
  if (dense.size() == 1 && dense.begin()->first.empty()) {
    members.emplace("vectors", dense_value(dense.begin()->second));
  } else {
    Value::Object named;
    for (const auto& [name, params] : dense) named.emplace(name, dense_value(params));
    members.emplace("vectors", std::move(named));
  }
  if (config.sparse_vectors.empty()) return;
  Value::Object sparse;
  for (const auto& [name, params] : config.sparse_vectors)
    sparse.emplace(name, sparse_value(params));
  members.emplace("sparse_vectors", std::move(sparse));
}

}  // namespace

CollectionConfig read_collection_config(const Value& json) {
  const Node node{json, "request"};
  node.allow({"vectors", "sparse_vectors", "metadata", "shard_number", "sharding_method",
              "replication_factor", "write_consistency_factor", "on_disk_payload", "payload",
              "id_tracker", "hnsw_config", "wal_config", "optimizers_config", "quantization_config",
              "strict_mode_config"});
  CollectionConfig config;
  if (const auto vectors = node.member("vectors")) config.vectors = vectors_of(*vectors);
  if (const auto sparse = node.member("sparse_vectors")) {
    for (const auto& [name, params] : sparse->object()) {
      config.sparse_vectors.emplace(name,
                                    sparse_of({params, fmt::format("{}.{}", sparse->where, name)}));
    }
  }
  if (const auto metadata = node.member("metadata")) config.metadata = metadata->object();
  return config;
}

Value collection_config_value(const CollectionConfig& config) {
  Value::Object members;
  put_vectors(config, members);
  if (config.metadata) members.emplace("metadata", *config.metadata);
  return members;
}

CollectionUpdate read_collection_update(const Value& json) {
  const Node node{json, "request"};
  node.allow({"vectors", "sparse_vectors", "metadata", "params", "optimizers_config", "hnsw_config",
              "quantization_config", "strict_mode_config"});
  CollectionUpdate update;
  if (const auto vectors = node.member("vectors")) {
    for (const auto& [name, ignored] : vectors->object()) update.vectors.push_back(name);
  }
  if (const auto sparse = node.member("sparse_vectors")) {
    update.sparse_vectors.emplace();
    for (const auto& [name, params] : sparse->object()) {
      const Node change{params, fmt::format("{}.{}", sparse->where, name)};
      change.allow({"modifier", "index", "datatype"});
      auto& changed = (*update.sparse_vectors)[name];
      if (const auto modifier = change.member("modifier"))
        changed.modifier = value_of(*modifier, kModifiers);
    }
  }
  if (const auto metadata = node.member("metadata")) update.metadata = metadata->object();
  return update;
}

VectorNameConfig read_vector_name_config(const Value& json) {
  const Node node{json, "request"};
  node.allow({"dense", "sparse"});
  if (const auto sparse = node.member("sparse")) return sparse_of(*sparse);
  return dense_of(node.required("dense"));
}

std::vector<AliasOperation> read_alias_operations(const Value& json) {
  const Node node{json, "request"};
  node.allow({"actions"});
  std::vector<AliasOperation> operations;
  for (const Node& action : node.required("actions").elements()) {
    action.allow({"create_alias", "delete_alias", "rename_alias"});
    if (const auto create = action.member("create_alias")) {
      create->allow({"collection_name", "alias_name"});
      operations.push_back(CreateAlias{create->required("collection_name").text(),
                                       create->required("alias_name").text()});
    } else if (const auto erase = action.member("delete_alias")) {
      erase->allow({"alias_name"});
      operations.push_back(DeleteAlias{erase->required("alias_name").text()});
    } else {
      const Node rename = action.required("rename_alias");
      rename.allow({"old_alias_name", "new_alias_name"});
      operations.push_back(RenameAlias{rename.required("old_alias_name").text(),
                                       rename.required("new_alias_name").text()});
    }
  }
  return operations;
}

Value collection_info_value(const CollectionInfo& info) {
  Value::Object params;
  put_vectors(info.config, params);
  Value::Object config{
      {"params", std::move(params)},
      {"hnsw_config",
       Value::Object{{"m", 16}, {"ef_construct", 100}, {"full_scan_threshold", 10000}}},
      {"optimizer_config", Value::Object{{"deleted_threshold", 0.2},
                                         {"vacuum_min_vector_number", 1000},
                                         {"default_segment_number", 0},
                                         {"indexing_threshold", 20000},
                                         {"flush_interval_sec", 5},
                                         {"max_optimization_threads", 1}}},
      {"wal_config", Value::Object{{"wal_capacity_mb", 32}, {"wal_segments_ahead", 0}}}};
  if (info.config.metadata) config.emplace("metadata", *info.config.metadata);
  return Value::Object{{"status", info.index_complete ? "green" : "yellow"},
                       {"optimizer_status", "ok"},
                       {"indexed_vectors_count", info.indexed_vectors_count},
                       {"points_count", info.points_count},
                       {"segments_count", 1},
                       {"config", std::move(config)},
                       {"payload_schema", Value::Object()}};
}

}  // namespace assay::wire
