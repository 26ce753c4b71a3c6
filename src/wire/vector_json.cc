// SPDX-License-Identifier: Apache-2.0
#include "wire/vector_json.h"

#include <fmt/format.h>

#include <limits>
#include <span>
#include <utility>

namespace assay::wire {
namespace {

std::vector<float> floats_of(const Node& node) {
  std::vector<float> values;
  for (const Node& element : node.elements()) values.push_back(float_of(element));
  return values;
}

SparseVector sparse_of(const Node& node) {
  node.allow({"indices", "values"});
  SparseVector vector;
  for (const Node& element : node.required("indices").elements()) {
    const std::uint64_t index = element.count();
    if (index > std::numeric_limits<std::uint32_t>::max())
      throw Error(ErrorCode::kInvalidArgument, "Indices must be between 0 and 4294967295");
    vector.indices.push_back(static_cast<std::uint32_t>(index));
  }
  vector.values = floats_of(node.required("values"));
  return vector;
}

MultiVector multi_of(const std::vector<Node>& rows) {
  std::vector<float> values;
  std::size_t dim = 0;
  for (const Node& node : rows) {
    const std::vector<float> row = floats_of(node);
    if (row.empty()) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("Wrong input: All vectors of a multivector must be non-empty: {}",
                              node.where));
    }
    if (dim == 0) dim = row.size();
    if (row.size() != dim) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("Wrong input: Vector dimension error: expected dim: {}, got {}: {}",
                              dim, row.size(), node.where));
    }
    values.insert(values.end(), row.begin(), row.end());
  }
  return {dim, std::move(values)};
}

Document document_of(const Node& node) {
  node.allow({"text", "model", "options"});
  Document document{node.required("text").text(), node.required("model").text()};
  if (const auto options = node.member("options")) document.options = options->object();
  return document;
}

bool is_document(const Node& node) {
  const Value* text = node.value.find("text");
  return text != nullptr && text->get_if<std::string>() != nullptr;
}

Value floats_value(std::span<const float> values) {
  Value::Array numbers;
  for (const float x : values) numbers.emplace_back(static_cast<double>(x));
  return numbers;
}

}  // namespace

float float_of(const Node& node) { return static_cast<float>(node.number()); }

PointId id_of(const Node& node) {
  if (const auto* text = node.value.get_if<std::string>()) return {*text};
  return {node.count()};
}

Vector vector_of(const Node& node) {
  if (node.value.get_if<Value::Array>() != nullptr) {
    const auto elements = node.elements();
    if (!elements.empty() && elements.front().value.get_if<Value::Array>() != nullptr)
      return multi_of(elements);
    return floats_of(node);
  }
  (void)node.object("a vector or a document");
  if (node.member("indices") || node.member("values")) return sparse_of(node);
  return document_of(node);
}

Vectors vectors_of(const Node& node) {
  Vectors vectors;
  if (node.value.get_if<Value::Object>() == nullptr || is_document(node)) {
    vectors.by_name.emplace("", vector_of(node));
    return vectors;
  }
  for (const auto& [name, vector] : node.object())
    vectors.by_name.emplace(name, vector_of({vector, fmt::format("{}.{}", node.where, name)}));
  return vectors;
}

Value vector_value(const StoredVector& vector) {
  if (const auto* values = std::get_if<std::vector<float>>(&vector)) return floats_value(*values);
  if (const auto* sparse = std::get_if<SparseVector>(&vector)) {
    Value::Array indices;
    for (const std::uint32_t index : sparse->indices) indices.emplace_back(index);
    return Value::Object{{"indices", std::move(indices)}, {"values", floats_value(sparse->values)}};
  }
  const auto& multi = std::get<MultiVector>(vector);
  Value::Array rows;
  for (std::size_t r = 0; r < multi.size(); ++r) rows.push_back(floats_value(multi[r]));
  return rows;
}

Value vectors_value(const StoredVectors& vectors) {
  if (vectors.size() == 1 && vectors.begin()->first.empty())
    return vector_value(vectors.begin()->second);
  Value::Object named;
  for (const auto& [name, vector] : vectors) named.emplace(name, vector_value(vector));
  return named;
}

}  // namespace assay::wire
