// SPDX-License-Identifier: Apache-2.0
// An array of numbers in NumPy's .npy format, versions 1 to 3 (numpy.lib.format), mapped.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "base/file.h"

namespace assay::model {

/// Immutable; may be shared by threads.
class NpyArray {
 public:
  /// Little-endian float16, float32 or float64 in C order. kUnsupported for another type or order,
  /// kCorruption for a file that is no array or is cut.
  static NpyArray open(const std::filesystem::path& path);

  [[nodiscard]] const std::vector<std::size_t>& shape() const { return shape_; }
  /// Elements [first, first + out.size()) as float32.
  void read(std::size_t first, std::span<float> out) const;

 private:
  explicit NpyArray(MappedFile file) : file_(std::move(file)) {}

  MappedFile file_;
  std::vector<std::size_t> shape_;
  std::size_t begin_ = 0;       // of the data, bytes
  std::size_t item_bytes_ = 0;  // 2, 4 or 8
};

}  // namespace assay::model
