// SPDX-License-Identifier: Apache-2.0
// A buffer on a 64-byte boundary that grows and never shrinks; its content is lost when it grows.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace assay::kernels {

/// Asks for large pages in a fresh block of some size; a pass over weights otherwise waits for page
/// tables as long as for the weights.
void advise_huge_pages(void* memory, std::size_t bytes) noexcept;

template <class T>
class BasicAlignedBuffer {
  static_assert(std::is_trivial_v<T>);

 public:
  BasicAlignedBuffer() = default;
  explicit BasicAlignedBuffer(std::size_t count) { reserve(count); }

  /// `count` uninitialised values.
  std::span<T> get(std::size_t count) {
    reserve(count);
    return {data_.get(), count};
  }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] T* data() noexcept { return data_.get(); }
  [[nodiscard]] const T* data() const noexcept { return data_.get(); }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Free {
    void operator()(T* memory) const { ::operator delete(memory, kAlignment); }
  };

  void reserve(std::size_t count) {
    if (count <= capacity_) return;
    data_.reset();  // before the new block: the peak is one buffer
    data_.reset(static_cast<T*>(::operator new(count * sizeof(T), kAlignment)));
    advise_huge_pages(data_.get(), count * sizeof(T));
    capacity_ = count;
  }

  std::unique_ptr<T[], Free> data_;
  std::size_t capacity_ = 0;
};

using AlignedBuffer = BasicAlignedBuffer<float>;

}  // namespace assay::kernels
