// SPDX-License-Identifier: Apache-2.0
// assay collections: what a store holds.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/store.h"

namespace assay::cli {
namespace {

struct Flags {
  StoreFlags store;
  bool json = false;
};

struct Row {
  std::string name;
  std::size_t points = 0;
  std::optional<IndexSettings> settings = {};  // none: not of assay index
};

Value to_json(const std::vector<Row>& rows) {
  Value::Array list;
  for (const Row& row : rows) {
    Value::Object entry = {
        {"name", row.name}, {"points", row.points}, {"model", nullptr}, {"language", nullptr}};
    if (row.settings) {
      if (row.settings->model) entry["model"] = *row.settings->model;
      entry["language"] = row.settings->language;
    }
    list.emplace_back(std::move(entry));
  }
  return list;
}

std::string table(const std::vector<Row>& rows) {
  std::size_t width = 4;
  for (const Row& row : rows) width = std::max(width, std::min<std::size_t>(row.name.size(), 40));
  std::string out = fmt::format("{}  {:>10}  {}\n", fit("NAME", width, true), "POINTS", "MODEL");
  const std::size_t columns = terminal_columns();
  for (const Row& row : rows) {
    const std::string model =
        !row.settings ? "(not of assay index)" : row.settings->model.value_or("(keywords only)");
    out += fmt::format("{}  {:>10}  {}\n", fit(row.name, width, true), row.points,
                       fit(model, rest_of(columns, width + 14), false));
  }
  return out;
}

void run(const Flags& flags) {
  const Client client = open_store(flags.store.folder, {});
  std::vector<Row> rows;
  for (const std::string& name : client.get_collections()) {
    const CollectionInfo info = client.get_collection(name);
    rows.push_back({name, info.points_count, IndexSettings::of(info)});
  }
  Output out;
  out.buffer() = flags.json ? to_json(rows).to_json() + "\n" : table(rows);
  out.flush();
}

}  // namespace

void add_collections(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("collections", "List the collections of a store");
  flags->store.add_folder_to(*command);
  command->add_flag("--json", flags->json, "Print JSON");
  command->callback([flags] { run(*flags); });
}

}  // namespace assay::cli
