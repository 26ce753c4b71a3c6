// SPDX-License-Identifier: Apache-2.0
// The folder that the commands index, search and their like work on, and what they keep of a
// collection: vectors "dense" (where it has a model) and "bm25", and its model as metadata.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/client.h"
#include "assay/text_embedding.h"
#include "cli/command.h"

namespace assay::cli {

inline constexpr std::string_view kDense = "dense";
inline constexpr std::string_view kBm25 = "bm25";
/// Payload key of a document's checksum, which assay index compares and nobody else sees.
inline constexpr std::string_view kHashKey = "_hash";

struct StoreFlags {
  std::string folder;
  std::string collection;

  void add_to(CLI::App& command);
  void add_folder_to(CLI::App& command);
};

/// A client of a folder that is there already. Errors: kNotFound that says how to make one, else
/// those of Client.
Client open_store(const std::string& folder, const ModelOptions& options);

/// What a collection was indexed with.
struct IndexSettings {
  std::optional<std::string> model = {};  ///< none: keywords only
  std::string language = "english";       ///< of BM25
  /// What the model made of a text that is always the same; empty where that was not noted.
  std::vector<float> probe = {};

  [[nodiscard]] Payload to_metadata() const;
  /// Nothing where the collection is not one of assay index.
  static std::optional<IndexSettings> of(const CollectionInfo& info);
};

/// The settings of a collection of `assay index`. Errors: kNotFound, kUnsupported for another one.
IndexSettings settings_of(const Client& client, const std::string& collection);

/// One name for all spellings of a model: a folder's is its absolute path.
std::string model_name(const std::string& model);

/// Throws kInvalidArgument when `model` was given and is not that of the collection.
void check_model(const std::string& collection, const IndexSettings& settings,
                 const std::optional<std::string>& model);

/// The vector of the text that IndexSettings::probe is of.
std::vector<float> probe_of(const TextEmbedding& embedder);

/// Throws kInvalidArgument when the model gives other vectors than when the collection was made:
/// its files have been replaced under the same name.
void check_probe(const std::string& collection, const IndexSettings& settings,
                 const TextEmbedding& embedder);

/// The embedder of a dense model. Errors: kUnsupported for other kinds, else those of
/// TextEmbedding.
TextEmbedding dense_embedder(const std::string& model, const ModelOptions& options);

/// `text` as the sparse vector "bm25".
Document bm25_document(std::string text, const IndexSettings& settings);

/// Throws kInvalidArgument when an argument is no UTF-8.
void check_utf8(std::string_view argument, std::string_view text);

}  // namespace assay::cli
