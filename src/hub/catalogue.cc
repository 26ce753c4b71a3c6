// SPDX-License-Identifier: Apache-2.0
#include "hub/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <mutex>

#include "assay/error.h"

namespace assay {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return result;
}

ModelInfo info_of(const hub::CatalogueRow& row, ModelKind kind) {
  ModelInfo info;
  info.model = row.model;
  info.kind = kind;
  info.dim = row.dim;
  info.description = row.description;
  info.license = row.license;
  info.size_in_gb = row.size_in_gb;
  info.source = row.source.empty() ? row.model : row.source == "-" ? "" : row.source;
  info.architecture = row.architecture;
  if (kind == ModelKind::kDense) {
    info.pooling = row.pooling;
    info.normalize = row.normalize;
  }
  info.query_prefix = row.query_prefix;
  info.passage_prefix = row.passage_prefix;
  info.supported = row.supported;
  return info;
}

bool is_named(const ModelInfo& info, const std::string& lower_id) {
  return lower(info.model) == lower_id ||
         std::any_of(info.aliases.begin(), info.aliases.end(),
                     [&](const std::string& alias) { return lower(alias) == lower_id; });
}

// All entries: the tables, then what this process added.
class Catalogue {
 public:
  Catalogue() {
    for (const auto& row : hub::dense_rows()) models_.push_back(info_of(row, ModelKind::kDense));
    for (const auto& row : hub::rerank_rows()) models_.push_back(info_of(row, ModelKind::kRerank));
    // The repository that holds an entry's weights names it too, unless it names an entry of its
    // own.
    for (ModelInfo& info : models_) {
      if (!info.source.empty() && info.source != info.model &&
          find_locked(info.source) == nullptr) {
        info.aliases.push_back(info.source);
      }
    }
  }

  std::vector<ModelInfo> list(ModelKind kind) {
    const std::scoped_lock lock(mutex_);
    std::vector<ModelInfo> result;
    std::copy_if(models_.begin(), models_.end(), std::back_inserter(result),
                 [&](const ModelInfo& info) { return info.kind == kind; });
    return result;
  }

  std::optional<ModelInfo> find(std::string_view id) {
    const std::scoped_lock lock(mutex_);
    const ModelInfo* found = find_locked(id);
    return found == nullptr ? std::nullopt : std::optional(*found);
  }

  void add(ModelInfo info) {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> names = info.aliases;
    names.push_back(info.model);
    for (const std::string& name : names) {
      if (name.empty())
        throw Error(ErrorCode::kInvalidArgument, "add_custom_model: a model needs a name");
      if (find_locked(name) != nullptr)
        throw Error(ErrorCode::kAlreadyExists,
                    fmt::format("model {} is in the catalogue already", name));
    }
    models_.push_back(std::move(info));
  }

 private:
  const ModelInfo* find_locked(std::string_view id) const {
    const std::string wanted = lower(id);
    const auto found = std::find_if(models_.begin(), models_.end(),
                                    [&](const ModelInfo& info) { return is_named(info, wanted); });
    return found == models_.end() ? nullptr : &*found;
  }

  std::mutex mutex_;
  std::vector<ModelInfo> models_;
};

Catalogue& catalogue() {
  static Catalogue instance;  // process-wide, as add_custom_model() promises
  return instance;
}

}  // namespace

std::string_view to_string(ModelKind kind) noexcept {
  switch (kind) {
    case ModelKind::kDense:
      return "dense";
    case ModelKind::kSparse:
      return "sparse";
    case ModelKind::kLateInteraction:
      return "late";
    case ModelKind::kRerank:
      return "rerank";
  }
  return "";
}

std::vector<ModelInfo> list_supported_models(ModelKind kind) { return catalogue().list(kind); }
std::optional<ModelInfo> find_model(std::string_view id) { return catalogue().find(id); }
void add_custom_model(ModelInfo info) { catalogue().add(std::move(info)); }

}  // namespace assay
