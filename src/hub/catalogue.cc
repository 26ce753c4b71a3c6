// SPDX-License-Identifier: Apache-2.0
// Look-up over the built-in tables and the models that callers add.
#include "hub/catalogue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <mutex>
#include <numeric>
#include <shared_mutex>
#include <utility>

#include "assay/error.h"
#include "hub/repo_id.h"

namespace assay {
namespace hub {
namespace {

// Models added by add_custom_model(): the process-wide registry that FastEmbed's users expect.
struct CustomModels {
  std::shared_mutex mutex;
  std::vector<CatalogueEntry> entries;
};

CustomModels& custom_models() {
  static CustomModels models;
  return models;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

const std::vector<CatalogueEntry>& built_in(ModelKind kind) {
  switch (kind) {
    case ModelKind::kDense:
      return dense_models();
    case ModelKind::kSparse:
      return sparse_models();
    case ModelKind::kLateInteraction:
      return late_interaction_models();
    case ModelKind::kRerank:
      break;
  }
  return rerank_models();
}

constexpr ModelKind kKinds[] = {ModelKind::kDense, ModelKind::kSparse, ModelKind::kLateInteraction,
                                ModelKind::kRerank};

bool answers_to(const ModelInfo& info, const std::string& lower_id) {
  return lower(info.model) == lower_id ||
         std::any_of(info.aliases.begin(), info.aliases.end(),
                     [&](const std::string& alias) { return lower(alias) == lower_id; });
}

const CatalogueEntry* find_in(const std::vector<CatalogueEntry>& entries, const std::string& id) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const auto& entry) { return answers_to(entry.info, id); });
  return found == entries.end() ? nullptr : &*found;
}

const CatalogueEntry* find_built_in(const std::string& lower_id) {
  for (const ModelKind kind : kKinds) {
    if (const auto* entry = find_in(built_in(kind), lower_id)) return entry;
  }
  return nullptr;
}

// Single-character edits from one text to the other (Levenshtein 1966), one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t kept = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({kept, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

std::string last_part(const std::string& id) { return id.substr(id.find('/') + 1); }

}  // namespace

std::optional<CatalogueEntry> find_entry(std::string_view id) {
  const std::string wanted = lower(id);
  if (const auto* entry = find_built_in(wanted)) return *entry;
  CustomModels& custom = custom_models();
  const std::shared_lock lock(custom.mutex);
  if (const auto* entry = find_in(custom.entries, wanted)) return *entry;
  return std::nullopt;
}

std::vector<std::string> near_matches(std::string_view id, std::size_t count) {
  constexpr std::size_t kMaxCompared = 256;  // an id of a megabyte resembles nothing
  const std::string wanted = lower(id.substr(0, kMaxCompared));
  const std::string wanted_part = last_part(wanted);
  std::vector<std::pair<std::size_t, std::string>> ranked;
  const auto consider = [&](const ModelInfo& info) {
    const std::string name = lower(info.model);
    const std::string part = last_part(name);
    // "MiniLM" and "bge-small" are meant as parts of a name, "al-MiniLM-L6-v2" is a slip.
    const std::size_t edits =
        std::min(edit_distance(wanted, name), edit_distance(wanted_part, part));
    const bool contained = wanted_part.size() >= 3 && part.find(wanted_part) != std::string::npos;
    if (!contained && edits > wanted_part.size() / 3) return;
    ranked.emplace_back(contained ? std::min<std::size_t>(edits, 1) : edits, info.model);
  };
  for (const ModelKind kind : kKinds) {
    for (const ModelInfo& info : list_supported_models(kind)) consider(info);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (auto& [edits, name] : ranked) {
    const bool only_exact = ranked.front().first == 0;  // "all-MiniLM-L6-v2" without its org
    if (names.size() < count && (edits == 0 || !only_exact)) names.push_back(std::move(name));
  }
  return names;
}

std::string refusal(const CatalogueEntry& entry) {
  const auto distance = [&](const ModelInfo& info) {
    return info.dim > entry.info.dim ? info.dim - entry.info.dim : entry.info.dim - info.dim;
  };
  std::vector<ModelInfo> others = list_supported_models(entry.info.kind);
  std::erase_if(others, [](const ModelInfo& info) { return !info.supported; });
  std::stable_sort(others.begin(), others.end(), [&](const ModelInfo& a, const ModelInfo& b) {
    return distance(a) < distance(b);
  });
  std::vector<std::string> names;
  for (const ModelInfo& info : others) {
    if (names.size() < 3) names.push_back(info.model);
  }
  return fmt::format(
      "model: {} is listed but cannot be loaded yet: assay lacks {}. {}", entry.info.model,
      entry.missing,
      names.empty() ? fmt::format("No {} model can be loaded yet", to_string(entry.info.kind))
                    : fmt::format("Models of its kind that can be loaded: {} (all: assay models "
                                  "--kind {})",
                                  fmt::join(names, ", "), to_string(entry.info.kind)));
}

}  // namespace hub

std::string_view to_string(ModelKind kind) noexcept {
  switch (kind) {
    case ModelKind::kDense:
      return "dense";
    case ModelKind::kSparse:
      return "sparse";
    case ModelKind::kLateInteraction:
      return "late";
    case ModelKind::kRerank:
      break;
  }
  return "rerank";
}

std::vector<ModelInfo> list_supported_models(ModelKind kind) {
  std::vector<ModelInfo> models;
  for (const auto& entry : hub::built_in(kind)) models.push_back(entry.info);
  hub::CustomModels& custom = hub::custom_models();
  const std::shared_lock lock(custom.mutex);
  for (const auto& entry : custom.entries) {
    if (entry.info.kind == kind) models.push_back(entry.info);
  }
  return models;
}

std::optional<ModelInfo> find_model(std::string_view id) {
  // A revision is chosen beside the model, not part of its name.
  const auto entry = hub::find_entry(id.substr(0, id.find('@')));
  if (!entry) return std::nullopt;
  return entry->info;
}

void add_custom_model(ModelInfo info) {
  if (info.model.empty() || info.model.find('@') != std::string::npos) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("model: \"{}\" is no id for a custom model: it must not be empty nor "
                            "have an @, which starts a revision",
                            info.model));
  }
  if (info.source.empty()) info.source = info.model;
  if (!hub::is_safe_revision(info.revision)) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("model: custom model {}: \"{}\" is not a branch, tag or commit",
                            info.model, info.revision));
  }
  info.supported = true;  // whoever adds it says so; loading still checks its architecture
  hub::CustomModels& custom = hub::custom_models();
  const std::unique_lock lock(custom.mutex);
  std::vector<std::string> names = info.aliases;
  names.push_back(info.model);
  for (const std::string& name : names) {
    const std::string wanted = hub::lower(name);
    if (hub::find_built_in(wanted) != nullptr || hub::find_in(custom.entries, wanted) != nullptr) {
      throw Error(ErrorCode::kAlreadyExists,
                  fmt::format("model: {} is already in the catalogue", name));
    }
  }
  custom.entries.push_back({std::move(info), ""});
}

}  // namespace assay
