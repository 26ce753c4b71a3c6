// SPDX-License-Identifier: Apache-2.0
// Both products of attention by the micro-kernel of gemm-inl.h: keys and values of a head are
// packed into panels first, which costs 2 * length * head_dim moves against 4 * length^2 * head_dim
// arithmetic.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/attention_simd.cc"
#include <hwy/foreach_target.h>  // re-includes this file once per target
#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/assert.h"
#include "kernels/attention.h"
#include "kernels/cpu.h"
#include "kernels/gemm-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::kernels {
namespace HWY_NAMESPACE {

// scores[i] = e^(scale * (scores[i] - max)) over `padded` entries, a multiple of the vector length
// whose entries past the real ones hold the lowest float: they become e^-87, which vanishes beside
// the maximum's 1. Returns the sum.
HWY_INLINE float exponentiate(float* scores, std::size_t padded, float scale) {
  const FloatTag d;
  auto largest = hn::Load(d, scores);
  for (std::size_t i = kLanes; i < padded; i += kLanes)
    largest = hn::Max(largest, hn::Load(d, scores + i));
  largest = hn::MaxOfLanes(d, largest);
  const auto scales = hn::Set(d, scale);
  const auto shift = hn::Neg(hn::Mul(largest, scales));
  auto sum = hn::Zero(d);
  for (std::size_t i = 0; i < padded; i += kLanes) {
    const auto e = exp_of(d, hn::MulAdd(hn::Load(d, scores + i), scales, shift));
    hn::Store(e, d, scores + i);
    sum = hn::Add(sum, e);
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

// Keys and values of a head as panels, and the products with the position rows in use.
class PackedHead {
 public:
  // `scratch` has room for floats(head).
  PackedHead(const AttentionHead& head, float* scratch)
      : head_(head), keys_(scratch), values_(keys_ + padded_keys(head) * head.head_dim) {
    pack();
    if (head.relative == nullptr) return;
    by_key_ = values_ + value_panels(head) * kPanelWidth * head.key_count;
    const auto [lowest, highest] = rows_in_use(head);
    first_panel_ = lowest / kPanelWidth;
    position_panels_ = highest / kPanelWidth + 1 - first_panel_;
    const PackedMatrix& queries = *head.relative->queries;
    for (std::size_t p = 0; p < position_panels_; ++p) {
      panel_product(
          head.k.data, head.k.stride, head.key_count, queries.panel(first_panel_ + p),
          head.head_dim,
          {.y = by_key_ + p * kPanelWidth, .y_stride = position_stride(), .columns = kPanelWidth});
    }
  }

  static std::size_t floats(const AttentionHead& head) {
    const std::size_t content =
        padded_keys(head) * head.head_dim + value_panels(head) * kPanelWidth * head.key_count;
    return content + (head.relative == nullptr ? 0 : head.key_count * used_positions(head));
  }
  // Floats of a query's products with the position rows in use; a multiple of the vector length.
  static std::size_t used_positions(const AttentionHead& head) {
    if (head.relative == nullptr) return 0;
    const auto [lowest, highest] = rows_in_use(head);
    return (highest / kPanelWidth + 1 - lowest / kPanelWidth) * kPanelWidth;
  }

  // scores[r * stride + j - begin] = q[r] · k[j] for the keys [begin, end), begin at a panel.
  void score(const float* q, std::size_t rows, std::size_t begin, std::size_t end, float* scores,
             std::size_t stride) const {
    for (std::size_t j = begin; j < end; j += kPanelWidth) {
      panel_product(q, head_.q.stride, rows, keys_ + j * head_.head_dim, head_.head_dim,
                    {.y = scores + (j - begin), .y_stride = stride, .columns = kPanelWidth});
    }
  }

  // by_query[r] = products of q[r] with the position rows in use.
  void score_positions(const float* q, std::size_t rows, float* by_query) const {
    for (std::size_t p = 0; p < position_panels_; ++p) {
      panel_product(
          q, head_.q.stride, rows, head_.relative->keys->panel(first_panel_ + p), head_.head_dim,
          {.y = by_query + p * kPanelWidth, .y_stride = position_stride(), .columns = kPanelWidth});
    }
  }

  // Adds both position terms to the scores of a query at `i` and `count` keys from `begin` on.
  HWY_INLINE void add_positions(const float* by_query, std::size_t i, std::size_t begin,
                                std::size_t count, float* scores) const {
    const FloatTag d;
    const hn::RebindToSigned<FloatTag> di;
    const auto first = hn::Set(di, static_cast<std::int32_t>(first_panel_ * kPanelWidth));
    const auto lane_rows =
        hn::Mul(hn::Iota(di, 0), hn::Set(di, static_cast<std::int32_t>(position_stride())));
    const std::int32_t* rows = head_.relative->rows + (static_cast<std::ptrdiff_t>(begin) -
                                                       static_cast<std::ptrdiff_t>(i));
    const float* by_key = by_key_ + begin * position_stride();
    std::size_t j = 0;
    for (; j + kLanes <= count; j += kLanes) {
      const auto row = hn::Sub(hn::LoadU(di, rows + j), first);
      const auto c2p = hn::GatherIndex(d, by_query, row);
      const auto p2c = hn::GatherIndex(d, by_key + j * position_stride(), hn::Add(row, lane_rows));
      hn::StoreU(hn::Add(hn::LoadU(d, scores + j), hn::Add(c2p, p2c)), d, scores + j);
    }
    for (; j < count; ++j) {
      const std::size_t row = static_cast<std::size_t>(rows[j]) - first_panel_ * kPanelWidth;
      scores[j] += by_query[row] + by_key[j * position_stride() + row];
    }
  }

  // out[r] = weights[r] · v for the keys [begin, end).
  void weigh(const float* weights, std::size_t stride, std::size_t rows, std::size_t begin,
             std::size_t end, float* out) const {
    for (std::size_t column = 0; column < head_.head_dim; column += kPanelWidth) {
      panel_product(weights, stride, rows, values_ + column * head_.key_count + begin * kPanelWidth,
                    end - begin,
                    {.y = out + column,
                     .y_stride = head_.out.stride,
                     .columns = std::min(kPanelWidth, head_.head_dim - column)});
    }
  }

 private:
  static std::size_t padded_keys(const AttentionHead& head) {
    return (head.key_count + kPanelWidth - 1) / kPanelWidth * kPanelWidth;
  }
  static std::size_t value_panels(const AttentionHead& head) {
    return (head.head_dim + kPanelWidth - 1) / kPanelWidth;
  }
  // Lowest and highest position row that some query and key of the call meet at.
  static std::pair<std::size_t, std::size_t> rows_in_use(const AttentionHead& head) {
    const std::int32_t* middle = head.relative->rows;
    const std::size_t last_query = head.first_query + head.query_count - 1;
    const auto [low, high] =
        std::minmax_element(middle - last_query, middle + (head.key_count - head.first_query));
    return {static_cast<std::size_t>(*low), static_cast<std::size_t>(*high)};
  }
  [[nodiscard]] std::size_t position_stride() const { return position_panels_ * kPanelWidth; }

  void pack() {
    const std::size_t dim = head_.head_dim;
    const std::size_t keys = head_.key_count;
    for (std::size_t j = 0; j < padded_keys(head_); ++j) {
      float* to = keys_ + j / kPanelWidth * kPanelWidth * dim + j % kPanelWidth;
      const float* from = head_.k.data + j * head_.k.stride;
      for (std::size_t i = 0; i < dim; ++i) to[i * kPanelWidth] = j < keys ? from[i] : 0.0f;
    }
    for (std::size_t p = 0; p < value_panels(head_); ++p) {
      const std::size_t first = p * kPanelWidth;
      const std::size_t columns = std::min(kPanelWidth, dim - first);
      float* to = values_ + first * keys;
      for (std::size_t j = 0; j < keys; ++j, to += kPanelWidth) {
        const float* from = head_.v.data + j * head_.v.stride + first;
        std::copy(from, from + columns, to);
        std::fill(to + columns, to + kPanelWidth, 0.0f);
      }
    }
  }

  const AttentionHead& head_;
  float* keys_;
  float* values_;
  float* by_key_ = nullptr;  // [keys, position rows in use]
  std::size_t first_panel_ = 0;
  std::size_t position_panels_ = 0;
};

// Scaled scores plus bias; `bias` belongs to the first of `count` scores.
HWY_INLINE void scale_and_add(float* scores, std::size_t count, float scale, const float* bias) {
  const FloatTag d;
  const auto scales = hn::Set(d, scale);
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    hn::StoreU(hn::MulAdd(hn::LoadU(d, scores + i), scales, hn::LoadU(d, bias + i)), d, scores + i);
  }
  for (; i < count; ++i) scores[i] = scores[i] * scale + bias[i];
}

void attention_impl(const AttentionHead& head, AlignedBuffer& scratch) {
  const std::size_t keys = head.key_count;
  const std::size_t reach =
      head.before < keys && head.after < keys ? head.before + head.after : kUnlimited;
  // Scores of a block: within 128 KiB, at least one tile high; with a window not much higher than
  // the window is wide, since a block computes the scores of all keys that some row of it sees.
  constexpr std::size_t kScoreFloats = (std::size_t{128} << 10) / sizeof(float);
  constexpr std::size_t kLowest = 8 * kTileRows;
  const std::size_t high = reach < keys ? std::max(kLowest, reach / 2) : kUnlimited;
  const auto span_of = [&](std::size_t rows) {  // keys a block of `rows` may see, in whole panels
    const std::size_t seen = reach < keys ? std::min(keys, reach + rows + kPanelWidth) : keys;
    return (seen + kPanelWidth - 1) / kPanelWidth * kPanelWidth;
  };
  std::size_t block = std::min(high, std::max(head.query_count, kTileRows));
  block = std::clamp(kScoreFloats / span_of(block) / kTileRows * kTileRows, kTileRows,
                     std::max(block, kTileRows));
  const std::size_t stride = span_of(block);

  const std::size_t head_floats = PackedHead::floats(head);
  const std::size_t positions = PackedHead::used_positions(head);
  // Each part is a multiple of a panel's row, or last: all stay aligned.
  const std::size_t aligned = (head_floats + kPanelWidth - 1) / kPanelWidth * kPanelWidth;
  float* memory = scratch.get(aligned + block * (stride + positions)).data();
  const PackedHead packed(head, memory);
  float* scores = memory + aligned;
  float* by_query = scores + block * stride;

  for (std::size_t h = 0; h < head.query_heads; ++h) {
    for (std::size_t r = 0; r < head.query_count; r += block) {
      const std::size_t rows = std::min(block, head.query_count - r);
      const auto first_key = [&](std::size_t i) { return i - std::min(i, head.before); };
      const auto end_key = [&](std::size_t i) {
        return i + 1 + std::min(keys - 1 - i, head.after);
      };
      const std::size_t i = head.first_query + r;
      const std::size_t begin = first_key(i) / kPanelWidth * kPanelWidth;
      const std::size_t end = end_key(i + rows - 1);
      const float* q = head.q.data + r * head.q.stride + h * head.head_dim;
      float* out = head.out.data + r * head.out.stride + h * head.head_dim;

      packed.score(q, rows, begin, end, scores, stride);
      if (head.relative != nullptr) packed.score_positions(q, rows, by_query);
      float inverse[kScoreFloats / kPanelWidth + kTileRows];
      for (std::size_t b = 0; b < rows; ++b) {
        // Columns of `row` this query sees, and the vectors around them. A column's lane depends on
        // the key alone, since blocks begin at panels.
        float* row = scores + b * stride;
        const std::size_t from = first_key(i + b) - begin;
        const std::size_t to = end_key(i + b) - begin;
        const std::size_t from_vector = from / kLanes * kLanes;
        const std::size_t to_vector = (to + kLanes - 1) / kLanes * kLanes;
        float scale = head.scale;
        if (head.relative != nullptr) {
          packed.add_positions(by_query + b * positions, i + b, begin + from, to - from,
                               row + from);
        }
        if (head.bias != nullptr) {
          scale_and_add(row + from, to - from, scale,
                        head.bias + (static_cast<std::ptrdiff_t>(begin + from) -
                                     static_cast<std::ptrdiff_t>(i + b)));
          scale = 1.0f;
        }
        std::fill(row + from_vector, row + from, hwy::LowestValue<float>());
        std::fill(row + to, row + to_vector, hwy::LowestValue<float>());
        inverse[b] = 1.0f / exponentiate(row + from_vector, to_vector - from_vector, scale);
        std::fill(row, row + from, 0.0f);
        std::fill(row + to, row + (end - begin), 0.0f);
      }
      packed.weigh(scores, stride, rows, begin, end, out);
      for (std::size_t b = 0; b < rows; ++b) {
        float* row = out + b * head.out.stride;
        for (std::size_t c = 0; c < head.head_dim; ++c) row[c] *= inverse[b];
      }
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::kernels
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace assay::kernels {
namespace {
HWY_EXPORT(attention_impl);
}  // namespace

void attention(const AttentionHead& head, AlignedBuffer& scratch) {
  ASSAY_ASSERT(head.head_dim > 0 && head.key_count >= head.first_query + head.query_count);
  if (head.query_count == 0) return;
  if (use_reference()) return attention_reference(head);
  HWY_DYNAMIC_DISPATCH(attention_impl)(head, scratch);
}
}  // namespace assay::kernels
#endif
