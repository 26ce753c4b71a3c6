// SPDX-License-Identifier: Apache-2.0
// Reads tensors from safetensors files: mapped, every header field checked before a byte is used.
//
// Used by the architectures and heads of this folder. Format: 8 bytes little-endian header length,
// a JSON header {name: {dtype, shape, data_offsets}}, then the data without holes (safetensors
// README, "Format"). A folder has model.safetensors, or model.safetensors.index.json whose
// weight_map names the shards. Immutable, may be shared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/types.h"
#include "base/file.h"
#include "base/result.h"

namespace assay::model {

using Shape = std::vector<std::size_t>;

/// "[2, 3]".
std::string to_string(const Shape& shape);

/// Float values of a tensor, row-major: a view of the mapped file when it is aligned F32, else a
/// converted copy. A view is valid as long as its Weights.
class Tensor {
 public:
  Tensor(std::span<const float> view, Shape shape) : view_(view), shape_(std::move(shape)) {}
  Tensor(std::vector<float> copy, Shape shape) : copy_(std::move(copy)), shape_(std::move(shape)) {}

  [[nodiscard]] std::span<const float> values() const {
    return copy_.empty() ? view_ : std::span(copy_);
  }
  [[nodiscard]] const Shape& shape() const { return shape_; }

 private:
  std::vector<float> copy_;
  std::span<const float> view_;
  Shape shape_;
};

/// The tensors of a model folder or of one file. Copies share the files.
class Weights {
 public:
  /// The folder's model.safetensors or shards. Throws kNotFound when there are none, kCorruption
  /// naming the fault.
  static Weights open(const std::filesystem::path& folder);
  static Weights open_file(const std::filesystem::path& path);

  [[nodiscard]] bool contains(std::string_view name) const;
  /// Shape of a tensor that must exist (kCorruption otherwise).
  [[nodiscard]] const Shape& shape(std::string_view name) const;
  /// The tensor `name`, which must have `expected` shape and a float type (F32, F16, BF16). Errors
  /// name tensor, file, expected and found shape.
  [[nodiscard]] Tensor get(std::string_view name, const Shape& expected) const;
  /// The arithmetic of linear layers made from these weights: kFp32, or what packed_as() said.
  [[nodiscard]] Precision precision() const { return precision_; }
  /// The same tensors for layers of another precision.
  [[nodiscard]] Weights packed_as(Precision precision) const {
    Weights copy = *this;
    copy.precision_ = precision;
    return copy;
  }
  /// Row `index` of the tensor `name`, which must have two dimensions and `expected` shape.
  [[nodiscard]] std::vector<float> row(std::string_view name, const Shape& expected,
                                       std::size_t index) const;
  /// The same tensors with low-rank adapter `index` merged in (Hu et al. 2021): where a matrix is
  /// stored as x.parametrizations.weight.original, x.weight is that plus `scale` times the product
  /// of lora_A[index] and lora_B[index] beside it, as torch's parametrizations name them.
  [[nodiscard]] Weights adapted(std::size_t index, float scale) const {
    Weights copy = *this;
    copy.adapter_ = {index, scale};
    return copy;
  }
  /// The folder or file they come from, for messages.
  [[nodiscard]] const std::filesystem::path& source() const { return source_; }
  [[nodiscard]] bool is_adapted() const { return adapter_.has_value(); }
  /// The tensor `name`, which must have two dimensions.
  [[nodiscard]] Tensor matrix(std::string_view name) const;
  /// The values of a tensor of I32 or I64 with one dimension.
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view name) const;
  /// Lets the system drop what was read: after each layer was packed, so that loading never holds
  /// the file and the packed copies both. Tensors stay valid; what is used again is read again.
  void forget_pages() const;

 private:
  enum class Type { kF32, kF16, kBf16, kOther };
  struct Entry {
    Type type;
    std::string type_name;
    Shape shape;
    std::span<const std::byte> bytes;
    std::size_t file;  // index into files_
  };

  void add_file(const std::filesystem::path& path);
  Result<std::map<std::string, Entry, std::less<>>> read_header(
      std::span<const std::byte> file) const;
  struct Adapter {
    std::size_t index;
    float scale;
  };
  const Entry& entry(std::string_view name) const;
  /// The values of `found`, elements [first, first + count).
  std::vector<float> copy_of(std::string_view name, const Entry& found, std::size_t first,
                             std::size_t count) const;
  /// The part of tensor `name` [tasks, rows, columns] that belongs to the adapter.
  Tensor adapter_part(const std::string& name) const;
  Tensor merged(const std::string& stem, const Shape& expected) const;

  std::filesystem::path source_;
  std::vector<std::shared_ptr<const MappedFile>> files_;
  Precision precision_ = Precision::kFp32;
  std::optional<Adapter> adapter_;
  std::map<std::string, Entry, std::less<>> tensors_;
};

}  // namespace assay::model
