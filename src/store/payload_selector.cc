// SPDX-License-Identifier: Apache-2.0
// Include and exclude as Qdrant defines them: a tree of paths walked beside the payload.
#include "store/payload_selector.h"

#include <utility>

#include "store/key_path.h"

namespace assay {

PayloadSelector PayloadSelector::excluding(std::vector<std::string> paths) {
  PayloadSelector selector(true);
  selector.exclude = std::move(paths);
  return selector;
}

namespace store {

PayloadProjection::PayloadProjection(const PayloadSelector& selector) {
  if (selector.include) {
    mode_ = Mode::kInclude;
    add_paths(*selector.include);
  } else if (selector.exclude) {
    mode_ = Mode::kExclude;
    add_paths(*selector.exclude);
  } else {
    mode_ = Mode::kEverything;
  }
  if (!selector.enabled) mode_ = Mode::kNothing;
}

void PayloadProjection::add_paths(std::span<const std::string> paths) {
  for (const std::string& text : paths) {
    auto path = parse_key_path(text);
    if (!path.ok()) throw Error(path.failure().code, path.failure().message);
    Node* node = &root_;
    for (const PathStep& step : path.value()) {
      if (const auto* name = std::get_if<std::string>(&step)) {
        node = &node->members[*name];
      } else if (std::holds_alternative<EveryElement>(step)) {
        if (!node->elements) node->elements = std::make_unique<Node>();
        node = node->elements.get();
      } else {
        node = nullptr;  // [n]: the path selects nothing, but its parents stay in the tree
        break;
      }
    }
    if (node != nullptr) node->whole = true;
  }
}

std::optional<Payload> PayloadProjection::apply(const Payload& payload) const {
  switch (mode_) {
    case Mode::kNothing:
      return std::nullopt;
    case Mode::kEverything:
      return payload;
    case Mode::kInclude:
      return include_members(payload, root_);
    case Mode::kExclude:
      return exclude_members(payload, root_);
  }
  return std::nullopt;
}

Payload PayloadProjection::include_members(const Payload& payload, const Node& node) {
  Payload result;
  for (const auto& [name, child] : node.members) {
    const auto member = payload.find(name);
    if (member != payload.end()) result.emplace(name, include(member->second, child));
  }
  return result;
}

// A scalar on the way to a deeper path is kept: {"a": 1} under `a.b` is {"a": 1}.
Value PayloadProjection::include(const Value& value, const Node& node) {
  if (node.whole) return value;
  if (const auto* object = value.get_if<Value::Object>()) return include_members(*object, node);
  if (const auto* array = value.get_if<Value::Array>()) {
    Value::Array result;
    if (node.elements) {
      result.reserve(array->size());
      for (const Value& element : *array) result.push_back(include(element, *node.elements));
    }
    return result;
  }
  return value;
}

Payload PayloadProjection::exclude_members(const Payload& payload, const Node& node) {
  Payload result;
  for (const auto& [name, value] : payload) {
    const auto child = node.members.find(name);
    if (child == node.members.end()) {
      result.emplace_hint(result.end(), name, value);
    } else if (!child->second.whole) {
      result.emplace_hint(result.end(), name, exclude(value, child->second));
    }
  }
  return result;
}

Value PayloadProjection::exclude(const Value& value, const Node& node) {
  if (const auto* object = value.get_if<Value::Object>()) return exclude_members(*object, node);
  const auto* array = value.get_if<Value::Array>();
  if (array == nullptr || !node.elements) return value;
  Value::Array result;
  if (!node.elements->whole) {
    result.reserve(array->size());
    for (const Value& element : *array) result.push_back(exclude(element, *node.elements));
  }
  return result;
}

}  // namespace store
}  // namespace assay
