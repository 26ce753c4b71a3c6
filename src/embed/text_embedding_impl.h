// SPDX-License-Identifier: Apache-2.0
// What TextEmbedding holds; MaxSimReranker works on it too.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "assay/text_embedding.h"
#include "embed/loaded.h"
#include "embed/scheduler.h"

namespace assay {

struct TextEmbedding::Impl {
  Impl(std::string_view id, ModelOptions given);

  std::string model;
  ModelOptions options;
  std::shared_ptr<const embed::Loaded<model::BiEncoder>> loaded;
  std::size_t max_length = 0;
  mutable embed::WorkspacePool workspaces;
};

}  // namespace assay
