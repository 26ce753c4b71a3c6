// SPDX-License-Identifier: Apache-2.0
// Changes to a payload (qdrant.md section 11).
//
// Used by collection.cc. Plain functions.
#pragma once

#include "assay/types.h"
#include "store/key_path.h"

namespace assay::store {

/// Takes over the members of `from`; a null removes its key.
void merge(Payload& payload, const Payload& from);

/// merge() at a path. What is missing on the way becomes an object; what is no object where the
/// path goes on by a name is replaced by one, what is no array where it goes on by brackets by an
/// empty array, and there it ends. [n] beyond the end does nothing.
void merge_at(Payload& payload, const KeyPath& path, const Payload& from);

/// Removes the members that the path selects. A last [] empties the array, a last [n] does nothing.
void remove_at(Payload& payload, const KeyPath& path);

}  // namespace assay::store
