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
  std::string source;       ///< hub repository that holds the safetensors weights; empty for
                            ///< what needs none (BM25) or whose weights are not known
  std::string revision = "main";
  std::string architecture;        ///< config.json "architectures"[0]
  std::optional<Pooling> pooling;  ///< only where the repository does not say (no modules.json)
  std::optional<bool> normalize;   ///< likewise
  std::string query_prefix;
  std::string passage_prefix;
  bool requires_idf = false;   ///< sparse: the search engine has to apply IDF
  std::size_t vocab_size = 0;  ///< sparse: indices of its vocabulary, as FastEmbed states it
  bool supported = false;      ///< false: listed, but its architecture is not implemented yet
};

/// Entries of one kind, in catalogue order, custom models last.
ASSAY_EXPORT std::vector<ModelInfo> list_supported_models(ModelKind kind);

/// Entry of `id` (id or alias, any case; "@revision" is set aside), if the catalogue has one.
ASSAY_EXPORT std::optional<ModelInfo> find_model(std::string_view id);

/// Adds an entry for this process. `source` is a hub repository or a folder, by default the id
/// itself; `supported` is taken for granted and settled when the model is loaded.
/// Errors:  kAlreadyExists when its id or an alias is taken, kInvalidArgument for an id that is
///          empty or has an '@', and for a revision that is no branch, tag or commit.
/// Threads: safe.
ASSAY_EXPORT void add_custom_model(ModelInfo info);

/// The cache directory: options.cache_dir, else ASSAY_CACHE_DIR, HF_HUB_CACHE, HF_HOME/hub,
/// XDG_CACHE_HOME/huggingface/hub, ~/.cache/huggingface/hub. It need not exist.
ASSAY_EXPORT std::filesystem::path cache_directory(const ModelOptions& options = {});

/// True when every file that `id` needs is in the cache, or `id` is a folder. False for what cannot
/// be loaded at all. Never touches the network.
ASSAY_EXPORT bool is_cached(std::string_view id, const ModelOptions& options = {});

/// Reads the model's cached files and compares them with their checksums. A damaged one is taken
/// out of the cache, so that resolve_model() fetches it again; offline it is kCorruption, naming
/// it. A folder is what it is, and is not read.
/// Errors:  as resolve_model(); kIo for a file that cannot be read or taken out.
/// Threads: safe; a model that was loaded goes on with the bytes it has.
ASSAY_EXPORT void check_cached(std::string_view id, const ModelOptions& options = {});

/// The folder of a model, downloading what is missing.
///
/// `id` is a catalogue id, a hub repository id ("org/name", optionally "org/name@revision") or an
/// existing folder ("./x", "/x", "../x"), which is returned as it is. The cache has the hub's own
/// layout, so models fetched by other programs are found. Nothing is asked of the network when all
/// files are cached; an embedder from another program that lacks modules.json, and of which the
/// catalogue knows nothing, is completed first, because its pooling hangs on that file.
/// Downloads are resumed, verified by checksum and appear whole or not at all.
/// Errors:  kNotFound (no such folder, name, repository; or offline and missing, naming file, place
///          and command), kUnsupported (a catalogue entry that is not implemented; a repository
///          without safetensors weights), kPermission (401, 403: private or gated), kNetwork, kIo,
///          kCorruption (checksum, twice), kInvalidArgument (HF_ENDPOINT, timeouts).
/// Threads: safe; threads and processes that want the same file fetch it once.
ASSAY_EXPORT std::filesystem::path resolve_model(std::string_view id,
                                                 const ModelOptions& options = {});

}  // namespace assay
