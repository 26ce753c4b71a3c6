// SPDX-License-Identifier: Apache-2.0
// JSON of others: configuration files and answers of servers.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace assay {

/// Parses without throwing; a discarded value for text that is not JSON, or that is nested beyond
/// reason: copying and printing such a value would overflow the stack.
inline nlohmann::json parse_json(std::string_view text) {
  constexpr int kMaxDepth = 64;
  using Json = nlohmann::json;
  bool too_deep = false;
  const Json json = Json::parse(
      text,
      [&too_deep](int depth, Json::parse_event_t, Json&) {
        too_deep = too_deep || depth > kMaxDepth;
        return !too_deep;
      },
      false);
  return too_deep ? Json(Json::value_t::discarded) : json;
}

}  // namespace assay
