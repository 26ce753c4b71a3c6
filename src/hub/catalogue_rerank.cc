// SPDX-License-Identifier: Apache-2.0
// Cross-encoders: the 8 ids of FastEmbed 0.9.1.
#include "hub/catalogue.h"

namespace assay::hub {
namespace {

constexpr CatalogueRow kRows[] = {
    {.model = "Xenova/ms-marco-MiniLM-L-6-v2",
     .source = "cross-encoder/ms-marco-MiniLM-L6-v2",
     .dim = 0,
     .size_in_gb = 0.08,
     .license = "apache-2.0",
     .architecture = "BertForSequenceClassification",
     .description = "Cross-encoder, English, up to 512 tokens; BERT 6/384",
     .supported = true},
    {.model = "Xenova/ms-marco-MiniLM-L-12-v2",
     .source = "cross-encoder/ms-marco-MiniLM-L12-v2",
     .dim = 0,
     .size_in_gb = 0.12,
     .license = "apache-2.0",
     .architecture = "BertForSequenceClassification",
     .description = "Cross-encoder, English, up to 512 tokens; BERT 12/384",
     .supported = true},
    {.model = "BAAI/bge-reranker-base",
     .source = "",
     .dim = 0,
     .size_in_gb = 1.04,
     .license = "mit",
     .architecture = "XLMRobertaForSequenceClassification",
     .description = "Cross-encoder, Chinese and English, up to 512 tokens; XLM-R 12/768"},
    {.model = "BAAI/bge-reranker-v2-m3",
     .source = "",
     .dim = 0,
     .size_in_gb = 2.27,
     .license = "apache-2.0",
     .architecture = "XLMRobertaForSequenceClassification",
     .description = "Cross-encoder, multilingual, up to 8192 tokens; XLM-R 24/1024"},
    {.model = "BAAI/bge-reranker-v2-m3-int8",
     .source = "BAAI/bge-reranker-v2-m3",
     .dim = 0,
     .size_in_gb = 0.57,
     .license = "apache-2.0",
     .architecture = "XLMRobertaForSequenceClassification",
     .description =
         "Cross-encoder, multilingual, up to 8192 tokens; XLM-R 24/1024, full-precision weights"},
    {.model = "jinaai/jina-reranker-v1-tiny-en",
     .source = "",
     .dim = 0,
     .size_in_gb = 0.13,
     .license = "apache-2.0",
     .architecture = "JinaBertForSequenceClassification",
     .description = "Cross-encoder, English, up to 8192 tokens; JinaBERT 4/384"},
    {.model = "jinaai/jina-reranker-v1-turbo-en",
     .source = "",
     .dim = 0,
     .size_in_gb = 0.15,
     .license = "apache-2.0",
     .architecture = "JinaBertForSequenceClassification",
     .description = "Cross-encoder, English, up to 8192 tokens; JinaBERT 6/384"},
    {.model = "jinaai/jina-reranker-v2-base-multilingual",
     .source = "",
     .dim = 0,
     .size_in_gb = 1.11,
     .license = "cc-by-nc-4.0",
     .architecture = "XLMRobertaForSequenceClassification",
     .description = "Cross-encoder, multilingual, up to 1024 tokens; XLM-R 12/768"},
};

}  // namespace

std::span<const CatalogueRow> rerank_rows() { return kRows; }

}  // namespace assay::hub
