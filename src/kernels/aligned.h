// SPDX-License-Identifier: Apache-2.0
// A float buffer on a 64-byte boundary that grows and never shrinks; its content is lost when it
// grows.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>

namespace assay::kernels {

class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t count) { reserve(count); }

  /// `count` uninitialised floats.
  std::span<float> get(std::size_t count) {
    reserve(count);
    return {data_.get(), count};
  }
  [[nodiscard]] float* data() noexcept { return data_.get(); }
  [[nodiscard]] const float* data() const noexcept { return data_.get(); }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Free {
    void operator()(float* memory) const { ::operator delete(memory, kAlignment); }
  };

  void reserve(std::size_t count) {
    if (count <= capacity_) return;
    data_.reset();  // before the new block: the peak is one buffer
    data_.reset(static_cast<float*>(::operator new(count * sizeof(float), kAlignment)));
    capacity_ = count;
  }

  std::unique_ptr<float[], Free> data_;
  std::size_t capacity_ = 0;
};

}  // namespace assay::kernels
