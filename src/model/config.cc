// SPDX-License-Identifier: Apache-2.0
#include "model/config.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "assay/error.h"
#include "base/file.h"
#include "base/json_text.h"

namespace assay::model {

using nlohmann::json;

struct Config::Impl {
  std::filesystem::path path;
  json object;

  [[nodiscard]] const json* find(std::string_view key) const {
    const auto member = object.find(key);
    return member == object.end() || member->is_null() ? nullptr : &*member;
  }
  [[nodiscard]] const json& require(std::string_view key) const {
    if (const json* value = find(key)) return *value;
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: \"{}\" is missing", path.string(), key));
  }
  [[nodiscard]] Error wrong(std::string_view key, std::string_view expected) const {
    return {ErrorCode::kCorruption,
            fmt::format("model: {}: \"{}\": expected {}, got {}", path.string(), key, expected,
                        object.find(key)->dump().substr(0, 60))};
  }
};

namespace {

json parse(const std::filesystem::path& path) {
  json value = parse_json(read_file(path, std::size_t{64} << 20));
  if (value.is_discarded()) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: not JSON, or nested too deeply", path.string()));
  }
  return value;
}

}  // namespace

Config Config::read(const std::filesystem::path& path) {
  json object = parse(path);
  if (!object.is_object()) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: expected a JSON object", path.string()));
  }
  return Config(std::make_shared<const Impl>(Impl{path, std::move(object)}));
}

std::optional<Config> Config::read_if_exists(const std::filesystem::path& path) {
  if (!file_exists(path)) return std::nullopt;
  return read(path);
}

std::vector<Config> Config::read_list(const std::filesystem::path& path) {
  json list = parse(path);
  std::vector<Config> result;
  if (!list.is_array())
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: expected a JSON array", path.string()));
  for (json& object : list) {
    if (!object.is_object()) {
      throw Error(ErrorCode::kCorruption,
                  fmt::format("model: {}: expected objects in the array", path.string()));
    }
    result.push_back(Config(std::make_shared<const Impl>(Impl{path, std::move(object)})));
  }
  return result;
}

bool Config::has(std::string_view key) const { return impl_->find(key) != nullptr; }

std::size_t Config::size(std::string_view key) const {
  const json& value = impl_->require(key);
  if (!value.is_number_unsigned()) throw impl_->wrong(key, "a whole number");
  return value.get<std::size_t>();
}

std::optional<std::size_t> Config::size_if(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  return size(key);
}

double Config::number(std::string_view key) const {
  const json& value = impl_->require(key);
  if (!value.is_number()) throw impl_->wrong(key, "a number");
  return value.get<double>();
}

double Config::positive(std::string_view key) const {
  const double value = number(key);
  if (!(value > 0) || value > static_cast<double>(std::numeric_limits<float>::max()))
    throw impl_->wrong(key, "a number above 0");
  return value;
}

double Config::positive_or(std::string_view key, double fallback) const {
  return has(key) ? positive(key) : fallback;
}

std::string Config::text(std::string_view key) const {
  const json& value = impl_->require(key);
  if (!value.is_string()) throw impl_->wrong(key, "a string");
  return value.get<std::string>();
}

std::string Config::text_or(std::string_view key, std::string_view fallback) const {
  return has(key) ? text(key) : std::string(fallback);
}

bool Config::flag_or(std::string_view key, bool fallback) const {
  const json* value = impl_->find(key);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) throw impl_->wrong(key, "true or false");
  return value->get<bool>();
}

std::vector<std::string> Config::texts(std::string_view key) const {
  std::vector<std::string> result;
  const json* value = impl_->find(key);
  if (value == nullptr) return result;
  if (!value->is_array()) throw impl_->wrong(key, "an array of strings");
  for (const json& item : *value) {
    if (!item.is_string()) throw impl_->wrong(key, "an array of strings");
    result.push_back(item.get<std::string>());
  }
  return result;
}

std::vector<std::string> Config::texts_or_split(std::string_view key, char separator) const {
  const json* value = impl_->find(key);
  if (value == nullptr || !value->is_string()) return texts(key);
  std::vector<std::string> parts(1);
  for (const char c : value->get<std::string>()) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::optional<Config> Config::object_if(std::string_view key) const {
  const json* value = impl_->find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) throw impl_->wrong(key, "an object");
  return Config(std::make_shared<const Impl>(Impl{impl_->path, *value}));
}

std::map<std::string, std::string> Config::text_map(std::string_view key) const {
  std::map<std::string, std::string> result;
  const json* value = impl_->find(key);
  if (value == nullptr) return result;
  if (!value->is_object()) throw impl_->wrong(key, "an object of strings");
  for (const auto& [name, item] : value->items()) {
    if (!item.is_string()) throw impl_->wrong(key, "an object of strings");
    result.emplace(name, item.get<std::string>());
  }
  return result;
}

std::optional<std::size_t> Config::entries(std::string_view key) const {
  const json* value = impl_->find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) throw impl_->wrong(key, "an object");
  return value->size();
}

std::map<std::string, double> Config::numbers() const {
  std::map<std::string, double> result;
  for (const auto& [name, item] : impl_->object.items()) {
    if (!item.is_number()) throw impl_->wrong(name, "a number");
    result.emplace(name, item.get<double>());
  }
  return result;
}

std::vector<std::string> Config::token_texts() const {
  std::vector<std::string> result;
  const auto take = [&](const json& item) {
    const json* text = &item;
    if (item.is_object() && item.contains("content")) text = &item["content"];
    if (text->is_string()) result.push_back(text->get<std::string>());
  };
  for (const json& item : impl_->object) {
    if (!item.is_array()) {
      take(item);
      continue;
    }
    for (const json& one : item) take(one);
  }
  return result;
}

Config Config::with(std::string_view key, std::size_t value) const {
  json object = impl_->object;
  object[std::string(key)] = value;
  return Config(std::make_shared<const Impl>(Impl{impl_->path, std::move(object)}));
}

const std::filesystem::path& Config::path() const { return impl_->path; }

}  // namespace assay::model
