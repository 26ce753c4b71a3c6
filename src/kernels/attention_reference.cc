// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/attention.h"

namespace assay::kernels {

void attention_reference(const AttentionHead& head) {
  std::vector<double> weights(head.key_count);
  for (std::size_t r = 0; r < head.query_count; ++r) {
    const float* q = head.q.data + r * head.q.stride;
    for (std::size_t j = 0; j < head.key_count; ++j) {
      double dot = 0;
      for (std::size_t i = 0; i < head.head_dim; ++i) {
        dot += static_cast<double>(q[i]) * head.k.data[j * head.k.stride + i];
      }
      weights[j] = dot * head.scale;
    }
    const double largest = *std::max_element(weights.begin(), weights.end());
    double sum = 0;
    for (double& w : weights) sum += w = std::exp(w - largest);
    for (std::size_t i = 0; i < head.head_dim; ++i) {
      double value = 0;
      for (std::size_t j = 0; j < head.key_count; ++j)
        value += weights[j] * head.v.data[j * head.v.stride + i];
      head.out.data[r * head.out.stride + i] = static_cast<float>(value / sum);
    }
  }
}

}  // namespace assay::kernels
