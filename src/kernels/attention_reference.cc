// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/attention.h"

namespace assay::kernels {
namespace {

double dot(const float* a, const float* b, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

double dot(const float* a, const PackedMatrix& w, std::size_t row) {
  const float* panel = w.panel(row / w.width()) + row % w.width();
  double sum = 0;
  for (std::size_t i = 0; i < w.inputs(); ++i)
    sum += static_cast<double>(a[i]) * panel[i * w.width()];
  return sum;
}

}  // namespace

void attention_reference(const AttentionHead& head) {
  std::vector<double> weights(head.key_count);
  for (std::size_t item = 0; item < head.query_count * head.query_heads; ++item) {
    const std::size_t r = item / head.query_heads;
    const std::size_t column = item % head.query_heads * head.head_dim;
    const std::size_t i = head.first_query + r;
    const std::size_t begin = i - std::min(i, head.before);
    const std::size_t end = i + 1 + std::min(head.key_count - 1 - i, head.after);
    const float* q = head.q.data + r * head.q.stride + column;
    for (std::size_t j = begin; j < end; ++j) {
      const float* k = head.k.data + j * head.k.stride;
      const std::ptrdiff_t distance =
          static_cast<std::ptrdiff_t>(j) - static_cast<std::ptrdiff_t>(i);
      double score = dot(q, k, head.head_dim);
      if (head.relative != nullptr) {
        const auto row = static_cast<std::size_t>(head.relative->rows[distance]);
        score += dot(q, *head.relative->keys, row) + dot(k, *head.relative->queries, row);
      }
      weights[j] = score * head.scale + (head.bias != nullptr ? head.bias[distance] : 0.0f);
    }
    const auto seen = std::span(weights).subspan(begin, end - begin);
    const double largest = *std::max_element(seen.begin(), seen.end());
    double sum = 0;
    for (double& w : seen) sum += w = std::exp(w - largest);
    for (std::size_t c = 0; c < head.head_dim; ++c) {
      double value = 0;
      for (std::size_t j = begin; j < end; ++j)
        value += weights[j] * head.v.data[j * head.v.stride + c];
      head.out.data[r * head.out.stride + column + c] = static_cast<float>(value / sum);
    }
  }
}

}  // namespace assay::kernels
