// SPDX-License-Identifier: Apache-2.0
// RoBERTa's tokenizer from vocab.json and merges.txt, for folders without tokenizer.json.
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/unicode.h"
#include "tokenizer/json_node.h"
#include "tokenizer/pipeline.h"

namespace assay::tokenizer {

Pipeline read_vocab_and_merges(const std::filesystem::path& vocabulary_file,
                               const std::filesystem::path& merges_file,
                               const TokenizerConfig& config) {
  Pipeline pipeline;
  const JsonFile file(vocabulary_file);
  file.root().for_each_member([&](std::string_view token, const Node& id) {
    pipeline.vocabulary.set(std::string(token), id.id());
  });

  const std::string bytes = read_file(merges_file, std::size_t{256} << 20);
  const auto wrong = [&](std::size_t line, std::string_view why) {
    return Error(ErrorCode::kCorruption,
                 fmt::format("tokenizer: {}: line {}: {}", merges_file.string(), line, why));
  };
  std::vector<Bpe::Merge> merges;
  std::string_view rest = bytes;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with("#version") || line.empty()) continue;
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos || line.find(' ', blank + 1) != std::string_view::npos)
      throw wrong(number, "expected two tokens with a blank between them");
    const auto merge =
        find_merge(pipeline.vocabulary, line.substr(0, blank), line.substr(blank + 1), "");
    if (!merge)
      throw wrong(number, fmt::format("{} lacks one of the tokens, or what they make",
                                      vocabulary_file.filename().string()));
    merges.push_back(*merge);
  }

  const auto special = [&](const std::string& content, bool takes_blanks = false) {
    const auto found = pipeline.vocabulary.id(content);
    if (!found) {
      throw Error(ErrorCode::kCorruption,
                  fmt::format("tokenizer: {}: the special token \"{}\" is not in it",
                              vocabulary_file.string(), content));
    }
    pipeline.added.push_back(
        {.content = content, .id = *found, .special = true, .lstrip = takes_blanks});
    return *found;
  };
  const std::int32_t cls = special(config.cls_token.value_or("<s>"));
  const std::int32_t sep = special(config.sep_token.value_or("</s>"));
  special(config.pad_token.value_or("<pad>"));
  special(config.unk_token.value_or("<unk>"));
  special(config.mask_token.value_or("<mask>"), true);
  pipeline.pre_tokenizers.emplace_back(
      ByteLevel{.add_prefix_space = config.add_prefix_space, .use_regex = true});
  pipeline.model.emplace(Bpe(pipeline.vocabulary, merges, {}));
  pipeline.trims.push_back({config.add_prefix_space});
  pipeline.templates = roberta_template(cls, sep);
  return pipeline;
}

}  // namespace assay::tokenizer
