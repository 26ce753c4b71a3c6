// SPDX-License-Identifier: Apache-2.0
// assay export: the documents of a collection as the JSONL that assay index reads.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/command.h"
#include "cli/documents.h"
#include "cli/store.h"

namespace assay::cli {
namespace {

constexpr std::size_t kPage = 1000;  // documents in memory at once

void run(const StoreFlags& flags) {
  const Client client = open_store(flags.folder, {});
  settings_of(client, flags.collection);  // refuses what is no collection of documents
  Output out;
  ScrollRequest request{.limit = kPage,
                        .with_payload = PayloadSelector::excluding({std::string(kHashKey)})};
  do {
    ScrollResponse page = client.scroll(flags.collection, request);
    for (Record& record : page.points) {
      Payload document = *std::move(record.payload);
      document.emplace(kIdKey, record.id.to_value());  // unless it has one of its own
      out.buffer() += Value(std::move(document)).to_json() + "\n";
      out.flush_if_full();
    }
    request.offset = page.next_page_offset;
  } while (request.offset);
  out.flush();
}

}  // namespace

void add_export(CLI::App& app) {
  auto flags = std::make_shared<StoreFlags>();
  CLI::App* command =
      app.add_subcommand("export", "Write the documents of a collection as JSONL, by id");
  flags->add_to(*command);
  command->callback([flags] { run(*flags); });
}

}  // namespace assay::cli
