// SPDX-License-Identifier: Apache-2.0
// Sparse models: term indices with weights. FastEmbed lists six, one of them twice: under a name
// that was misspelt once.
#include "hub/catalogue.h"

namespace assay::hub {
namespace {

CatalogueEntry entry(const char* model, const char* source, double size_in_gb, const char* license,
                     const char* architecture, const char* description, const char* missing) {
  CatalogueEntry made;
  made.info.model = model;
  made.info.kind = ModelKind::kSparse;
  made.info.description = description;
  made.info.license = license;
  made.info.size_in_gb = size_in_gb;
  made.info.source = *source == '\0' ? model : source;
  made.info.architecture = architecture;
  made.info.supported = *missing == '\0';
  made.missing = missing;
  return made;
}

// Computed without files.
CatalogueEntry built_in(CatalogueEntry made) {
  made.info.source.clear();
  return made;
}

CatalogueEntry with_idf(CatalogueEntry made) {
  made.info.requires_idf = true;
  return made;
}

// The word vectors of miniCOIL and its stop words, as FastEmbed names them.
CatalogueEntry with_word_vectors(CatalogueEntry made) {
  made.companion = "Qdrant/minicoil-v1";
  made.companion_files = {"minicoil.triplet.model.vocab", "stopwords.txt",
                          "minicoil.triplet.model.npy"};
  return made;
}

CatalogueEntry of_vocabulary(std::size_t size, CatalogueEntry made) {
  made.info.vocab_size = size;
  return made;
}

CatalogueEntry splade_pp(const char* model) {
  return of_vocabulary(
      30522, entry(model, "prithivida/Splade_PP_en_v1", 0.532, "apache-2.0", "BertForMaskedLM",
                   "SPLADE++, English, learnt term weights and expansion", ""));
}

}  // namespace

const std::vector<CatalogueEntry>& sparse_models() {
  static const std::vector<CatalogueEntry> models = {
      splade_pp("prithivida/Splade_PP_en_v1"),
      splade_pp("prithvida/Splade_PP_en_v1"),
      with_idf(of_vocabulary(
          30522, entry("Qdrant/bm42-all-minilm-l6-v2-attentions",
                       "sentence-transformers/all-MiniLM-L6-v2", 0.09, "apache-2.0", "BertModel",
                       "BM42, English, attention as term weight; the engine applies IDF", ""))),
      with_idf(built_in(entry("Qdrant/bm25", "", 0.01, "apache-2.0", "BM25",
                              "BM25 term weights, 18 languages; the engine applies IDF", ""))),
      with_word_vectors(with_idf(of_vocabulary(
          19125, entry("Qdrant/minicoil-v1", "jinaai/jina-embeddings-v2-small-en", 0.09,
                       "apache-2.0", "JinaBertModel",
                       "miniCOIL, English, BM25 with word meaning; the engine applies IDF", "")))),
      of_vocabulary(
          30522, entry("opensearch-project/opensearch-neural-sparse-encoding-doc-v3-gte", "", 0.55,
                       "apache-2.0", "NewForMaskedLM",
                       "Inference-free SPLADE, English: only documents run through the model", "")),
  };
  return models;
}

}  // namespace assay::hub
