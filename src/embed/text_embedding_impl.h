// SPDX-License-Identifier: Apache-2.0
// What TextEmbedding holds; MaxSimReranker works on it too.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "assay/text_embedding.h"
#include "embed/loaded.h"
#include "embed/scheduler.h"

namespace assay {

struct TextEmbedding::Impl {
  using Network = std::shared_ptr<const embed::Loaded<model::BiEncoder>>;

  Impl(std::string_view id, ModelOptions given, const DenseOptions& dense);
  /// The network for a text of this kind; loads the adapter's weights when they are first needed.
  [[nodiscard]] const model::BiEncoder& network(TextKind kind) const;
  /// The tokens of a text behind a prompt, cut at max_length.
  [[nodiscard]] Encoding encode(std::string_view prompt, std::string_view text) const;

  std::string model;
  ModelOptions options;
  Network loaded;  // for plain texts
  std::string plain_task;
  std::size_t dim = 0;
  std::size_t max_length = 0;
  mutable std::mutex task_mutex;
  mutable std::map<std::string, Network, std::less<>> by_task;  // of the other kinds
  mutable embed::WorkspacePool workspaces;
};

}  // namespace assay
