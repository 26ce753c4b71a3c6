// SPDX-License-Identifier: Apache-2.0
// Damaged JSON files: one field at a time removed or replaced by a wrong value, and a bound on the
// memory that a reader of them may take.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace assay::test {

/// Values of every type, too large, negative, null and empty.
inline const std::vector<nlohmann::json>& wrong_values() {
  using nlohmann::json;
  static const std::vector<json> values = {
      nullptr,       true,           -1,     0,          3,
      1e300,         99999999999,    "",     "x",        "\u00e9(",
      json::array(), json::object(), {1, 2}, {"a", "b"}, {{"a", 1}}};
  return values;
}

/// Calls `use` with every damaged form of `file`: each member or element, to any depth, left out
/// and replaced by each wrong value. Of lists and objects of many entries the first `entries`.
/// Gives the number of forms.
inline std::size_t for_each_damage(const nlohmann::json& file, std::size_t entries,
                                   const std::function<void(const nlohmann::json&)>& use) {
  using nlohmann::json;
  std::size_t forms = 0;
  const std::function<void(const json::json_pointer&, const json&)> visit =
      [&](const json::json_pointer& at, const json& value) {
        std::size_t children = 0;
        if (value.is_structured()) {
          for (const auto& [key, child] : value.items()) {
            if (children == entries) break;
            visit(value.is_array() ? at / children : at / key, child);
            ++children;
          }
        }
        if (at.empty()) return;
        json damaged = file;
        for (const json& other : wrong_values()) {
          damaged[at] = other;
          use(damaged);
          ++forms;
        }
        json& parent = damaged[at.parent_pointer()];
        if (parent.is_object()) {
          parent.erase(at.back());
        } else {
          parent.erase(std::stoul(at.back()));
        }
        use(damaged);
        ++forms;
      };
  visit(json::json_pointer(), file);
  return forms;
}

/// While it lives, an allocation that takes the process beyond what it has now and `bytes` more
/// throws std::bad_alloc. Nothing under a sanitizer, whose shadow takes terabytes.
class MemoryBound {
 public:
  explicit MemoryBound(std::size_t bytes) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    ::getrlimit(RLIMIT_AS, &before_);
    rlimit bound = before_;
    bound.rlim_cur = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + bytes;
    if (pages > 0) ::setrlimit(RLIMIT_AS, &bound);
    set_ = pages > 0;
#else
    (void)bytes;
#endif
  }
  ~MemoryBound() {
    if (set_) ::setrlimit(RLIMIT_AS, &before_);
  }
  MemoryBound(const MemoryBound&) = delete;
  MemoryBound& operator=(const MemoryBound&) = delete;

 private:
  rlimit before_{};
  bool set_ = false;
};

}  // namespace assay::test
