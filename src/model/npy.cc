// SPDX-License-Identifier: Apache-2.0
// "\x93NUMPY", two version bytes, the header's length (2 bytes; 4 from version 2 on), and the
// header: a Python dict such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
#include "model/npy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "assay/error.h"
#include "base/assert.h"
#include "model/half.h"

namespace assay::model {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

// What stands behind 'key': in the header, spaces dropped; empty where there is no such key.
std::string_view value_of(std::string_view header, std::string_view key) {
  const std::string quoted = fmt::format("'{}':", key);
  const std::size_t at = header.find(quoted);
  if (at == std::string_view::npos) return {};
  header.remove_prefix(at + quoted.size());
  header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
  return header;
}

template <class T>
T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

}  // namespace

NpyArray NpyArray::open(const std::filesystem::path& path) {
  NpyArray array((MappedFile(path)));
  const auto corrupt = [&](std::string_view what) {
    return Error(ErrorCode::kCorruption, fmt::format("model: {}: {}", path.string(), what));
  };
  const auto unsupported = [&](std::string_view what) {
    return Error(ErrorCode::kUnsupported, fmt::format("model: {}: {}", path.string(), what));
  };
  const std::span<const std::byte> bytes = array.file_.bytes();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(kMagic) || text.size() < 12)
    throw corrupt("expected an array in NumPy's .npy format, got other bytes");
  const unsigned version = static_cast<unsigned char>(text[6]);
  if (version < 1 || version > 3)
    throw unsupported(fmt::format(".npy version {}: expected 1 to 3", version));
  const std::size_t before = version == 1 ? 10 : 12;
  const std::size_t length =
      version == 1 ? load<std::uint16_t>(bytes.data() + 8) : load<std::uint32_t>(bytes.data() + 8);
  if (length > text.size() - before) throw corrupt("the header is cut short");
  array.begin_ = before + length;
  const std::string_view header = text.substr(before, length);

  const std::string_view type = value_of(header, "descr");
  for (const auto& [name, size] : {std::pair("'<f2'", 2u), {"'<f4'", 4u}, {"'<f8'", 8u}}) {
    if (type.starts_with(name)) array.item_bytes_ = size;
  }
  if (array.item_bytes_ == 0) {
    throw unsupported(fmt::format("'descr': expected '<f2', '<f4' or '<f8', got {}",
                                  type.substr(0, type.find(','))));
  }
  if (!value_of(header, "fortran_order").starts_with("False"))
    throw unsupported("'fortran_order': expected False");
  std::string_view shape = value_of(header, "shape");
  const std::size_t end = shape.find(')');
  if (!shape.starts_with('(') || end == std::string_view::npos)
    throw corrupt("'shape': expected whole numbers in round brackets");
  shape = shape.substr(1, end - 1);
  const std::size_t held = (bytes.size() - array.begin_) / array.item_bytes_;
  std::size_t count = 1;
  while (!shape.empty()) {
    std::size_t extent = 0;
    const auto number = std::from_chars(shape.data(), shape.data() + shape.size(), extent);
    if (number.ec != std::errc())
      throw corrupt("'shape': expected whole numbers in round brackets");
    array.shape_.push_back(extent);
    if (extent != 0 && count > held / extent) {
      throw corrupt(
          fmt::format("'shape' takes more than the {} numbers that the file holds; is it "
                      "cut short?",
                      held));
    }
    count *= extent;
    shape.remove_prefix(static_cast<std::size_t>(number.ptr - shape.data()));
    shape.remove_prefix(std::min(shape.find_first_not_of(", "), shape.size()));
  }
  return array;
}

void NpyArray::read(std::size_t first, std::span<float> out) const {
  ASSAY_ASSERT((first + out.size()) * item_bytes_ <= file_.bytes().size() - begin_);
  const std::byte* from = file_.bytes().data() + begin_ + first * item_bytes_;
  for (std::size_t i = 0; i < out.size(); ++i, from += item_bytes_) {
    if (item_bytes_ == 4) {
      out[i] = load<float>(from);
    } else if (item_bytes_ == 2) {
      out[i] = half_to_float(load<std::uint16_t>(from));
    } else {
      out[i] = static_cast<float>(load<double>(from));
    }
  }
}

}  // namespace assay::model
