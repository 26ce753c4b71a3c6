// SPDX-License-Identifier: Apache-2.0
// Token strings by id and ids by string. Built once, then immutable.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace assay::tokenizer {

class Vocabulary {
 public:
  /// Sets the string of `id` >= 0; the last call for a string wins.
  void set(std::string token, std::int32_t id) {
    if (static_cast<std::size_t>(id) >= tokens_.size())
      tokens_.resize(static_cast<std::size_t>(id) + 1);
    ids_[token] = id;
    tokens_[static_cast<std::size_t>(id)] = std::move(token);
  }
  [[nodiscard]] std::optional<std::int32_t> id(std::string_view token) const {
    const auto found = ids_.find(std::string(token));
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] std::string_view token(std::int32_t id) const {
    return id >= 0 && static_cast<std::size_t>(id) < tokens_.size()
               ? std::string_view(tokens_[static_cast<std::size_t>(id)])
               : std::string_view();
  }
  [[nodiscard]] std::size_t size() const { return ids_.size(); }
  [[nodiscard]] const std::vector<std::string>& tokens() const { return tokens_; }

 private:
  std::vector<std::string> tokens_;
  std::unordered_map<std::string, std::int32_t> ids_;
};

}  // namespace assay::tokenizer
