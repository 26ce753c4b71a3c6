// SPDX-License-Identifier: Apache-2.0
// The Documents of one upload, embedded part by part, equal ones once.
//
// Used by client.cc. Externally synchronised.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "assay/point.h"
#include "client/inference.h"
#include "store/collection.h"

namespace assay::client {

/// The vector, if it is none that is still to be embedded; a view of it.
std::optional<store::VectorView> ready_vector(const Vector& vector);

/// Turns points into the store's views, part after part.
///
/// A text that a later part holds too is kept until its last use; all others leave memory with
/// their part. The points given to the constructor must outlive this object.
class DocumentVectors {
 public:
  /// `points`: all points of the call, whose parts resolve() will be given in order.
  DocumentVectors(Inference& inference, std::span<const PointStruct> points);

  /// Views of `part` with every Document embedded as a passage, in one batch a model and
  /// its options. They are
  /// valid until the next call.
  std::span<const store::PointView> resolve(std::span<const PointStruct> part);

 private:
  struct Key {
    std::string_view model;
    std::string options;  // as JSON
    std::string_view text;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept;
  };
  struct Entry {
    std::size_t uses_left = 0;
    std::optional<StoredVector> vector = {};  // none until embedded
  };

  static Key key_of(const Document& document);
  void embed_missing(std::span<const PointStruct> part);

  Inference& inference_;
  std::unordered_map<Key, Entry, KeyHash> entries_;
  std::vector<store::PointView> views_;
  std::vector<Key> spent_;  // entries whose last use is in views_
};

}  // namespace assay::client
