// SPDX-License-Identifier: Apache-2.0
// The graph of a dense column in a file of its own, so that opening a store does not build it
// again.
//
// Used by collection_index.cc; format: docs/formats/store.md, "Graphs". The file is a cache: the
// rows are in the database, and nothing in the file is believed that they do not confirm. It keeps,
// for each node, the checksum of the row that the node was linked with. A row that has another one
// is linked again; so a file fits whatever happened to the store since it was written, and no order
// of writes, crashes and restored copies can make an answer wrong. A row that changed and kept its
// checksum (one in 2^32) is only linked in the wrong place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "assay/collection.h"
#include "base/result.h"
#include "store/hnsw.h"

namespace assay::store {

/// What a graph is of and how it is made; files of another shape are not read.
struct GraphShape {
  std::size_t dim;
  Distance distance;
  std::size_t m;
  std::size_t ef_construct;
};

/// Beside the links. By slot: the checksum of the row that the node has in the graph; none for a
/// node whose row has changed or gone since, and where there is no node.
struct GraphNotes {
  std::vector<std::optional<std::uint32_t>> rows = {};
  std::size_t default_ef = 0;   ///< VectorIndex::default_ef()
  std::size_t measured_at = 0;  ///< nodes when that was measured
};

struct SavedGraph {
  std::unique_ptr<Hnsw> graph;
  GraphNotes notes;
};

[[nodiscard]] std::uint32_t row_checksum(std::span<const float> row) noexcept;

/// Replaces the file, durably, or leaves it as it was and throws kIo. The graph has nodes, and
/// notes.rows its slots.
void write_graph_file(const std::filesystem::path& path, const GraphShape& shape, const Hnsw& graph,
                      const GraphNotes& notes);

/// kNotFound: there is none. kIo and kCorruption name the file; kUnsupported: of another version or
/// shape.
[[nodiscard]] Result<SavedGraph> read_graph_file(const std::filesystem::path& path,
                                                 const GraphShape& shape);

}  // namespace assay::store
