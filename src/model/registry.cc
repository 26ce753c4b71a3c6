// SPDX-License-Identifier: Apache-2.0
#include "model/registry.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "assay/error.h"

namespace assay::model {
namespace {

constexpr std::array kArchitectures = {
    Architecture{"BertModel", &build_bert},
    Architecture{"BertForSequenceClassification", &build_bert, &bert_head},
    Architecture{"DebertaV2Model", &build_deberta},
    Architecture{"DebertaV2ForSequenceClassification", &build_deberta, &deberta_head},
    Architecture{"DistilBertModel", &build_distilbert},
    Architecture{"DistilBertForSequenceClassification", &build_distilbert, &distilbert_head},
    Architecture{"ElectraModel", &build_electra},
    Architecture{"ElectraForSequenceClassification", &build_electra, &electra_head},
    Architecture{"Gemma3TextModel", &build_gemma3},
    Architecture{"JinaBertModel", &build_jina_bert},
    Architecture{"JinaBertForMaskedLM", &build_jina_bert},
    Architecture{"JinaBertForSequenceClassification", &build_jina_bert, &bert_head},
    Architecture{"ModernBertModel", &build_modernbert},
    Architecture{"ModernBertForSequenceClassification", &build_modernbert, &modernbert_head},
    Architecture{"MPNetModel", &build_mpnet},
    Architecture{"MPNetForMaskedLM", &build_mpnet},
    Architecture{"MPNetForSequenceClassification", &build_mpnet, &mpnet_head},
    Architecture{"NewModel", &build_gte},
    Architecture{"NewForSequenceClassification", &build_gte, &gte_head},
    Architecture{"NomicBertModel", &build_nomic_bert},
    Architecture{"Qwen3Model", &build_qwen3},
    Architecture{"Qwen3ForCausalLM", &build_qwen3},
    Architecture{"Qwen3ForSequenceClassification", &build_qwen3, &qwen3_head},
    Architecture{"RobertaModel", &build_roberta},
    Architecture{"RobertaForMaskedLM", &build_roberta},
    Architecture{"RobertaForSequenceClassification", &build_roberta, &roberta_head},
    Architecture{"StaticModel", &build_static},
    Architecture{"XLMRobertaModel", &build_roberta},
    Architecture{"XLMRobertaLoRA", &build_roberta},
    Architecture{"XLMRobertaForSequenceClassification", &build_roberta, &roberta_head},
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
