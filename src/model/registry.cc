// SPDX-License-Identifier: Apache-2.0
#include "model/registry.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "assay/error.h"

namespace assay::model {
namespace {

constexpr std::array kArchitectures = {
    Architecture{"BertModel", &build_bert, Head::kNone},
    Architecture{"BertForSequenceClassification", &build_bert, Head::kPoolerThenLinear},
};

}  // namespace

const Architecture& architecture_of(const Config& config) {
  const auto names = config.texts("architectures");
  const std::string name = names.empty() ? "" : names.front();
  std::string known;
  for (const Architecture& architecture : kArchitectures) {
    if (architecture.name == name) return architecture;
    known += (known.empty() ? "" : ", ") + std::string(architecture.name);
  }
  throw Error(ErrorCode::kUnsupported,
              fmt::format("model: {}: architecture \"{}\" is not implemented; {} are",
                          config.path().string(), name, known));
}

}  // namespace assay::model
