// SPDX-License-Identifier: Apache-2.0
// Reads what qdrant-client's local mode pickles: its points, as the JSON they would be on the wire.
//
// Used by local_mode.cc. Pickle is a program for a stack machine that may call anything; this
// reader knows the opcodes that build plain values and, as classes, PointStruct and SparseVector of
// qdrant_client.http.models.models alone, calls nothing, and refuses all else. Protocols 4 and 5
// (Python's pickletools.py documents the opcodes). Thread-safe.
#pragma once

#include <cstddef>
#include <span>

#include "assay/types.h"

namespace assay::store {

/// The one value that `pickle` builds; objects of the two classes become objects of their fields,
/// tuples and sets arrays, keys that are whole numbers text.
///
/// Errors: kUnsupported for other opcodes and classes, named; kCorruption for a pickle that is cut
/// off or makes no sense, and for values more than 128 levels deep or, where parts are used many
/// times over, larger than 256 MiB; kInvalidArgument for an integer of more than 64 bits.
Value read_pickle(std::span<const std::byte> pickle);

}  // namespace assay::store
