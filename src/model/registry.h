// SPDX-License-Identifier: Apache-2.0
// The architectures that can be built, by the name config.json gives them.
#pragma once

#include <memory>
#include <string_view>

#include "model/config.h"
#include "model/encoder.h"
#include "model/safetensors.h"

namespace assay::model {

/// What stands behind the encoder.
enum class Head {
  kNone,              ///< token rows, pooled as the folder says
  kPoolerThenLinear,  ///< tanh pooler on the first token, then `classifier`
};

struct Architecture {
  std::string_view name;  ///< config.json "architectures"[0]
  std::unique_ptr<Encoder> (*build)(const Config&, std::shared_ptr<const Weights>);
  Head head;
};

/// The row for config.json's "architectures"[0]; kUnsupported naming it and the ones that are
/// implemented.
const Architecture& architecture_of(const Config& config);

std::unique_ptr<Encoder> build_bert(const Config& config, std::shared_ptr<const Weights> weights);

}  // namespace assay::model
