// SPDX-License-Identifier: Apache-2.0
#include "model/safetensors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <set>

#include "assay/error.h"
#include "base/file.h"
#include "model/half.h"

namespace assay::model {
namespace {

constexpr std::size_t kLargestHeader = std::size_t{100} << 20;  // the format's own limit
constexpr std::size_t kMostDimensions = 8;
static_assert(std::endian::native == std::endian::little, "tensor bytes are read in place");

Failure corrupt(std::string message) { return {ErrorCode::kCorruption, std::move(message)}; }

std::optional<std::size_t> bytes_of(std::string_view type) {
  struct Row {
    std::string_view name;
    std::size_t bytes;
  };
  static constexpr std::array kTypes = {
      Row{"F64", 8}, Row{"F32", 4}, Row{"F16", 2},  Row{"BF16", 2},    Row{"I64", 8},
      Row{"I32", 4}, Row{"I16", 2}, Row{"I8", 1},   Row{"U8", 1},      Row{"U16", 2},
      Row{"U32", 4}, Row{"U64", 8}, Row{"BOOL", 1}, Row{"F8_E4M3", 1}, Row{"F8_E5M2", 1}};
  for (const Row& row : kTypes) {
    if (row.name == type) return row.bytes;
  }
  return std::nullopt;
}

// a * b, or nothing when that does not fit.
std::optional<std::size_t> product(std::size_t a, std::size_t b) {
  if (b != 0 && a > std::numeric_limits<std::size_t>::max() / b) return std::nullopt;
  return a * b;
}

template <typename T>
T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

}  // namespace

std::string to_string(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

Result<std::map<std::string, Weights::Entry, std::less<>>> Weights::read_header(
    std::span<const std::byte> file) const {
  constexpr std::size_t kPrefix = sizeof(std::uint64_t);
  if (file.size() < kPrefix)
    return corrupt(fmt::format("expected at least {} bytes, got {}", kPrefix, file.size()));
  const auto length = load<std::uint64_t>(file.data());
  if (length > file.size() - kPrefix || length > kLargestHeader) {
    return corrupt(fmt::format(
        "header claims {} bytes, {} are left; is the file cut short, or no safetensors file?",
        length, file.size() - kPrefix));
  }
  const std::span<const std::byte> data = file.subspan(kPrefix + length);

  simdjson::dom::parser parser;
  simdjson::dom::object header;
  const simdjson::padded_string text(reinterpret_cast<const char*>(file.data()) + kPrefix, length);
  if (const auto fault = parser.parse(text).get(header)) {
    return corrupt(fmt::format("the header is no JSON object: {}", simdjson::error_message(fault)));
  }
  std::map<std::string, Entry, std::less<>> entries;
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  for (const auto& [key, value] : header) {
    if (key == "__metadata__") continue;
    const std::string name(key);
    simdjson::dom::object fields;
    std::string_view type;
    simdjson::dom::array shape;
    simdjson::dom::array offsets;
    if (value.get(fields) || fields["dtype"].get(type) || fields["shape"].get(shape) ||
        fields["data_offsets"].get(offsets)) {
      return corrupt(fmt::format("tensor \"{}\": expected dtype, shape and data_offsets", name));
    }
    const auto element = bytes_of(type);
    if (!element) return corrupt(fmt::format("tensor \"{}\": unknown dtype \"{}\"", name, type));

    Entry entry{.type = Type::kOther,
                .type_name = std::string(type),
                .shape = {},
                .bytes = {},
                .file = files_.size()};
    if (type == "F32") entry.type = Type::kF32;
    if (type == "F16") entry.type = Type::kF16;
    if (type == "BF16") entry.type = Type::kBf16;
    std::optional<std::size_t> size = *element;
    for (const auto dimension : shape) {
      std::uint64_t extent = 0;
      if (dimension.get(extent) || entry.shape.size() == kMostDimensions) {
        return corrupt(fmt::format("tensor \"{}\": expected at most {} whole numbers as its shape",
                                   name, kMostDimensions));
      }
      entry.shape.push_back(extent);
      if (size) size = product(*size, extent);
    }
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    if (offsets.size() != 2 || offsets.at(0).get(begin) || offsets.at(1).get(end) || begin > end ||
        end > data.size()) {
      return corrupt(
          fmt::format("tensor \"{}\": data_offsets do not lie inside the {} bytes of data; is the "
                      "file cut short?",
                      name, data.size()));
    }
    if (!size || *size != end - begin) {
      return corrupt(fmt::format(
          "tensor \"{}\": shape {} of {} does not take the {} bytes between its data_offsets", name,
          to_string(entry.shape), type, end - begin));
    }
    entry.bytes = data.subspan(begin, end - begin);
    ranges.emplace_back(begin, end);
    if (!entries.emplace(name, std::move(entry)).second)
      return corrupt(fmt::format("tensor \"{}\" appears twice", name));
  }
  std::sort(ranges.begin(), ranges.end());
  std::size_t covered = 0;
  for (const auto& [begin, end] : ranges) {
    if (begin != covered)
      return corrupt(
          fmt::format("tensors overlap or leave a hole at byte {} of the data", covered));
    covered = end;
  }
  if (covered != data.size())
    return corrupt(fmt::format("tensors cover {} of {} bytes of data", covered, data.size()));
  return entries;
}

void Weights::add_file(const std::filesystem::path& path) {
  MappedFile file(path);
  auto entries = read_header(file.bytes()).or_throw(fmt::format("model: {}", path.string()));
  files_.push_back(std::make_shared<const MappedFile>(std::move(file)));
  for (auto& [name, entry] : entries) {
    if (!tensors_.emplace(name, std::move(entry)).second) {
      throw Error(
          ErrorCode::kCorruption,
          fmt::format("model: tensor \"{}\" is in two files, one of them {}", name, path.string()));
    }
  }
}

Weights Weights::open_file(const std::filesystem::path& path) {
  Weights weights;
  weights.source_ = path;
  weights.add_file(path);
  return weights;
}

Weights Weights::open(const std::filesystem::path& folder) {
  const auto single = folder / "model.safetensors";
  const auto index = folder / "model.safetensors.index.json";
  if (file_exists(single)) return open_file(single);
  if (!file_exists(index)) {
    throw Error(
        ErrorCode::kNotFound,
        fmt::format("model: {} has no model.safetensors and no model.safetensors.index.json; "
                    "weights in other formats are not read",
                    folder.string()));
  }
  const auto broken = [&](std::string_view fault) {
    return Error(ErrorCode::kCorruption, fmt::format("model: {}: {}", index.string(), fault));
  };
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::object map;
  if (parser.parse(read_file(index)).get(root) || root["weight_map"].get(map)) {
    throw broken("expected an object with a weight_map");
  }
  std::set<std::string> shards;
  for (const auto& [tensor, shard] : map) {
    std::string_view name;
    if (shard.get(name) || name.empty() || name.find('/') != std::string_view::npos) {
      throw broken(fmt::format("tensor \"{}\" has no plain file name", tensor));
    }
    shards.emplace(name);
  }
  Weights weights;
  weights.source_ = folder;
  for (const std::string& shard : shards) weights.add_file(folder / shard);
  for (const auto& [tensor, shard] : map) {
    if (!weights.contains(tensor)) {
      throw broken(fmt::format("tensor \"{}\" is not in {}", tensor, std::string_view(shard)));
    }
  }
  return weights;
}

namespace {

Error misfit(std::string_view name, const std::filesystem::path& file, std::string_view want,
             std::string_view got) {
  return {ErrorCode::kCorruption,
          fmt::format("model: tensor \"{}\" in {}: expected {}, got {}. Does config.json belong to "
                      "this file?",
                      name, file.string(), want, got)};
}

}  // namespace

const Weights::Entry& Weights::entry(std::string_view name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) {
    throw Error(
        ErrorCode::kCorruption,
        fmt::format("model: tensor \"{}\" is missing in {}. Does config.json belong to this file?",
                    name, source_.string()));
  }
  return found->second;
}

namespace {

constexpr std::string_view kWeight = ".weight";
constexpr std::string_view kParametrized = ".parametrizations.weight.";

// "x.weight" without its end, or nothing.
std::string stem_of(std::string_view name) {
  return std::string(name.ends_with(kWeight) ? name.substr(0, name.size() - kWeight.size()) : "");
}

std::string original_of(std::string_view name) {
  const std::string stem = stem_of(name);
  return stem.empty() ? stem : stem + std::string(kParametrized) + "original";
}

}  // namespace

bool Weights::contains(std::string_view name) const {
  return tensors_.contains(name) || (adapter_ && tensors_.contains(original_of(name)));
}

const Shape& Weights::shape(std::string_view name) const {
  const bool merges = adapter_ && !tensors_.contains(name);
  if (const std::string original = original_of(name); merges && tensors_.contains(original))
    return entry(original).shape;
  return entry(name).shape;
}

std::vector<float> Weights::copy_of(std::string_view name, const Entry& found, std::size_t first,
                                    std::size_t count) const {
  std::vector<float> copy(count);
  const bool wide = found.type == Type::kF32;
  const std::byte* from = found.bytes.data() + first * (wide ? sizeof(float) : 2);
  switch (found.type) {
    case Type::kF32:
      std::memcpy(copy.data(), from, count * sizeof(float));
      break;
    case Type::kF16:
      for (std::size_t i = 0; i < count; ++i)
        copy[i] = half_to_float(load<std::uint16_t>(from + 2 * i));
      break;
    case Type::kBf16:
      for (std::size_t i = 0; i < count; ++i) {
        copy[i] = std::bit_cast<float>(static_cast<std::uint32_t>(load<std::uint16_t>(from + 2 * i))
                                       << 16);
      }
      break;
    case Type::kOther:
      throw misfit(name, files_[found.file]->path(), "dtype F32, F16 or BF16", found.type_name);
  }
  return copy;
}

Tensor Weights::get(std::string_view name, const Shape& expected) const {
  if (adapter_ && !tensors_.contains(name) && tensors_.contains(original_of(name)))
    return merged(stem_of(name), expected);
  const Entry& found = entry(name);
  if (found.shape != expected) {
    throw misfit(name, files_[found.file]->path(), "shape " + to_string(expected),
                 to_string(found.shape));
  }
  const std::byte* from = found.bytes.data();
  if (found.type == Type::kF32 && reinterpret_cast<std::uintptr_t>(from) % alignof(float) == 0) {
    return {std::span(reinterpret_cast<const float*>(from), found.bytes.size() / sizeof(float)),
            expected};
  }
  const std::size_t count = found.bytes.size() / (found.type == Type::kF32 ? sizeof(float) : 2);
  return {copy_of(name, found, 0, count), expected};
}

std::vector<float> Weights::row(std::string_view name, const Shape& expected,
                                std::size_t index) const {
  const Entry& found = entry(name);
  if (found.shape != expected || expected.size() != 2 || index >= expected[0]) {
    throw misfit(name, files_[found.file]->path(),
                 fmt::format("shape {} with a row {}", to_string(expected), index),
                 to_string(found.shape));
  }
  return copy_of(name, found, index * expected[1], expected[1]);
}

Tensor Weights::adapter_part(const std::string& name) const {
  const Entry& found = entry(name);
  if (found.shape.size() != 3 || adapter_->index >= found.shape[0]) {
    throw misfit(name, files_[found.file]->path(),
                 fmt::format("shape [more than {}, rows, columns]", adapter_->index),
                 to_string(found.shape));
  }
  const std::size_t count = found.shape[1] * found.shape[2];
  return {copy_of(name, found, adapter_->index * count, count), {found.shape[1], found.shape[2]}};
}

// Linear layers are W + B A, embedding tables W + A B: the factor with as many rows as W leads.
Tensor Weights::merged(const std::string& stem, const Shape& expected) const {
  const std::string start = stem + std::string(kParametrized);
  const Tensor base = get(start + "original", expected);
  const Tensor a = adapter_part(start + "0.lora_A");
  const Tensor b = adapter_part(start + "0.lora_B");
  const auto fits = [&](const Tensor& left, const Tensor& right) {
    return expected.size() == 2 && left.shape()[0] == expected[0] &&
           left.shape()[1] == right.shape()[0] && right.shape()[1] == expected[1];
  };
  const bool linear = fits(b, a);
  if (!linear && !fits(a, b)) {
    throw misfit(start + "0.lora_A", source_, "factors of a matrix " + to_string(expected),
                 to_string(a.shape()) + " beside lora_B " + to_string(b.shape()));
  }
  const Tensor& left = linear ? b : a;
  const Tensor& right = linear ? a : b;
  const std::size_t rank = right.shape()[0];
  const std::size_t columns = expected[1];
  std::vector<float> sum(base.values().begin(), base.values().end());
  for (std::size_t row = 0; row < expected[0]; ++row) {
    const std::span<float> to = std::span(sum).subspan(row * columns, columns);
    for (std::size_t r = 0; r < rank; ++r) {
      const float factor = adapter_->scale * left.values()[row * rank + r];
      const std::span<const float> from = right.values().subspan(r * columns, columns);
      for (std::size_t c = 0; c < columns; ++c) to[c] += factor * from[c];
    }
  }
  return {std::move(sum), expected};
}

Tensor Weights::matrix(std::string_view name) const {
  const Shape& found = shape(name);
  if (found.size() == 2) return get(name, found);
  throw Error(ErrorCode::kCorruption,
              fmt::format("model: tensor \"{}\" in {}: expected two dimensions, got shape {}", name,
                          source_.string(), to_string(found)));
}

std::vector<std::int64_t> Weights::integers(std::string_view name) const {
  const Entry& found = entry(name);
  const bool wide = found.type_name == "I64";
  if (found.shape.size() != 1 || (!wide && found.type_name != "I32")) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: tensor \"{}\" in {}: expected one dimension of I32 or I64, got "
                            "{} of {}",
                            name, source_.string(), to_string(found.shape), found.type_name));
  }
  std::vector<std::int64_t> values(found.shape[0]);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = wide ? load<std::int64_t>(found.bytes.data() + 8 * i)
                     : load<std::int32_t>(found.bytes.data() + 4 * i);
  }
  return values;
}

void Weights::forget_pages() const {
  for (const auto& file : files_) file->forget_pages();
}

}  // namespace assay::model
