// SPDX-License-Identifier: Apache-2.0
// Late-interaction models: a vector for every token.
#include "hub/catalogue.h"

namespace assay::hub {
namespace {

CatalogueEntry entry(const char* model, const char* source, std::size_t dim, double size_in_gb,
                     const char* license, const char* architecture, const char* description,
                     const char* missing) {
  CatalogueEntry made;
  made.info.model = model;
  made.info.kind = ModelKind::kLateInteraction;
  made.info.dim = dim;
  made.info.description = description;
  made.info.license = license;
  made.info.size_in_gb = size_in_gb;
  made.info.source = *source == '\0' ? model : source;
  made.info.architecture = architecture;
  made.info.supported = *missing == '\0';
  made.missing = missing;
  return made;
}

}  // namespace

const std::vector<CatalogueEntry>& late_interaction_models() {
  static const std::vector<CatalogueEntry> models = {
      entry("colbert-ir/colbertv2.0", "", 128, 0.44, "mit", "HF_ColBERT",
            "ColBERT v2, English, 512 tokens, 2021", ""),
      entry("answerdotai/answerai-colbert-small-v1", "", 96, 0.13, "apache-2.0", "HF_ColBERT",
            "Small ColBERT, English, 512 tokens, 2024", ""),
      entry("jinaai/jina-colbert-v2", "", 128, 2.24, "cc-by-nc-4.0", "HF_ColBERT",
            "Multilingual ColBERT, 8192 tokens, 2024", ""),
      entry("lightonai/LateOn", "", 128, 0.616, "apache-2.0", "ModernBertModel",
            "ColBERT on ModernBERT, English, 300 tokens", ""),
      entry("lightonai/mLateOn", "", 128, 1.25, "apache-2.0", "ModernBertModel",
            "ColBERT on multilingual ModernBERT, 8192 tokens", ""),
  };
  return models;
}

}  // namespace assay::hub
