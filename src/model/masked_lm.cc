// SPDX-License-Identifier: Apache-2.0
#include "model/masked_lm.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <string_view>

#include "assay/error.h"
#include "base/assert.h"
#include "base/thread_pool.h"
#include "kernels/rows.h"
#include "model/config.h"
#include "model/registry.h"
#include "model/safetensors.h"

namespace assay::model {
namespace {

// Vocabulary entries of a block: its weights (768 wide: 768 KiB) stay in the second-level cache
// while the tokens go past, as do the logits of a block of rows.
constexpr std::size_t kBlock = 256;

// Where an architecture keeps its head.
struct HeadNames {
  std::string_view architecture;  // config.json "architectures"[0]
  std::unique_ptr<Encoder> (*build)(const Config&, std::shared_ptr<const Weights>);
  std::string_view transform;
  std::string_view norm;
  std::string_view decoder;     // its weight is often tied to the words and absent
  std::string_view bias;        // instead of decoder.bias, where there is such a tensor
  std::string_view words;       // the word embeddings
  std::string_view activation;  // key of config.json
  std::string_view epsilon;     // likewise; 1e-12 without
};

constexpr std::array kHeads = {
    HeadNames{"BertForMaskedLM", &build_bert, "cls.predictions.transform.dense",
              "cls.predictions.transform.LayerNorm", "cls.predictions.decoder",
              "cls.predictions.bias", "bert.embeddings.word_embeddings", "hidden_act",
              "layer_norm_eps"},
    HeadNames{"DistilBertForMaskedLM", &build_distilbert, "vocab_transform", "vocab_layer_norm",
              "vocab_projector", "", "distilbert.embeddings.word_embeddings", "activation", ""},
    HeadNames{"NewForMaskedLM", &build_gte, "lm_head.dense", "lm_head.norm", "lm_head.decoder", "",
              "new.embeddings.word_embeddings", "hidden_act", "layer_norm_eps"},
};

const HeadNames& head_of(const Config& config) {
  const auto names = config.texts("architectures");
  const std::string name = names.empty() ? "" : names.front();
  std::string known;
  for (const HeadNames& head : kHeads) {
    if (head.architecture == name) return head;
    known += (known.empty() ? "" : ", ") + std::string(head.architecture);
  }
  throw Error(
      ErrorCode::kUnsupported,
      fmt::format("model: {}: architecture \"{}\" has no masked-language-model head that is "
                  "implemented; {} have one",
                  config.path().string(), name, known));
}

}  // namespace

MaskedLm::MaskedLm(const std::filesystem::path& folder, Precision precision) {
  const Config config = Config::read(folder / "config.json");
  const HeadNames& names = head_of(config);
  const auto weights = std::make_shared<const Weights>(Weights::open(folder));
  encoder_ = names.build(config, std::make_shared<const Weights>(weights->packed_as(precision)));
  const std::size_t hidden = encoder_->hidden_size();
  const std::size_t vocabulary = config.size("vocab_size");
  transform_ = Linear(*weights, std::string(names.transform), hidden, hidden);
  activation_ = activation_of(config.text_or(names.activation, "gelu"), config.path());
  const auto epsilon = static_cast<float>(config.positive_or(names.epsilon, 1e-12));
  norm_ = LayerNorm(*weights, std::string(names.norm), hidden, epsilon);

  const std::string own = std::string(names.decoder) + ".weight";
  const Tensor matrix = weights->get(
      weights->contains(own) ? own : std::string(names.words) + ".weight", {vocabulary, hidden});
  for (std::size_t first = 0; first < vocabulary; first += kBlock) {
    const std::size_t count = std::min(kBlock, vocabulary - first);
    decoder_.emplace_back(matrix.values().subspan(first * hidden, count * hidden), count, hidden);
  }
  const std::string shared = std::string(names.bias);
  const Tensor bias = weights->get(
      weights->contains(shared) ? shared : std::string(names.decoder) + ".bias", {vocabulary});
  bias_.assign(bias.values().begin(), bias.values().end());
  weights->forget_pages();
}

void MaskedLm::largest_logits(const PackedBatch& batch, Workspace& workspace, std::size_t threads,
                              std::span<SparseVector> out) const {
  const std::size_t sequences = batch.sequences();
  const std::size_t tokens = batch.tokens();
  const std::size_t hidden = encoder_->hidden_size();
  ASSAY_ASSERT(out.size() == sequences);
  const std::span<const float> rows =
      encoder_->forward(batch, OutputRows::kAll, workspace, threads);
  kernels::AlignedBuffer storage;
  const std::span<float> states = storage.get(tokens * hidden);
  for_row_blocks(tokens, threads, [&](std::size_t first, std::size_t count, std::size_t) {
    const std::span<float> block = states.subspan(first * hidden, count * hidden);
    transform_.run({rows.data() + first * hidden, hidden}, count, {block.data(), hidden},
                   activation_);
    norm_.run(block);
  });

  // Blocks of the vocabulary outside, so that each weight is read from memory once.
  struct Entry {
    std::uint32_t index;
    float value;
  };
  std::vector<std::vector<std::vector<Entry>>> found(decoder_.size());  // [block][sequence]
  std::vector<kernels::AlignedBuffer> scratch(
      std::min(std::max<std::size_t>(threads, 1), decoder_.size()));
  parallel_for(decoder_.size(), scratch.size(), [&](std::size_t b, std::size_t slot) {
    const kernels::PackedMatrix& weights = decoder_[b];
    const std::size_t width = weights.outputs();
    const std::size_t first_entry = b * kBlock;
    const std::span<float> logits = scratch[slot].get(kRowBlock * width);
    std::array<float, kBlock> best{};
    const std::span<float> largest(best.data(), width);
    found[b].resize(sequences);
    std::size_t sequence = 0;
    std::ranges::fill(largest, std::numeric_limits<float>::lowest());
    for (std::size_t first = 0; first < tokens; first += kRowBlock) {
      const std::size_t count = std::min(kRowBlock, tokens - first);
      kernels::gemm({states.data() + first * hidden, hidden}, count, weights, 0, weights.panels(),
                    {bias_.data() + first_entry}, {logits.data(), width});
      for (std::size_t r = 0; r < count;) {
        const std::size_t end = std::min(batch.offsets[sequence + 1] - first, count);
        kernels::maximum(logits.subspan(r * width, (end - r) * width), largest);
        r = end;
        if (first + r != batch.offsets[sequence + 1]) continue;
        for (std::size_t v = 0; v < width; ++v) {
          if (largest[v] > 0) {
            found[b][sequence].push_back({static_cast<std::uint32_t>(first_entry + v), largest[v]});
          }
        }
        std::ranges::fill(largest, std::numeric_limits<float>::lowest());
        ++sequence;
      }
    }
  });
  for (std::size_t s = 0; s < sequences; ++s) {
    out[s] = {};
    for (const auto& block : found) {
      for (const Entry& entry : block[s]) {
        out[s].indices.push_back(entry.index);
        out[s].values.push_back(entry.value);
      }
    }
  }
}

}  // namespace assay::model
