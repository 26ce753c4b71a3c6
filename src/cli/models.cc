// SPDX-License-Identifier: Apache-2.0
// assay models: the catalogue.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "assay/hub.h"
#include "cli/command.h"
#include "wire/jsonl.h"

namespace assay::cli {
namespace {

struct Flags {
  std::string kind;
  bool json = false;
  std::string cache_dir;
};

void run(const Flags& flags) {
  const ModelOptions options = {.cache_dir = flags.cache_dir};
  std::vector<ModelInfo> models;
  for (const ModelKind kind :
       {ModelKind::kDense, ModelKind::kSparse, ModelKind::kLateInteraction, ModelKind::kRerank}) {
    if (!flags.kind.empty() && flags.kind != to_string(kind)) continue;
    const auto some = list_supported_models(kind);
    models.insert(models.end(), some.begin(), some.end());
  }
  Output out;
  if (flags.json) {
    Value::Array array;
    for (const ModelInfo& info : models)
      array.push_back(wire::model_value(info, is_cached(info.model, options)));
    out.buffer() += Value(std::move(array)).to_json() + "\n";
    return out.flush();
  }
  out.buffer() += fmt::format("{:<62} {:<7} {:>5} {:>6}  {:<13} {:<9} {}\n", "MODEL", "KIND", "DIM",
                              "GB", "LICENCE", "STATE", "DESCRIPTION; SOURCE");
  for (const ModelInfo& info : models) {
    out.buffer() += fmt::format(
        "{:<62} {:<7} {:>5} {:>6}  {:<13} {:<9} {}; {}\n", info.model, to_string(info.kind),
        info.dim == 0 ? "-" : std::to_string(info.dim), info.size_in_gb, info.license,
        is_cached(info.model, options) ? "cached"
        : info.supported               ? "-"
                                       : "not yet",
        info.description,
        !info.source.empty() ? info.source
        : info.supported     ? "built in, needs no files"
                             : "no safetensors known");
  }
  out.flush();
}

}  // namespace

void add_models(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("models", "List the models of the catalogue");
  command->add_option("--kind", flags->kind, "Only one kind")
      ->type_name("dense|sparse|late|rerank")
      ->check(CLI::IsMember({"dense", "sparse", "late", "rerank"}));
  command->add_flag("--json", flags->json, "Print JSON");
  command->add_option("--cache-dir", flags->cache_dir, "Folder that models are kept in")
      ->type_name("DIR");
  command->callback([flags] { run(*flags); });
}

}  // namespace assay::cli
