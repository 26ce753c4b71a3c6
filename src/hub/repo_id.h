// SPDX-License-Identifier: Apache-2.0
// Names that come from users and from the hub, checked before they become paths or URLs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay::hub {

/// A repository at a revision.
struct RepoId {
  std::string name;  ///< "org/name"
  std::string revision = "main";
};

/// Reads "org/name" or "org/name@revision"; nothing when it is not of that form.
std::optional<RepoId> parse_repo_id(std::string_view text);

/// A branch, tag or commit that is safe as a path below refs/.
bool is_safe_revision(std::string_view text);

/// 40 lower-case hex digits.
bool is_commit(std::string_view text);

/// A relative path of plain names: no "..", ".", empty part, backslash, control byte, or leading
/// slash.
bool is_safe_file_name(std::string_view path);

/// `length` lower-case hex digits.
bool is_hex(std::string_view text, std::size_t length);

}  // namespace assay::hub
