// SPDX-License-Identifier: Apache-2.0
#include "cli/store.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "assay/hub.h"
#include "base/unicode.h"
#include "embed/model_kind.h"

namespace assay::cli {
namespace {

constexpr std::string_view kMetadataKey = "assay";
constexpr std::string_view kDatabase = "assay.sqlite";  // docs/formats/store.md

}  // namespace

void StoreFlags::add_folder_to(CLI::App& command) {
  command.add_option("--store", folder, "Folder of the store")->type_name("DIR")->required();
}

void StoreFlags::add_to(CLI::App& command) {
  add_folder_to(command);
  command.add_option("-c,--collection", collection, "Name of the collection")
      ->type_name("COLLECTION")
      ->required();
}

Client open_store(const std::string& folder, const ModelOptions& options) {
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::path(folder) / kDatabase, ignored)) {
    throw Error(ErrorCode::kNotFound,
                fmt::format("{} holds no store; assay index makes one", folder));
  }
  return Client(folder, {.models = options});
}

Payload IndexSettings::to_metadata() const {
  Value::Object own = {{"language", language}};
  if (model) own.emplace("model", *model);
  return {{std::string(kMetadataKey), std::move(own)}};
}

std::optional<IndexSettings> IndexSettings::of(const CollectionInfo& info) {
  if (!info.config.metadata) return std::nullopt;
  const auto own = info.config.metadata->find(kMetadataKey);
  if (own == info.config.metadata->end()) return std::nullopt;
  const Value* language = own->second.find("language");
  if (language == nullptr || language->get_if<std::string>() == nullptr) return std::nullopt;
  IndexSettings settings{.language = *language->get_if<std::string>()};
  if (const Value* model = own->second.find("model")) {
    if (const auto* name = model->get_if<std::string>()) settings.model = *name;
  }
  return settings;
}

IndexSettings settings_of(const Client& client, const std::string& collection) {
  auto settings = IndexSettings::of(client.get_collection(collection));
  if (!settings) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("collection \"{}\" was not made by assay index", collection));
  }
  return *std::move(settings);
}

std::string model_name(const std::string& model) {
  std::error_code failed;
  if (std::filesystem::is_directory(model, failed))
    return std::filesystem::canonical(model).string();
  if (model.find('@') != std::string::npos) return model;  // a revision is part of the name
  const auto info = find_model(model);
  return info ? info->model : model;
}

void check_model(const std::string& collection, const IndexSettings& settings,
                 const std::optional<std::string>& model) {
  if (!model || settings.model == model_name(*model)) return;
  throw Error(
      ErrorCode::kInvalidArgument,
      settings.model
          ? fmt::format("collection \"{}\" was indexed with {}, not {}; leave -m out or use "
                        "another collection",
                        collection, *settings.model, *model)
          : fmt::format("collection \"{}\" was indexed for --bm25 only, without a model; "
                        "leave -m out or use another collection",
                        collection));
}

TextEmbedding dense_embedder(const std::string& model, const ModelOptions& options) {
  const ModelKind kind = embed::kind_of(model, options);
  if (kind == ModelKind::kSparse || kind == ModelKind::kLateInteraction) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("model: {} gives no single dense vector, which assay index needs; "
                            "assay models --kind dense lists those that do",
                            model));
  }
  return TextEmbedding(model, options);
}

Document bm25_document(std::string text, const IndexSettings& settings) {
  return {std::move(text), "Qdrant/bm25", {{"language", settings.language}}};
}

void check_utf8(std::string_view argument, std::string_view text) {
  if (const auto at = unicode::invalid_utf8(text)) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: invalid UTF-8 at byte {}", argument, *at));
  }
}

}  // namespace assay::cli
