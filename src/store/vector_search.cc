// SPDX-License-Identifier: Apache-2.0
#include "store/vector_search.h"

#include <algorithm>
#include <array>

#include "base/assert.h"
#include "base/thread_pool.h"
#include "store/exact_search.h"
#include "store/max_sim.h"
#include "store/sparse_search.h"

namespace assay::store {
namespace {

// Slots that a formula is computed for at once.
constexpr std::size_t kSlotsAtOnce = 4096;
// Documents of multi-vectors that a thread takes at once, and from which on threads are worth
// waking.
constexpr std::size_t kDocumentsAtOnce = 16;
constexpr std::size_t kDocumentsPerThread = 16;

bool is_wanted(const Column& column, std::span<const std::uint8_t> allowed, Slot slot) {
  return column.has(slot) && allows(allowed, slot);
}

std::vector<Hit> search_dense(const Column& any, const VectorQuery& query, std::size_t k,
                              std::span<const std::uint8_t> allowed, const GraphParams& params) {
  const DenseColumn& column = *any.dense();
  if (!query.formula) {
    return any.index()->search(column, std::get<std::vector<float>>(query.examples.front()), k,
                               allowed, params);
  }
  const Distance distance = column.params().distance;
  return exact_search(
      column,
      [&](std::span<const float* const> rows, std::span<float> scores) {
        query.formula(
            [&](std::size_t example, std::span<float> out) {
              similarities(distance, std::get<std::vector<float>>(query.examples[example]), rows,
                           out);
            },
            scores);
      },
      false, k, allowed);
}

std::vector<Hit> search_sparse(const Column& column, const VectorQuery& query, std::size_t k,
                               std::span<const std::uint8_t> allowed) {
  const auto view = [](const StoredVector& example) {
    const auto& vector = std::get<SparseVector>(example);
    return SparseView{vector.indices, vector.values};
  };
  if (!query.formula)
    return sparse_search(*column.sparse(), view(query.examples.front()), k, allowed);
  const std::size_t slots = column.row_count();
  std::vector<std::vector<float>> similarity;
  for (const StoredVector& example : query.examples)
    sparse_dots(*column.sparse(), view(example), similarity.emplace_back(slots));
  TopK best(std::min(k, slots), false);
  std::vector<float> scores(kSlotsAtOnce);
  for (Slot begin = 0; begin < slots; begin += kSlotsAtOnce) {
    const auto part = std::span(scores).first(std::min(kSlotsAtOnce, slots - begin));
    query.formula(
        [&](std::size_t example, std::span<float> out) {
          std::ranges::copy(std::span(similarity[example]).subspan(begin, out.size()), out.begin());
        },
        part);
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (is_wanted(column, allowed, begin + i)) best.push({part[i], begin + i});
    }
  }
  return best.take();
}

MaxSim max_sim_of(Distance distance, const StoredVector& vector) {
  return {distance, std::get<MultiView>(view_of(vector))};
}

std::vector<Hit> search_multi(const Column& column, const VectorQuery& query, std::size_t k,
                              std::span<const std::uint8_t> allowed) {
  const Distance distance = column.distance();
  std::vector<MaxSim> examples;
  for (const StoredVector& example : query.examples)
    examples.push_back(max_sim_of(distance, example));
  std::vector<Slot> slots;
  for (Slot slot = 0; slot < column.row_count(); ++slot) {
    if (is_wanted(column, allowed, slot)) slots.push_back(slot);
  }
  const std::size_t threads =
      std::clamp<std::size_t>(slots.size() / kDocumentsPerThread, 1, available_threads());
  const bool ascending = !query.formula && is_ascending(distance);
  std::vector<TopK> best(threads, TopK(std::min(k, slots.size()), ascending));
  std::vector<kernels::AlignedBuffer> scratch(threads);
  const std::size_t parts = (slots.size() + kDocumentsAtOnce - 1) / kDocumentsAtOnce;
  parallel_for(parts, threads, [&](std::size_t index, std::size_t thread) {
    const Slot begin = index * kDocumentsAtOnce;
    const auto part =
        std::span(slots).subspan(begin, std::min(kDocumentsAtOnce, slots.size() - begin));
    std::array<float, kDocumentsAtOnce> scores;
    const auto out = std::span(scores).first(part.size());
    const auto compare = [&](std::size_t example, std::span<float> to) {
      for (std::size_t i = 0; i < part.size(); ++i) {
        const std::size_t next = begin + i + 1;
        const auto upcoming = next < slots.size() ? column.multi()->rows(slots[next]).values
                                                  : std::span<const float>();
        to[i] = examples[example](column.multi()->rows(part[i]), scratch[thread], upcoming);
      }
    };
    if (query.formula) {
      query.formula(compare, out);
    } else {
      compare(0, out);
      for (float& score : out) score = reported(distance, score);
    }
    for (std::size_t i = 0; i < part.size(); ++i) best[thread].push({out[i], part[i]});
  });
  for (std::size_t thread = 1; thread < threads; ++thread) best.front().merge(best[thread]);
  return best.front().take();
}

}  // namespace

std::vector<Hit> vector_search(const Column& column, const VectorQuery& query, std::size_t k,
                               std::span<const std::uint8_t> allowed, const GraphParams& params) {
  ASSAY_ASSERT(query.formula || query.examples.size() == 1);
  if (column.dense() != nullptr) return search_dense(column, query, k, allowed, params);
  return column.sparse() != nullptr ? search_sparse(column, query, k, allowed)
                                    : search_multi(column, query, k, allowed);
}

std::vector<std::vector<Hit>> vector_search(const Column& column,
                                            std::span<const DenseSearch> searches) {
  std::vector<Scan> scans;
  std::vector<GraphParams> params;
  for (const DenseSearch& search : searches) {
    ASSAY_ASSERT(!search.query.formula);
    scans.push_back(
        {std::get<std::vector<float>>(search.query.examples.front()), search.k, search.allowed});
    params.push_back(search.params);
  }
  return column.index()->search(*column.dense(), scans, params);
}

void similarities_to(const Column& column, const StoredVector& example, std::span<const Slot> slots,
                     std::span<float> out) {
  if (const auto* sparse = column.sparse()) {
    const SparseView vector = std::get<SparseView>(view_of(example));
    for (std::size_t i = 0; i < slots.size(); ++i)
      out[i] = sparse_dot(vector, sparse->row(slots[i]));
  } else if (const auto* multi = column.multi()) {
    const MaxSim max_sim = max_sim_of(column.distance(), example);
    kernels::AlignedBuffer scratch;
    for (std::size_t i = 0; i < slots.size(); ++i) out[i] = max_sim(multi->rows(slots[i]), scratch);
  } else {
    const auto& vector = std::get<std::vector<float>>(example);
    for (std::size_t i = 0; i < slots.size(); ++i) {
      similarities(column.distance(), vector, column.dense()->row(slots[i]), out.subspan(i, 1));
    }
  }
}

void similarities_from(const Column& column, std::span<const Slot> slots, Slot slot,
                       std::span<float> out) {
  const auto* multi = column.multi();
  if (multi == nullptr) return similarities_to(column, column.get(slot), slots, out);
  kernels::AlignedBuffer scratch;
  for (std::size_t i = 0; i < slots.size(); ++i)
    out[i] = MaxSim(column.distance(), multi->rows(slots[i]))(multi->rows(slot), scratch);
}

StoredVector average_vector(std::span<const StoredVector> positive,
                            std::span<const StoredVector> negative) {
  const auto all = [](std::span<const StoredVector> vectors, auto kind) {
    std::vector<decltype(kind)> result;
    for (const StoredVector& vector : vectors) result.push_back(std::get<decltype(kind)>(vector));
    return result;
  };
  if (std::holds_alternative<SparseVector>(positive.front()))
    return sparse_average(all(positive, SparseVector()), all(negative, SparseVector()));
  if (std::holds_alternative<std::vector<float>>(positive.front()))
    return average_of(all(positive, std::vector<float>()), all(negative, std::vector<float>()));
  std::vector<float> rows;
  for (const StoredVector& vector : positive) {
    const auto values = std::get<MultiVector>(vector).values();
    rows.insert(rows.end(), values.begin(), values.end());
  }
  for (const StoredVector& vector : negative) {
    for (const float x : std::get<MultiVector>(vector).values()) rows.push_back(-x);
  }
  return MultiVector(std::get<MultiVector>(positive.front()).dim(), std::move(rows));
}

}  // namespace assay::store
