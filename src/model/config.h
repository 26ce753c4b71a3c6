// SPDX-License-Identifier: Apache-2.0
// The JSON files of a model folder, read field by field with errors that name file and field.
//
// Used by the architectures (config.json) and by folder.cc (the sentence-transformers files).
// Immutable, may be shared.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::model {

/// One JSON object. Getters throw kCorruption naming the file, the key, and what was expected.
class Config {
 public:
  /// An object; kNotFound when the file is missing, kCorruption when it holds something else.
  static Config read(const std::filesystem::path& path);
  static std::optional<Config> read_if_exists(const std::filesystem::path& path);
  /// An array of objects, such as modules.json.
  static std::vector<Config> read_list(const std::filesystem::path& path);

  /// A key whose value is null counts as absent.
  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] std::size_t size(std::string_view key) const;  ///< a whole number >= 0
  [[nodiscard]] std::optional<std::size_t> size_if(std::string_view key) const;
  [[nodiscard]] double number(std::string_view key) const;
  /// A number above 0 that float32 can hold: epsilons, bases of angles, scales.
  [[nodiscard]] double positive(std::string_view key) const;
  [[nodiscard]] double positive_or(std::string_view key, double fallback) const;
  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] std::string text_or(std::string_view key, std::string_view fallback) const;
  [[nodiscard]] bool flag_or(std::string_view key, bool fallback) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;  ///< empty when absent
  /// An array of strings, or one string whose parts stand between `separator`s.
  [[nodiscard]] std::vector<std::string> texts_or_split(std::string_view key, char separator) const;
  [[nodiscard]] std::map<std::string, std::string> text_map(
      std::string_view key) const;  ///< empty when absent
  [[nodiscard]] std::optional<std::size_t> entries(
      std::string_view key) const;  ///< of an object, when there is one

  /// Every member, each of which must be a number.
  [[nodiscard]] std::map<std::string, double> numbers() const;
  /// The strings of all members, of objects their "content", of arrays both: the tokens of
  /// special_tokens_map.json.
  [[nodiscard]] std::vector<std::string> token_texts() const;
  /// A copy with one whole number set.
  [[nodiscard]] Config with(std::string_view key, std::size_t value) const;
  /// A nested object; errors in it name this file.
  [[nodiscard]] std::optional<Config> object_if(std::string_view key) const;

  [[nodiscard]] const std::filesystem::path& path() const;

 private:
  struct Impl;
  explicit Config(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace assay::model
