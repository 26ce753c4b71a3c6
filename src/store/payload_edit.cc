// SPDX-License-Identifier: Apache-2.0
#include "store/payload_edit.h"

#include <utility>

namespace assay::store {
namespace {

void merge_at(Value& value, const KeyPath& path, std::size_t step, const Payload& from) {
  if (step == path.size()) {
    if (value.get_if<Value::Object>() == nullptr) value = Value::Object{};
    return merge(*value.get_if<Value::Object>(), from);
  }
  if (const auto* name = std::get_if<std::string>(&path[step])) {
    if (value.get_if<Value::Object>() == nullptr) value = Value::Object{};
    Value::Object& object = *value.get_if<Value::Object>();
    const auto member = object.try_emplace(*name, Value::Object{}).first;
    return merge_at(member->second, path, step + 1, from);
  }
  auto* array = value.get_if<Value::Array>();
  if (array == nullptr) {
    value = Value::Array{};
  } else if (const auto* index = std::get_if<std::uint64_t>(&path[step])) {
    if (*index < array->size()) merge_at((*array)[*index], path, step + 1, from);
  } else {
    for (Value& element : *array) merge_at(element, path, step + 1, from);
  }
}

void remove_at(Value& value, const KeyPath& path, std::size_t step) {
  const bool last = step + 1 == path.size();
  if (const auto* name = std::get_if<std::string>(&path[step])) {
    auto* object = value.get_if<Value::Object>();
    if (object == nullptr) return;
    const auto member = object->find(*name);
    if (member == object->end()) return;
    if (last) {
      object->erase(member);
    } else {
      remove_at(member->second, path, step + 1);
    }
    return;
  }
  auto* array = value.get_if<Value::Array>();
  if (array == nullptr) return;
  if (const auto* index = std::get_if<std::uint64_t>(&path[step])) {
    if (!last && *index < array->size()) remove_at((*array)[*index], path, step + 1);
  } else if (last) {
    array->clear();
  } else {
    for (Value& element : *array) remove_at(element, path, step + 1);
  }
}

// Lends a payload to a function of values.
template <class Edit>
void as_value(Payload& payload, const Edit& edit) {
  Value whole(std::move(payload));
  edit(whole);
  payload = std::move(*whole.get_if<Value::Object>());
}

}  // namespace

void merge(Payload& payload, const Payload& from) {
  for (const auto& [key, value] : from) {
    if (value.is_null()) {
      payload.erase(key);
    } else {
      payload.insert_or_assign(key, value);
    }
  }
}

void merge_at(Payload& payload, const KeyPath& path, const Payload& from) {
  as_value(payload, [&](Value& whole) { merge_at(whole, path, 0, from); });
}

void remove_at(Payload& payload, const KeyPath& path) {
  as_value(payload, [&](Value& whole) { remove_at(whole, path, 0); });
}

}  // namespace assay::store
