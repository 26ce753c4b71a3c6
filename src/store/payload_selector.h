// SPDX-License-Identifier: Apache-2.0
// A PayloadSelector made ready for a request: its paths read once, applied to many payloads.
//
// Used by collection.cc. Semantics: PayloadSelector in assay/collection.h. Immutable after
// construction.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "assay/collection.h"

namespace assay::store {

class PayloadProjection {
 public:
  /// Throws kInvalidArgument "Invalid path", whether or not anything will be selected.
  explicit PayloadProjection(const PayloadSelector& selector);

  /// The selected part of `payload`; nothing when payloads were not asked for.
  [[nodiscard]] std::optional<Payload> apply(const Payload& payload) const;

 private:
  // The paths merged into a prefix tree. `whole` selects everything below and makes the children
  // meaningless. [n] never selects, so only members and [] have children.
  struct Node {
    bool whole = false;
    std::map<std::string, Node, std::less<>> members;
    std::unique_ptr<Node> elements;
  };
  enum class Mode { kNothing, kEverything, kInclude, kExclude };

  void add_paths(std::span<const std::string> paths);
  static Value include(const Value& value, const Node& node);
  static Value exclude(const Value& value, const Node& node);
  static Payload include_members(const Payload& payload, const Node& node);
  static Payload exclude_members(const Payload& payload, const Node& node);

  Mode mode_ = Mode::kNothing;
  Node root_;
};

}  // namespace assay::store
