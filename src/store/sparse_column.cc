// SPDX-License-Identifier: Apache-2.0
#include "store/sparse_column.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>

#include "base/assert.h"

namespace assay::store {
namespace {

static_assert(std::endian::native == std::endian::little);
constexpr std::size_t kEntryBytes = sizeof(std::uint32_t) + sizeof(float);

auto place_of(std::vector<Posting>& postings, Slot slot) {
  return std::ranges::lower_bound(postings, slot, {},
                                  [](const Posting& posting) { return Slot{posting.slot}; });
}

}  // namespace

void SparseColumn::encode(const SparseView& row, std::vector<std::byte>& out) {
  for (const auto bytes : {std::as_bytes(row.indices), std::as_bytes(row.values)})
    out.insert(out.end(), bytes.begin(), bytes.end());
}

bool SparseColumn::fits(std::span<const std::byte> row) {
  if (row.size() % kEntryBytes != 0) return false;
  std::vector<std::uint32_t> indices(row.size() / kEntryBytes);
  std::ranges::copy(row.first(indices.size() * sizeof(std::uint32_t)),
                    std::as_writable_bytes(std::span(indices)).begin());
  return std::ranges::adjacent_find(indices, std::greater_equal()) == indices.end();
}

void SparseColumn::set_bytes(Slot slot, std::span<const std::byte> row) {
  ASSAY_ASSERT(row.size() % kEntryBytes == 0 && slot <= std::numeric_limits<std::uint32_t>::max());
  clear(slot);
  rows_.set(slot, row);
  const SparseView stored = this->row(slot);
  for (std::size_t i = 0; i < stored.indices.size(); ++i) {
    auto& [list, gone] = postings_[stored.indices[i]];
    const Posting posting{static_cast<std::uint32_t>(slot), stored.values[i] + 0.0f};
    if (list.empty() || list.back().slot < slot) {
      list.push_back(posting);
      continue;
    }
    const auto place = place_of(list, slot);
    if (place->slot == slot) {
      *place = posting;
      --gone;
    } else {
      list.insert(place, posting);
    }
  }
}

void SparseColumn::clear(Slot slot) noexcept {
  if (!has(slot)) return;
  for (const std::uint32_t index : row(slot).indices) {
    const auto postings = postings_.find(index);
    auto& [list, gone] = postings->second;
    place_of(list, slot)->value = -0.0f;
    // Taking them out one by one would move the list for each.
    if (++gone * 2 <= list.size()) continue;
    std::erase_if(list, &Posting::is_gone);
    gone = 0;
    if (list.empty()) postings_.erase(postings);
  }
  rows_.clear(slot);
}

SparseView SparseColumn::row(Slot slot) const {
  ASSAY_DCHECK(has(slot));
  const auto bytes = rows_[slot];
  const std::size_t count = bytes.size() / kEntryBytes;
  // RaggedRows aligns a row for any number.
  const auto* indices = reinterpret_cast<const std::uint32_t*>(bytes.data());
  return {.indices = {indices, count},
          .values = {reinterpret_cast<const float*>(indices + count), count}};
}

std::span<const Posting> SparseColumn::postings(std::uint32_t index) const {
  const auto postings = postings_.find(index);
  if (postings == postings_.end()) return {};
  return postings->second.list;
}

std::size_t SparseColumn::holding_count(std::uint32_t index) const {
  const auto postings = postings_.find(index);
  return postings == postings_.end() ? 0 : postings->second.list.size() - postings->second.gone;
}

}  // namespace assay::store
