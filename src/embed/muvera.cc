// SPDX-License-Identifier: Apache-2.0
// MUVERA (Dhulipala et al. 2024): clusters by random hyperplanes, their centres projected by random
// signs, several times over.
#include "assay/muvera.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "assay/error.h"
#include "embed/numpy_random.h"

namespace assay {

struct Muvera::Impl {
  std::size_t dim;
  MuveraOptions options;
  std::vector<double> planes;  // [r_reps, dim, k_sim]
  std::vector<double> signs;   // [r_reps, dim, dim_proj]; empty when nothing is projected

  [[nodiscard]] std::size_t clusters() const { return std::size_t{1} << options.k_sim; }
  [[nodiscard]] std::size_t cluster_of(std::span<const float> row, std::size_t repetition) const;
  [[nodiscard]] std::vector<double> encode(const TokenEmbeddings& rows, bool document) const;
};

namespace {

constexpr std::size_t kMostFloats = std::size_t{1} << 27;  // 1 GiB of doubles

void check(bool fine, const std::string& message) {
  if (!fine) throw Error(ErrorCode::kInvalidArgument, "muvera: " + message);
}

// For every cluster the occupied one with the fewest differing bits, the lowest of several. Bit by
// bit, because the distance is a sum over bits.
std::vector<std::size_t> nearest_occupied(const std::vector<std::size_t>& counts,
                                          std::size_t bits) {
  constexpr auto kFar = std::numeric_limits<std::size_t>::max() / 2;
  std::vector<std::pair<std::size_t, std::size_t>> best(counts.size());  // distance, cluster
  for (std::size_t c = 0; c < counts.size(); ++c) best[c] = {counts[c] > 0 ? 0 : kFar, c};
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const auto before = best;
    for (std::size_t c = 0; c < counts.size(); ++c) {
      auto over = before[c ^ std::size_t{1} << bit];
      ++over.first;
      best[c] = std::min(best[c], over);
    }
  }
  std::vector<std::size_t> nearest(counts.size());
  for (std::size_t c = 0; c < counts.size(); ++c) nearest[c] = best[c].second;
  return nearest;
}

}  // namespace

Muvera::Muvera(std::size_t dim, const MuveraOptions& options) {
  check(dim >= 1, "dim: expected at least 1, got 0");
  check(options.k_sim <= 20, fmt::format("k_sim: expected at most 20, got {}", options.k_sim));
  check(options.dim_proj >= 1 && options.dim_proj <= dim,
        fmt::format("dim_proj: expected 1 to dim, {}, got {}", dim, options.dim_proj));
  const std::size_t each = (std::size_t{1} << options.k_sim) * options.dim_proj;
  check(options.dim_proj <= kMostFloats && each <= kMostFloats && options.r_reps >= 1 &&
            options.r_reps <= kMostFloats / each && dim <= kMostFloats / options.r_reps &&
            options.r_reps * dim <= kMostFloats / std::max(options.dim_proj, options.k_sim + 1),
        fmt::format("r_reps: expected at least 1 and encodings of at most {} floats, got {}",
                    kMostFloats, options.r_reps));
  auto impl = std::make_shared<Impl>(Impl{dim, options, {}, {}});
  embed::NumpyRandom random(options.random_seed);
  impl->planes.resize(options.r_reps * dim * options.k_sim);
  for (double& value : impl->planes) value = random.normal();
  if (options.dim_proj < dim) {
    impl->signs.resize(options.r_reps * dim * options.dim_proj);
    for (double& value : impl->signs) value = random.sign();
  }
  impl_ = std::move(impl);
}

std::size_t Muvera::Impl::cluster_of(std::span<const float> row, std::size_t repetition) const {
  std::size_t cluster = 0;
  const double* plane = planes.data() + repetition * dim * options.k_sim;
  for (std::size_t k = 0; k < options.k_sim; ++k) {
    double dot = 0;
    for (std::size_t i = 0; i < dim; ++i) dot += double{row[i]} * plane[i * options.k_sim + k];
    if (dot > 0) cluster |= std::size_t{1} << k;
  }
  return cluster;
}

std::vector<double> Muvera::Impl::encode(const TokenEmbeddings& rows, bool document) const {
  check(rows.size() > 0, "expected at least one row, got none");
  check(rows.dim() == dim, fmt::format("expected rows of {} floats, got {}", dim, rows.dim()));
  const std::size_t projected = options.dim_proj;
  std::vector<double> result;
  result.reserve(options.r_reps * clusters() * projected);
  std::vector<double> centres;
  std::vector<std::size_t> counts;
  std::vector<std::size_t> first_row;
  for (std::size_t r = 0; r < options.r_reps; ++r) {
    centres.assign(clusters() * dim, 0);
    counts.assign(clusters(), 0);
    first_row.assign(clusters(), 0);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::size_t cluster = cluster_of(rows[row], r);
      if (counts[cluster]++ == 0) first_row[cluster] = row;
      for (std::size_t i = 0; i < dim; ++i) centres[cluster * dim + i] += double{rows[row][i]};
    }
    if (document) {
      const auto nearest = nearest_occupied(counts, options.k_sim);
      for (std::size_t c = 0; c < clusters(); ++c) {
        const auto centre = std::span(centres).subspan(c * dim, dim);
        if (counts[c] == 0) {
          std::ranges::copy(rows[first_row[nearest[c]]], centre.begin());
        } else {
          for (double& value : centre) value /= static_cast<double>(counts[c]);
        }
      }
    }
    if (signs.empty()) {
      result.insert(result.end(), centres.begin(), centres.end());
      continue;
    }
    const double* sign = signs.data() + r * dim * projected;
    const double scale = 1 / std::sqrt(static_cast<double>(projected));
    for (std::size_t c = 0; c < clusters(); ++c) {
      for (std::size_t p = 0; p < projected; ++p) {
        double sum = 0;
        for (std::size_t i = 0; i < dim; ++i) sum += centres[c * dim + i] * sign[i * projected + p];
        result.push_back(sum * scale);
      }
    }
  }
  return result;
}

std::vector<double> Muvera::process_document(const TokenEmbeddings& rows) const {
  return impl_->encode(rows, true);
}

std::vector<double> Muvera::process_query(const TokenEmbeddings& rows) const {
  return impl_->encode(rows, false);
}

std::size_t Muvera::embedding_size() const noexcept {
  return impl_->options.r_reps * impl_->clusters() * impl_->options.dim_proj;
}

}  // namespace assay
