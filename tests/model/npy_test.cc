// SPDX-License-Identifier: Apache-2.0
// Promise: arrays in NumPy's format give the numbers that NumPy wrote; other bytes, cut files and
// other orders and types are refused by name.
#include "model/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "support.h"

namespace assay::model {
namespace {

using test::message_of;
using testing::ElementsAre;
using testing::HasSubstr;

// A file of version `version` with the header's dict and the numbers as T.
template <class T>
std::string file_of(const std::string& dict, const std::vector<T>& numbers, int version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes.push_back(static_cast<char>(version));
  bytes.push_back('\0');
  const auto length = static_cast<std::uint32_t>(dict.size());
  bytes.append(reinterpret_cast<const char*>(&length), version == 1 ? 2 : 4);
  bytes += dict;
  bytes.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T));
  return bytes;
}

std::vector<float> all(const NpyArray& array, std::size_t first, std::size_t count) {
  std::vector<float> out(count);
  array.read(first, out);
  return out;
}

TEST(NpyArray, ReadsTheTypesAndVersions) {
  const test::ScratchFolder scratch;
  const auto open = [&](const std::string& bytes) {
    return NpyArray::open(scratch.write("a", bytes));
  };
  const auto floats = open(file_of<float>(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", {1, 2, 3, 4, 5, 6.5}));
  EXPECT_THAT(floats.shape(), ElementsAre(2, 3));
  EXPECT_THAT(all(floats, 2, 4), ElementsAre(3, 4, 5, 6.5));
  const auto halves = open(file_of<std::uint16_t>(
      "{'descr': '<f2', 'fortran_order': False, 'shape': (3,), }", {0x3c00, 0xc000, 0x0001}, 2));
  EXPECT_THAT(halves.shape(), ElementsAre(3));
  EXPECT_THAT(all(halves, 0, 3), ElementsAre(1, -2, 0x1p-24f));
  const auto doubles = open(file_of<double>(
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 2)}", {0.5, -3}, 3));
  EXPECT_THAT(all(doubles, 0, 2), ElementsAre(0.5, -3));
}

TEST(NpyArray, RefusesWhatItCannotRead) {
  const test::ScratchFolder scratch;
  const auto refused = [&](ErrorCode code, const std::string& bytes) {
    const auto path = scratch.write("a.npy", bytes);
    return message_of(code, [&] { (void)NpyArray::open(path); });
  };
  const auto good =
      file_of<float>("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", {1, 2, 3, 4});
  for (std::size_t size = 0; size < good.size(); ++size)
    refused(ErrorCode::kCorruption, good.substr(0, size));
  EXPECT_THAT(
      refused(ErrorCode::kUnsupported,
              file_of<float>("{'descr': '<i4', 'fortran_order': False, 'shape': (1,)}", {1})),
      HasSubstr("'descr': expected '<f2', '<f4' or '<f8', got '<i4'"));
  EXPECT_THAT(
      refused(ErrorCode::kUnsupported,
              file_of<float>("{'descr': '<f4', 'fortran_order': True, 'shape': (1,)}", {1})),
      HasSubstr("'fortran_order': expected False"));
  EXPECT_THAT(
      refused(ErrorCode::kCorruption,
              file_of<float>("{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, "
                             "9999999999)}",
                             {1})),
      HasSubstr("takes more than the 1 numbers"));
  refused(ErrorCode::kCorruption,
          file_of<float>("{'descr': '<f4', 'fortran_order': False, 'shape': (x)}", {1}));
  message_of(ErrorCode::kNotFound, [&] { (void)NpyArray::open(scratch.path() / "none"); });
}

}  // namespace
}  // namespace assay::model
