// SPDX-License-Identifier: Apache-2.0
// Qdrant's limits on what may be created, with the words of its client.
#include "store/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "assay/error.h"
#include "base/unicode.h"
#include "store/refuse.h"

namespace assay::store {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kForbidden = "<>:\"/\\|?*\0\x1F"sv;
constexpr std::size_t kCollectionNameCharacters = 255;
constexpr std::size_t kVectorNameBytes = 200;
constexpr std::size_t kLargestVector = 65536;

// The first forbidden character in quotes, control characters as \x00; empty when there is none.
std::string forbidden_in(std::string_view name) {
  const std::size_t at = name.find_first_of(kForbidden);
  if (at == std::string_view::npos) return {};
  const char c = name[at];
  if (static_cast<unsigned char>(c) < 0x20) return fmt::format("'\\x{:02x}'", c);
  return c == '\\' ? R"('\\')" : fmt::format("'{}'", c);
}

// Code points of UTF-8: every byte that does not continue one.
std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// `kind` is "dense" (multi-vectors too) or "sparse".
void check_new_vector_name(std::string_view kind, std::string_view name) {
  if (name.size() > kVectorNameBytes) {
    refuse(fmt::format("Invalid {} vector name `{}`: must be at most {} bytes long", kind, name,
                       kVectorNameBytes));
  }
  if (const std::string bad = forbidden_in(name); !bad.empty()) {
    refuse(fmt::format("Invalid {} vector name `{}`: cannot contain {} char", kind, name, bad));
  }
  if (name == "." || name == ".." || unicode::invalid_utf8(name))
    refuse(fmt::format("Invalid {} vector name `{}`", kind, name));
}

}  // namespace

void check_new_vector(std::string_view name, const VectorParams& params) {
  check_new_vector_name("dense", name);
  if (params.size < 1 || params.size > kLargestVector) {
    refuse(fmt::format("Vector size {} is invalid. Must be from 1 to {}.", params.size,
                       kLargestVector));
  }
}

void check_new_vector(std::string_view name, const SparseVectorParams&) {
  check_new_vector_name("sparse", name);
  // The empty name is the unnamed dense vector's.
  if (name.empty()) refuse("Sparse vector name cannot be empty");
}

void check_new_collection_name(std::string_view name) {
  if (const std::string bad = forbidden_in(name); !bad.empty()) {
    refuse(fmt::format("Collection name cannot contain {} char", bad));
  }
  if (name.empty() || name == "." || name == "..") {
    refuse(fmt::format("Collection name cannot be '{}'", name));
  }
  if (character_count(name) > kCollectionNameCharacters) {
    refuse(fmt::format("Collection name must be at most {} characters long",
                       kCollectionNameCharacters));
  }
}

void check_metadata(const Payload& metadata) {
  const Value all = Value::Object{{"metadata", metadata}};  // as deep as it is stored
  std::string reason = "its numbers must be finite and its text UTF-8";
  try {
    if (Value::from_json(all.to_json()) == all) return;
  } catch (const Error& error) {
    reason = error.what();
  }
  refuse(fmt::format("Wrong input: metadata is no JSON: {}", reason));
}

void check_new_config(const CollectionConfig& config) {
  if (config.metadata) check_metadata(*config.metadata);
  for (const auto& [name, params] : config.vectors.by_name) check_new_vector(name, params);
  for (const auto& [name, params] : config.sparse_vectors) {
    check_new_vector(name, params);
    if (config.vectors.by_name.contains(name))
      refuse(fmt::format("Vector {} already exists as a dense vector", name));
  }
  for (const auto& [field, params] : config.payload_indexes) check_new_index(field, params);
}

void check_new_index(std::string_view field, const PayloadIndexParams& params) {
  (void)path_of(field);
  if (params.scoring && params.type != PayloadIndexType::kText)
    refuse(fmt::format("payload index {}: only an index of type text keeps scores", field));
}

}  // namespace assay::store
