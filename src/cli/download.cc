// SPDX-License-Identifier: Apache-2.0
// assay download: models into the cache.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "assay/hub.h"
#include "cli/command.h"

namespace assay::cli {
namespace {

struct Flags {
  std::vector<std::string> models;
  std::string cache_dir;
  bool offline = false;
  bool json = false;
};

void run(const Flags& flags) {
  Output out;
  for (const std::string& model : flags.models) {
    const auto info = find_model(model);
    if (info && info->supported && info->source.empty()) {
      out.buffer() +=
          flags.json ? Value(Value::Object{{"model", model}, {"folder", Value()}}).to_json() + "\n"
                     : fmt::format("{}\tbuilt in, needs no files\n", model);
      out.flush();
      continue;
    }
    const ModelOptions options{.cache_dir = flags.cache_dir, .local_files_only = flags.offline};
    check_cached(model, options);
    const auto folder = resolve_model(model, options);
    out.buffer() +=
        flags.json
            ? Value(Value::Object{{"model", model}, {"folder", folder.string()}}).to_json() + "\n"
            : fmt::format("{}\t{}\n", model, folder.string());
    out.flush();
  }
}

}  // namespace

void add_download(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand(
      "download", "Fetch models into the cache, with resume, and check what is there");
  command
      ->add_option("models", flags->models,
                   "Catalogue ids or hub repositories (org/name[@revision])")
      ->type_name("MODEL")
      ->required();
  command->add_option("--cache-dir", flags->cache_dir, "Folder that models are kept in")
      ->type_name("DIR");
  command->add_flag("--offline", flags->offline, "Only check that they are there and whole");
  command->add_flag("--json", flags->json, "Print JSON");
  command->callback([flags] { run(*flags); });
}

}  // namespace assay::cli
