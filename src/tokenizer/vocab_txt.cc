// SPDX-License-Identifier: Apache-2.0
// BERT's tokenizer from vocab.txt, for folders without tokenizer.json.
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "assay/error.h"
#include "base/file.h"
#include "base/unicode.h"
#include "tokenizer/pipeline.h"

namespace assay::tokenizer {

Pipeline read_vocab_txt(const std::filesystem::path& file, const TokenizerConfig& config) {
  const std::string bytes = read_file(file, std::size_t{256} << 20);
  if (const auto at = unicode::invalid_utf8(bytes)) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("tokenizer: {}: invalid UTF-8 at byte {}", file.string(), *at));
  }
  Pipeline pipeline;
  std::int32_t id = 0;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    pipeline.vocabulary.set(std::string(line), id++);
  }
  const auto special = [&](const std::string& content) {
    const auto found = pipeline.vocabulary.id(content);
    if (!found) {
      throw Error(ErrorCode::kCorruption,
                  fmt::format("tokenizer: {}: the special token \"{}\" is not in it", file.string(),
                              content));
    }
    pipeline.added.push_back({.content = content, .id = *found, .special = true});
    return *found;
  };
  const std::int32_t unknown = special(config.unk_token.value_or("[UNK]"));
  const std::int32_t cls = special(config.cls_token.value_or("[CLS]"));
  const std::int32_t sep = special(config.sep_token.value_or("[SEP]"));
  special(config.pad_token.value_or("[PAD]"));
  special(config.mask_token.value_or("[MASK]"));
  pipeline.normalizers.emplace_back(
      BertNormalizer{.clean_text = true,
                     .handle_chinese_chars = config.tokenize_chinese_chars,
                     .strip_accents = config.strip_accents.value_or(config.do_lower_case),
                     .lowercase = config.do_lower_case});
  pipeline.pre_tokenizers.emplace_back(BertPreTokenizer{});
  pipeline.model.emplace(WordPiece(pipeline.vocabulary, unknown, "##", 100));
  pipeline.templates = bert_template(cls, sep);
  return pipeline;
}

}  // namespace assay::tokenizer
