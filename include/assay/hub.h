// SPDX-License-Identifier: Apache-2.0
// The catalogue of known models and the folder cache that downloads fill.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/export.h"
#include "assay/types.h"

namespace assay {

/// What a model gives for a text.
enum class ModelKind { kDense, kSparse, kLateInteraction, kRerank };

/// "dense", "sparse", "late" or "rerank", as the command line spells it.
ASSAY_EXPORT std::string_view to_string(ModelKind kind) noexcept;

/// How token rows become one vector.
enum class Pooling { kMean, kCls, kMax, kLastToken };

/// One entry of the catalogue. Ids and fields follow FastEmbed's list_supported_models().
struct ModelInfo {
  std::string model;                 ///< FastEmbed's id, compared without regard to case
  std::vector<std::string> aliases;  ///< other ids for the same model
  ModelKind kind = ModelKind::kDense;
  std::size_t dim = 0;      ///< 0 for rerankers
  std::string description;  ///< one line
  std::string license;      ///< SPDX-like, as the publisher states it
  double size_in_gb = 0;    ///< FastEmbed's figure
  std::string source;       ///< hub repository that holds the safetensors weights
  std::string revision = "main";
  std::string architecture;        ///< config.json "architectures"[0]
  std::optional<Pooling> pooling;  ///< only where the repository does not say (no modules.json)
  std::optional<bool> normalize;   ///< likewise
  std::string query_prefix;
  std::string passage_prefix;
  bool supported = false;  ///< false: listed, but its architecture is not implemented yet
};

/// Entries of one kind, in catalogue order, custom models last.
ASSAY_EXPORT std::vector<ModelInfo> list_supported_models(ModelKind kind);

/// Entry of `id` (id or alias, any case), if the catalogue has one.
ASSAY_EXPORT std::optional<ModelInfo> find_model(std::string_view id);

/// Adds an entry for this process. Throws kAlreadyExists when its id or an alias is taken.
/// Thread-safe.
ASSAY_EXPORT void add_custom_model(ModelInfo info);

/// The cache directory that `options` and the environment select; it need not exist.
ASSAY_EXPORT std::filesystem::path cache_directory(const ModelOptions& options = {});

/// True when every file that `id` needs is in the cache.
ASSAY_EXPORT bool is_cached(std::string_view id, const ModelOptions& options = {});

/// The folder of a model, downloading what is missing.
///
/// `id` is a catalogue id, a hub repository id ("org/name", optionally "org/name@revision") or an
/// existing folder ("./x", "/x", "../x"), which is returned as it is. Nothing is asked of the
/// network when all files are cached. Errors:  kNotFound (no such repository; or offline and
/// missing, naming file, place and command),
///          kUnsupported for a catalogue entry that is not implemented, kPermission (401, 403),
///          kNetwork, kIo, kCorruption (checksum).
/// Threads: safe; two processes that want the same file fetch it once.
ASSAY_EXPORT std::filesystem::path resolve_model(std::string_view id,
                                                 const ModelOptions& options = {});

}  // namespace assay
