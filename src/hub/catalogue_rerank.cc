// SPDX-License-Identifier: Apache-2.0
// Cross-encoders: one logit for a query and a document. FastEmbed's first, in its order.
#include "hub/catalogue.h"

namespace assay::hub {
namespace {

CatalogueEntry entry(const char* model, const char* source, double size_in_gb, const char* license,
                     const char* architecture, const char* description, const char* missing,
                     std::vector<std::string> aliases = {}) {
  CatalogueEntry made;
  made.info.model = model;
  made.info.aliases = std::move(aliases);
  made.info.kind = ModelKind::kRerank;
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

const std::vector<CatalogueEntry>& rerank_models() {
  static const std::vector<CatalogueEntry> models = {
      entry("Xenova/ms-marco-MiniLM-L-6-v2", "cross-encoder/ms-marco-MiniLM-L6-v2", 0.08,
            "apache-2.0", "BertForSequenceClassification",
            "MS MARCO reranker, English, 512 tokens, 6 layers", "",
            {"cross-encoder/ms-marco-MiniLM-L6-v2", "cross-encoder/ms-marco-MiniLM-L-6-v2"}),
      entry("Xenova/ms-marco-MiniLM-L-12-v2", "cross-encoder/ms-marco-MiniLM-L12-v2", 0.12,
            "apache-2.0", "BertForSequenceClassification",
            "MS MARCO reranker, English, 512 tokens, 12 layers", "",
            {"cross-encoder/ms-marco-MiniLM-L12-v2", "cross-encoder/ms-marco-MiniLM-L-12-v2"}),
      entry("BAAI/bge-reranker-base", "", 1.04, "mit", "XLMRobertaForSequenceClassification",
            "Chinese and English reranker, 512 tokens, 2023", ""),
      entry("BAAI/bge-reranker-v2-m3", "", 2.27, "apache-2.0",
            "XLMRobertaForSequenceClassification", "Multilingual reranker, 8192 tokens, 2024", ""),
      entry("BAAI/bge-reranker-v2-m3-int8", "BAAI/bge-reranker-v2-m3", 0.57, "apache-2.0",
            "XLMRobertaForSequenceClassification", "The int8 form of bge-reranker-v2-m3", ""),
      entry("jinaai/jina-reranker-v1-tiny-en", "", 0.13, "apache-2.0",
            "JinaBertForSequenceClassification", "English reranker, 8192 tokens, 4 layers, 2024",
            ""),
      entry("jinaai/jina-reranker-v1-turbo-en", "", 0.15, "apache-2.0",
            "JinaBertForSequenceClassification", "English reranker, 8192 tokens, 6 layers, 2024",
            ""),
      entry("jinaai/jina-reranker-v2-base-multilingual", "", 1.11, "cc-by-nc-4.0",
            "XLMRobertaForSequenceClassification", "Multilingual reranker, 1024 tokens, 2024", ""),
      // Beyond FastEmbed's list, what its users ask for.
      entry("cross-encoder/ms-marco-TinyBERT-L2-v2", "", 0.02, "apache-2.0",
            "BertForSequenceClassification", "MS MARCO reranker, English, 512 tokens, 2 layers", "",
            {"cross-encoder/ms-marco-TinyBERT-L-2-v2"}),
      entry("cross-encoder/ms-marco-MiniLM-L2-v2", "", 0.06, "apache-2.0",
            "BertForSequenceClassification", "MS MARCO reranker, English, 512 tokens, 2 layers", "",
            {"cross-encoder/ms-marco-MiniLM-L-2-v2"}),
      entry("cross-encoder/ms-marco-MiniLM-L4-v2", "", 0.08, "apache-2.0",
            "BertForSequenceClassification", "MS MARCO reranker, English, 512 tokens, 4 layers", "",
            {"cross-encoder/ms-marco-MiniLM-L-4-v2"}),
      entry("cross-encoder/ms-marco-electra-base", "", 0.44, "apache-2.0",
            "ElectraForSequenceClassification", "MS MARCO reranker, English, 512 tokens, 12 layers",
            ""),
      entry("mixedbread-ai/mxbai-rerank-xsmall-v1", "", 0.14, "apache-2.0",
            "DebertaV2ForSequenceClassification", "English reranker, 512 tokens, 2024", ""),
      entry("mixedbread-ai/mxbai-rerank-base-v1", "", 0.37, "apache-2.0",
            "DebertaV2ForSequenceClassification", "English reranker, 512 tokens, 2024", ""),
      entry("mixedbread-ai/mxbai-rerank-large-v1", "", 0.87, "apache-2.0",
            "DebertaV2ForSequenceClassification", "English reranker, 512 tokens, 2024", ""),
      entry("Alibaba-NLP/gte-reranker-modernbert-base", "", 0.30, "apache-2.0",
            "ModernBertForSequenceClassification", "English reranker, 8192 tokens, 2025", ""),
      entry("Alibaba-NLP/gte-multilingual-reranker-base", "", 0.61, "apache-2.0",
            "NewForSequenceClassification", "Multilingual reranker, 8192 tokens, 2024", ""),
      entry("Qwen/Qwen3-Reranker-0.6B", "", 1.19, "apache-2.0", "Qwen3ForCausalLM",
            "Multilingual reranker, 32768 tokens, 2025; scores by the words yes and no", ""),
      entry("cross-encoder/ettin-reranker-17m-v1", "", 0.07, "apache-2.0", "ModernBertModel",
            "English reranker, 7999 tokens, 2026", ""),
      entry("cross-encoder/ettin-reranker-32m-v1", "", 0.13, "apache-2.0", "ModernBertModel",
            "English reranker, 7999 tokens, 2026", ""),
      entry("cross-encoder/ettin-reranker-68m-v1", "", 0.27, "apache-2.0", "ModernBertModel",
            "English reranker, 7999 tokens, 2026", ""),
      entry("cross-encoder/ettin-reranker-150m-v1", "", 0.60, "apache-2.0", "ModernBertModel",
            "English reranker, 7999 tokens, 2026", ""),
      entry("ibm-granite/granite-embedding-reranker-english-r2", "", 0.30, "apache-2.0",
            "ModernBertForSequenceClassification", "English reranker, 8192 tokens, 2025", ""),
  };
  return models;
}

}  // namespace assay::hub
