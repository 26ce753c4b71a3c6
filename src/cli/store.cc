// SPDX-License-Identifier: Apache-2.0
#include "cli/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include "assay/hub.h"
#include "base/unicode.h"
#include "embed/model_kind.h"

namespace assay::cli {
namespace {

constexpr std::string_view kMetadataKey = "assay";
constexpr std::string_view kDatabase = "assay.sqlite";  // docs/formats/store.md
constexpr std::string_view kProbe = "The quick brown fox jumps over the lazy dog.";
// int8 and fp32 of one model differ by less.
constexpr double kSameModel = 0.98;

}  // namespace

void StoreFlags::add_folder_to(CLI::App& command) {
  command.add_option("--store", folder, "Folder of the store")
      ->type_name("DIR")
      ->required()
      ->check([](const std::string& name) {
        return name == ":memory:" ? "a folder is needed; memory is gone with the command"
                                  : std::string();
      });
}

void StoreFlags::add_to(CLI::App& command) {
  add_folder_to(command);
  command.add_option("-c,--collection", collection, "Name of the collection")
      ->type_name("COLLECTION")
      ->required();
}

Client open_store(const std::string& folder, const ModelOptions& options) {
  // All else that may be wrong with the folder Client says better.
  const auto missing = [&](const std::string& name) {
    std::error_code code;
    return std::filesystem::symlink_status(std::filesystem::path(folder) / name, code).type() ==
           std::filesystem::file_type::not_found;
  };
  if (missing(std::string(kDatabase)) && missing(fmt::format("{}-wal", kDatabase))) {
    throw Error(ErrorCode::kNotFound,
                fmt::format("{} holds no store; assay index makes one", folder));
  }
  return Client(folder, {.models = options});
}

Payload IndexSettings::to_metadata() const {
  Value::Object own = {{"language", language}};
  if (model) own.emplace("model", *model);
  if (!probe.empty()) own.emplace("probe", Value::Array(probe.begin(), probe.end()));
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
  const Value* probe = own->second.find("probe");
  if (const auto* values = probe == nullptr ? nullptr : probe->get_if<Value::Array>()) {
    for (const Value& value : *values) {
      const auto* number = value.get_if<double>();
      settings.probe.push_back(number == nullptr ? 0 : static_cast<float>(*number));
    }
  }
  return settings;
}

IndexSettings settings_of(const Client& client, const std::string& collection) {
  auto settings = IndexSettings::of(client.get_collection(collection));
  if (!settings) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("collection \"{}\" was not made by assay index, so its texts and "
                            "model are not known here; use it through the library or the server",
                            collection));
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

std::vector<float> probe_of(const TextEmbedding& embedder) {
  const Embeddings vectors = embedder.passage_embed(std::vector{std::string(kProbe)});
  return {vectors[0].begin(), vectors[0].end()};
}

void check_probe(const std::string& collection, const IndexSettings& settings,
                 const TextEmbedding& embedder) {
  if (settings.probe.empty()) return;
  const std::vector<float> now = probe_of(embedder);
  double dot = 0, then_square = 0, now_square = 0;
  for (std::size_t i = 0; i < std::min(now.size(), settings.probe.size()); ++i) {
    dot += static_cast<double>(now[i]) * settings.probe[i];
    then_square += static_cast<double>(settings.probe[i]) * settings.probe[i];
    now_square += static_cast<double>(now[i]) * now[i];
  }
  const bool same_size = now.size() == settings.probe.size();
  if (same_size && dot >= kSameModel * std::sqrt(then_square * now_square)) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("collection \"{}\" was indexed with another version of {}, which gives "
                          "other vectors. Bring that version back, or index into another "
                          "collection",
                          collection, *settings.model));
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
