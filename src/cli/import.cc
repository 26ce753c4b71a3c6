// SPDX-License-Identifier: Apache-2.0
// assay import: the collections of a folder of qdrant-client's local mode.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/store.h"

namespace assay::cli {
namespace {

struct Flags {
  StoreFlags store;
  std::string source;
  bool json = false;
};

void run(const Flags& flags) {
  Client client(flags.store.folder);
  const ImportSummary summary = client.import_local_mode(flags.source);
  Output out;
  if (flags.json) {
    Value::Array collections;
    for (const auto& [name, points] : summary.collections)
      collections.emplace_back(Value::Object{{"name", name}, {"points", points}});
    out.buffer() =
        Value(Value::Object{{"collections", std::move(collections)}, {"aliases", summary.aliases}})
            .to_json() +
        "\n";
  } else {
    for (const auto& [name, points] : summary.collections)
      out.buffer() += fmt::format("{}: {} points\n", name, points);
    if (summary.aliases > 0) out.buffer() += fmt::format("{} aliases\n", summary.aliases);
  }
  out.flush();
}

}  // namespace

void add_import(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand(
      "import", "Copy the collections of a folder that qdrant-client's local mode has written");
  flags->store.add_folder_to(*command);
  command->add_option("folder", flags->source, "The path that QdrantClient was given")
      ->type_name("FOLDER")
      ->required();
  command->add_flag("--json", flags->json, "Print JSON");
  command->callback([flags] { run(*flags); });
}

}  // namespace assay::cli
