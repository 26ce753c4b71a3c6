// SPDX-License-Identifier: Apache-2.0
// Promise: tensors are read exactly, and a file damaged in any one field is refused with the
// field's name, never misread.
#include "model/safetensors.h"

#include <gmock/gmock.h>

#include <cstring>

#include "support.h"

namespace assay::model {
namespace {

using test::message_of;
using test::ScratchFolder;
using testing::HasSubstr;

std::string file_of(const std::string& header, const std::string& data) {
  std::string bytes(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + data;
}

std::string floats(std::initializer_list<float> values) {
  std::string bytes(values.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), std::data(values), bytes.size());
  return bytes;
}

const std::string kTwo = R"({"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}})";

class Safetensors : public testing::Test {
 protected:
  std::string refusal(const std::string& bytes) {
    const auto path = scratch_.write("model.safetensors", bytes);
    const std::string message =
        message_of(ErrorCode::kCorruption, [&] { Weights::open(scratch_.path()); });
    EXPECT_THAT(message, HasSubstr(path.string()));
    return message;
  }
  ScratchFolder scratch_;
};

TEST_F(Safetensors, ReadsFloatsAlignedOrNot) {
  for (const std::string padding : {"", " ", "  ", "   "}) {  // shifts the data by a byte each
    scratch_.write("model.safetensors", file_of(kTwo + padding, floats({1.5f, -2.0f})));
    const Weights weights = Weights::open(scratch_.path());
    const Tensor tensor = weights.get("a", {1, 2});
    EXPECT_THAT(tensor.values(), testing::ElementsAre(1.5f, -2.0f));
  }
}

TEST_F(Safetensors, WidensHalfAndBrainFloats) {
  const std::string header =
      R"({"h":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]},"__metadata__":{"format":"pt"}})";
  const std::uint16_t values[] = {0x3c00, 0xc000, 0x0001,
                                  0x7bff, 0x3fc0, 0xc049};  // 1, -2, 2^-24, 65504; 1.5, -3.140625
  std::string data(sizeof(values), '\0');
  std::memcpy(data.data(), values, sizeof(values));
  scratch_.write("model.safetensors", file_of(header, data));
  const Weights weights = Weights::open(scratch_.path());
  EXPECT_THAT(weights.get("h", {4}).values(),
              testing::ElementsAre(1.0f, -2.0f, 0x1p-24f, 65504.0f));
  EXPECT_THAT(weights.get("b", {2}).values(), testing::ElementsAre(1.5f, -3.140625f));
}

TEST_F(Safetensors, ReadsShards) {
  scratch_.write("x-1.safetensors", file_of(kTwo, floats({1, 2})));
  scratch_.write("x-2.safetensors",
                 file_of(R"({"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", floats({3})));
  scratch_.write("model.safetensors.index.json",
                 R"({"weight_map":{"a":"x-1.safetensors","b":"x-2.safetensors"}})");
  const Weights weights = Weights::open(scratch_.path());
  EXPECT_EQ(weights.get("b", {1}).values()[0], 3.0f);

  scratch_.write("model.safetensors.index.json",
                 R"({"weight_map":{"a":"x-1.safetensors","c":"x-2.safetensors"}})");
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { Weights::open(scratch_.path()); }),
              HasSubstr("tensor \"c\" is not in x-2.safetensors"));
  scratch_.write("model.safetensors.index.json", R"({"weight_map":{"a":"../x-1.safetensors"}})");
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { Weights::open(scratch_.path()); }),
              HasSubstr("tensor \"a\" has no plain file name"));
  scratch_.write("model.safetensors.index.json", R"([])");
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { Weights::open(scratch_.path()); }),
              HasSubstr("expected an object with a weight_map"));
}

TEST_F(Safetensors, NamesTensorFileAndShapes) {
  const auto path = scratch_.write("model.safetensors", file_of(kTwo, floats({1, 2})));
  const Weights weights = Weights::open(scratch_.path());
  EXPECT_EQ(message_of(ErrorCode::kCorruption,
                       [&] {
                         (void)weights.get("a", {2, 2});
                       }),
            "model: tensor \"a\" in " + path.string() +
                ": expected shape [2, 2], got [1, 2]. Does config.json belong to this file?");
  EXPECT_EQ(message_of(ErrorCode::kCorruption, [&] { (void)weights.get("z", {1}); }),
            "model: tensor \"z\" is missing in " + path.string() +
                ". Does config.json belong to this file?");
}

TEST_F(Safetensors, RefusesATypeThatIsNoFloat) {
  scratch_.write(
      "model.safetensors",
      file_of(R"({"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}})", std::string(8, '\0')));
  const Weights weights = Weights::open(scratch_.path());
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { (void)weights.get("a", {1}); }),
              HasSubstr("expected dtype F32, F16 or BF16, got I64"));
}

TEST_F(Safetensors, SaysWhatIsMissing) {
  EXPECT_THAT(message_of(ErrorCode::kNotFound, [&] { Weights::open(scratch_.path()); }),
              HasSubstr("has no model.safetensors and no model.safetensors.index.json"));
}

TEST_F(Safetensors, RefusesEachDamagedField) {
  const std::string data = floats({1, 2});
  const auto tensor = [](const std::string& type, const std::string& shape,
                         const std::string& offsets) {
    return R"({"a":{"dtype":)" + type + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets +
           "}}";
  };
  EXPECT_THAT(refusal(""), HasSubstr("expected at least 8 bytes, got 0"));
  EXPECT_THAT(refusal("1234567"), HasSubstr("expected at least 8 bytes, got 7"));
  EXPECT_THAT(refusal(std::string(8, '\xff')),
              HasSubstr("header claims 18446744073709551615 bytes, 0 are left"));
  EXPECT_THAT(refusal(file_of(kTwo, data).substr(0, 30)), HasSubstr("is the file cut short"));
  EXPECT_THAT(refusal(file_of("{", data)), HasSubstr("the header is no JSON object"));
  EXPECT_THAT(refusal(file_of("[1]", data)), HasSubstr("the header is no JSON object"));
  EXPECT_THAT(refusal(file_of(R"({"a":1})", data)),
              HasSubstr("tensor \"a\": expected dtype, shape and data_offsets"));
  EXPECT_THAT(refusal(file_of(tensor("\"F33\"", "[1,2]", "[0,8]"), data)),
              HasSubstr("unknown dtype \"F33\""));
  EXPECT_THAT(refusal(file_of(tensor("32", "[1,2]", "[0,8]"), data)),
              HasSubstr("expected dtype, shape"));
  EXPECT_THAT(refusal(file_of(tensor("\"F32\"", "[1,-2]", "[0,8]"), data)),
              HasSubstr("whole numbers as its shape"));
  EXPECT_THAT(refusal(file_of(tensor("\"F32\"", "[1,1,1,1,1,1,1,1,2]", "[0,8]"), data)),
              HasSubstr("at most 8 whole numbers"));
  EXPECT_THAT(refusal(file_of(tensor("\"F32\"", "[1,3]", "[0,8]"), data)),
              HasSubstr("shape [1, 3] of F32 does not take the 8 bytes"));
  EXPECT_THAT(refusal(file_of(tensor("\"F32\"", "[4611686018427387904,8]", "[0,8]"), data)),
              HasSubstr("does not take"));
  EXPECT_THAT(refusal(file_of(tensor("\"F32\"", "[1,2]", "[8,0]"), data)),
              HasSubstr("data_offsets do not lie inside"));
  EXPECT_THAT(refusal(file_of(tensor("\"F32\"", "[1,2]", "[0,9]"), data)),
              HasSubstr("data_offsets do not lie inside"));
  EXPECT_THAT(refusal(file_of(tensor("\"F32\"", "[1,2]", "[0]"), data)),
              HasSubstr("data_offsets do not lie inside"));
  EXPECT_THAT(refusal(file_of(kTwo, data + "x")), HasSubstr("tensors cover 8 of 9 bytes of data"));
  EXPECT_THAT(refusal(file_of(tensor("\"F32\"", "[1]", "[4,8]"), data)),
              HasSubstr("leave a hole at byte 0"));
  EXPECT_THAT(
      refusal(file_of(
          R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
          data)),
      HasSubstr("appears twice"));
  EXPECT_THAT(
      refusal(file_of(
          R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
          data)),
      HasSubstr("tensors overlap"));
}

}  // namespace
}  // namespace assay::model
