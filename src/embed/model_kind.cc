// SPDX-License-Identifier: Apache-2.0
#include "embed/model_kind.h"

#include <algorithm>
#include <string>

#include "base/file.h"
#include "embed/sparse_model.h"
#include "model/config.h"
#include "model/token_projection.h"

namespace assay::embed {

ModelKind kind_of(std::string_view id, const ModelOptions& options) {
  if (const auto info = find_model(id)) return info->kind;
  const auto folder = resolve_model(id, options);
  if (file_exists(folder / kMiniCoilVectors)) return ModelKind::kSparse;
  const auto architectures = model::Config::read(folder / "config.json").texts("architectures");
  const std::string name = architectures.empty() ? "" : architectures.front();
  if (name == "HF_ColBERT" || model::is_pylate(folder)) return ModelKind::kLateInteraction;
  if (name.ends_with("ForSequenceClassification")) return ModelKind::kRerank;
  if (!name.ends_with("ForMaskedLM")) return ModelKind::kDense;
  if (!file_exists(folder / "modules.json")) return ModelKind::kSparse;
  // Embedders are often saved under the name of the model they were made from.
  const auto modules = model::Config::read_list(folder / "modules.json");
  const bool splade = std::any_of(modules.begin(), modules.end(), [](const model::Config& module) {
    return module.text_or("type", "").ends_with("SpladePooling");
  });
  return splade ? ModelKind::kSparse : ModelKind::kDense;
}

}  // namespace assay::embed
