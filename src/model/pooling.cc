// SPDX-License-Identifier: Apache-2.0
#include "model/pooling.h"

#include <algorithm>

#include "base/assert.h"
#include "kernels/rows.h"

namespace assay::model {

std::string_view to_string(Pooling pooling) {
  switch (pooling) {
    case Pooling::kMean:
      return "mean";
    case Pooling::kCls:
      return "cls";
    case Pooling::kMax:
      return "max";
    case Pooling::kLastToken:
      return "last token";
  }
  return "";
}

void pool(Pooling pooling, const PackedBatch& batch, std::span<const float> rows, std::size_t width,
          std::span<float> out) {
  ASSAY_ASSERT(rows.size() == batch.tokens() * width && out.size() == batch.sequences() * width);
  for (std::size_t s = 0; s < batch.sequences(); ++s) {
    const std::size_t begin = batch.offsets[s];
    const std::size_t end = batch.offsets[s + 1];
    const auto row = [&](std::size_t token) { return rows.subspan(token * width, width); };
    const std::span<float> to = out.subspan(s * width, width);
    std::ranges::copy(row(pooling == Pooling::kLastToken ? end - 1 : begin), to.begin());
    if (pooling == Pooling::kMean) {
      for (std::size_t t = begin + 1; t < end; ++t) kernels::accumulate(row(t), to);
      for (float& x : to) x /= static_cast<float>(end - begin);
    } else if (pooling == Pooling::kMax) {
      kernels::maximum(rows.subspan((begin + 1) * width, (end - begin - 1) * width), to);
    }
  }
}

void forward_pooled(const Encoder& encoder, Pooling pooling, const PackedBatch& batch,
                    Workspace& workspace, std::size_t threads, std::span<float> out) {
  OutputRows wanted = OutputRows::kAll;
  if (pooling == Pooling::kCls) wanted = OutputRows::kFirst;
  if (pooling == Pooling::kLastToken) wanted = OutputRows::kLast;
  const std::span<const float> rows = encoder.forward(batch, wanted, workspace, threads);
  if (wanted == OutputRows::kAll) return pool(pooling, batch, rows, encoder.hidden_size(), out);
  std::ranges::copy(rows, out.begin());
}

namespace {

// Every row of [rows, width] to unit length.
void normalize_rows(std::span<float> rows, std::size_t width) {
  for (std::size_t i = 0; i < rows.size(); i += width) kernels::normalize(rows.subspan(i, width));
}

}  // namespace

MaxSimQuery::MaxSimQuery(std::span<const float> rows, std::size_t width) {
  ASSAY_ASSERT(!rows.empty() && rows.size() % width == 0);
  std::vector<float> unit(rows.begin(), rows.end());
  normalize_rows(unit, width);
  rows_ = kernels::PackedMatrix(unit, rows.size() / width, width);
}

float MaxSimQuery::score(std::span<float> document, kernels::AlignedBuffer& scratch) const {
  const std::size_t width = rows_.inputs();
  const std::size_t queries = rows_.outputs();
  const std::size_t tokens = document.size() / width;
  ASSAY_ASSERT(tokens > 0);
  normalize_rows(document, width);
  const std::span<float> cosines = scratch.get(tokens * queries);
  kernels::gemm({document.data(), width}, tokens, rows_, 0, rows_.panels(), {},
                {cosines.data(), queries});
  const std::span<float> best = cosines.first(queries);  // row 0 becomes the maximum over all rows
  kernels::maximum(cosines.subspan(queries), best);
  double sum = 0;
  for (float x : best) sum += x;
  return static_cast<float>(sum / static_cast<double>(queries));
}

}  // namespace assay::model
