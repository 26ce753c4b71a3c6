// SPDX-License-Identifier: Apache-2.0
// The hub's own naming rules, and what a file system must never be asked for.
#include "hub/repo_id.h"

#include <algorithm>
#include <cctype>

namespace assay::hub {
namespace {

constexpr std::size_t kMaxNamePart = 96;  // the hub's own limit
constexpr std::size_t kMaxPath = 1024;

bool is_name_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x80 && std::isalnum(byte) != 0) || c == '_' || c == '-' || c == '.';
}

// One side of "org/name": the hub allows no "--" and no "..", which also keeps
// "models--org--name" unambiguous.
bool is_name_part(std::string_view part) {
  return !part.empty() && part.size() <= kMaxNamePart && part.front() != '-' &&
         part.front() != '.' && part.back() != '-' && part.back() != '.' &&
         part.find("--") == std::string_view::npos && part.find("..") == std::string_view::npos &&
         std::all_of(part.begin(), part.end(), is_name_char);
}

}  // namespace

std::optional<RepoId> parse_repo_id(std::string_view text) {
  RepoId id;
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    id.revision = text.substr(at + 1);
    text = text.substr(0, at);
    if (!is_safe_revision(id.revision)) return std::nullopt;
  }
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || !is_name_part(text.substr(0, slash)) ||
      !is_name_part(text.substr(slash + 1))) {
    return std::nullopt;
  }
  id.name = text;
  return id;
}

bool is_safe_revision(std::string_view text) {
  return is_safe_file_name(text) && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_name_char(c) || c == '/'; });
}

bool is_commit(std::string_view text) { return is_hex(text, 40); }

bool is_hex(std::string_view text, std::size_t length) {
  return text.size() == length && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool is_safe_file_name(std::string_view path) {
  if (path.empty() || path.size() > kMaxPath) return false;
  for (const char c : path) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\' || c == ':') return false;
  }
  while (true) {
    const auto slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace assay::hub
