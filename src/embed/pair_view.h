// SPDX-License-Identifier: Apache-2.0
// A pair on its way through a reranker.
#pragma once

#include <memory>
#include <string_view>

#include "assay/reranker.h"

namespace assay {

struct Reranker::PairView {
  std::string_view query;
  std::string_view document;
  std::shared_ptr<const TextPair> owner;  // of the texts, when they came from a stream
};

}  // namespace assay
