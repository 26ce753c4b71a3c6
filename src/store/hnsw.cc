// SPDX-License-Identifier: Apache-2.0
#include "store/hnsw.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <utility>

#include "base/assert.h"
#include "base/thread_pool.h"
#include "store/similarity.h"
#include "store/top_k.h"

namespace assay::store {
namespace {

// Ends a list that is not full.
constexpr std::uint32_t kNoSlot = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kMaxLevel = 15;
constexpr std::size_t kChosenAtOnce = 16;
constexpr std::size_t kNoBudget = std::numeric_limits<std::size_t>::max();

using Near = Hnsw::Near;

// A total order, so that nothing depends on how a heap was filled.
constexpr auto nearer = [](const Near& a, const Near& b) {
  return a.distance < b.distance || (a.distance == b.distance && a.slot < b.slot);
};

// The same order in one number, for heaps: the bits of a float, those below 0 turned round.
using Key = std::uint64_t;
constexpr std::uint32_t kSign = 0x80000000;

Key key_of(const Near& near) {
  const auto bits = std::bit_cast<std::uint32_t>(near.distance + 0.0f);  // no -0
  return Key{bits ^ ((0 - (bits >> 31)) | kSign)} << 32 | near.slot;
}

std::uint32_t slot_of(Key key) { return static_cast<std::uint32_t>(key); }

Near near_of(Key key) {
  const auto ordered = static_cast<std::uint32_t>(key >> 32);
  return {std::bit_cast<float>(ordered ^ (((ordered >> 31) - 1) | kSign)), slot_of(key)};
}

// Puts a nearer one in the place of the farthest, which is in front of the heap.
void replace_farthest(std::vector<Key>& heap, Key key) {
  std::size_t at = 0;
  for (std::size_t child = 1; child < heap.size(); child = 2 * at + 1) {
    child += child + 1 < heap.size() && heap[child] < heap[child + 1] ? 1 : 0;
    if (heap[child] <= key) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = key;
}

// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

float distance_of(float similarity) {
  return std::isnan(similarity) ? std::numeric_limits<float>::infinity() : -similarity;
}

}  // namespace

// To one query of rows as they are, or to a row by codes. Not for several threads at once.
class Hnsw::Distances {
 public:
  Distances(const DenseColumn& column, std::span<const float> query)
      : column_(column), query_(query) {}
  /// By the rows where `codes` is null.
  Distances(const DenseColumn& column, const RowCodes* codes, Slot slot)
      : column_(column), query_(column.stored_row(slot)), codes_(codes), slot_(slot) {}
  void turn_to(std::span<const float> query) { query_ = query; }
  /// Replaces distances by these.
  void measure(std::span<Near> near) {
    slots_.clear();
    for (const Near& each : near) slots_.push_back(each.slot);
    std::ranges::copy((*this)(slots_), near.begin());
  }
  float operator()(Slot slot) {
    const auto one = static_cast<std::uint32_t>(slot);
    return (*this)(std::span(&one, 1)).front().distance;
  }
  /// To several nodes; valid till the next call.
  std::span<const Near> operator()(std::span<const std::uint32_t> slots) {
    similarities_.resize(slots.size());
    if (codes_ != nullptr) {
      codes_->similarities(slot_, slots, coded_, similarities_);
    } else {
      rows_.clear();
      for (const std::uint32_t slot : slots) rows_.push_back(column_.stored_row(slot).data());
      similarities(column_.params().distance, query_, rows_, similarities_);
    }
    near_.clear();
    for (std::size_t i = 0; i < slots.size(); ++i)
      near_.push_back({distance_of(similarities_[i]), slots[i]});
    return near_;
  }

 private:
  const DenseColumn& column_;
  std::span<const float> query_;
  const RowCodes* codes_ = nullptr;
  Slot slot_ = 0;
  RowCodes::Scratch coded_;
  std::vector<std::uint32_t> slots_;
  std::vector<const float*> rows_;
  std::vector<float> similarities_;
  std::vector<Near> near_;
};

struct Hnsw::Scratch {
  // seen[slot] == round: met by the search that goes on. Bytes, because each access is a cache miss
  // as soon as they do not fit into the second level.
  std::vector<std::uint8_t> seen;
  std::uint8_t round = 0;
  std::vector<std::uint32_t> fresh;
  std::vector<Key> open;   // a heap, nearest in front
  std::vector<Key> found;  // a heap, farthest in front

  void start(std::size_t slots) {
    if (seen.size() < slots) seen.resize(slots, 0);
    if (++round == 0) {
      std::ranges::fill(seen, 0);
      round = 1;
    }
    open.clear();
    found.clear();
  }
  void meet(std::uint32_t slot) { seen[slot] = round; }
  // Those of `slots` that were not met before. Without a branch, which half of the time would be
  // mispredicted.
  std::span<const std::uint32_t> meet(std::span<const std::uint32_t> slots) {
    if (fresh.size() < slots.size()) fresh.resize(slots.size());
    std::uint8_t* const marks = seen.data();
    std::uint32_t* const to = fresh.data();
    std::size_t count = 0;
    for (const std::uint32_t slot : slots) {
      to[count] = slot;
      count += marks[slot] != round ? 1 : 0;
      marks[slot] = round;
    }
    return {to, count};
  }
};

struct Hnsw::Leave {
  const Hnsw* graph;
  void operator()(Scratch* scratch) const {
    std::unique_ptr<Scratch> owned(scratch);
    const std::scoped_lock lock(graph->pool_mutex_);
    graph->pool_.push_back(std::move(owned));
  }
};

Hnsw::Hnsw(std::size_t m, std::size_t ef_construct)
    : m_(m), ef_construct_(ef_construct), lowest_(2 * m) {
  ASSAY_ASSERT(m >= 2);
}

Hnsw::~Hnsw() = default;

Hnsw::Lent Hnsw::scratch() const {
  const std::scoped_lock lock(pool_mutex_);
  if (pool_.empty()) return Lent(new Scratch, Leave{this});
  Lent lent(pool_.back().release(), Leave{this});
  pool_.pop_back();
  return lent;
}

std::size_t Hnsw::level_of(Slot slot) const {
  // In (0, 1]: level l with probability (1 - 1/m) / m^l.
  const double unit = static_cast<double>((mixed(slot) >> 11) + 1) * 0x1p-53;
  const double level = -std::log(unit) / std::log(static_cast<double>(m_));
  return std::min(kMaxLevel, static_cast<std::size_t>(level));
}

const std::uint32_t* Hnsw::list(Slot slot, std::size_t level) const {
  return level == 0 ? lowest_.row(slot) : upper_.data() + upper_at_[slot] + (level - 1) * m_;
}

void Hnsw::fetch(Slot slot, std::size_t level) const {
  constexpr std::size_t kPerLine = 64 / sizeof(std::uint32_t);
  const std::uint32_t* entries = list(slot, level);
  for (std::size_t i = 0; i < capacity(level); i += kPerLine) __builtin_prefetch(entries + i);
}

std::span<const std::uint32_t> Hnsw::neighbors(Slot slot, std::size_t level) const {
  const std::uint32_t* entries = list(slot, level);
  std::size_t count = capacity(level);
  while (count > 0 && entries[count - 1] == kNoSlot) --count;
  return {entries, count};
}

void Hnsw::reserve(std::size_t count) {
  lowest_.reserve(count);
  for (Slot slot = upper_at_.size(); slot < count; ++slot) {
    upper_at_.push_back(static_cast<std::uint32_t>(upper_.size()));
    upper_.resize(upper_.size() + level_of(slot) * m_, kNoSlot);
    std::fill_n(lowest_.row(slot), 2 * m_, kNoSlot);
  }
  linked_.resize(std::max(linked_.size(), count), 0);
}

void Hnsw::descend(Distances& distances, std::size_t level, Near& at) const {
  for (bool moved = true; moved;) {
    moved = false;
    for (const Near& next : distances(neighbors(at.slot, level))) {
      if (!nearer(next, at)) continue;
      at = next;
      moved = true;
    }
  }
}

// Algorithm 2; what was found is in scratch.found. False when the budget did not suffice.
template <class Wanted>
bool Hnsw::search_layer(Distances& distances, std::size_t level, std::size_t ef, Near from,
                        const Wanted& wanted, std::size_t budget, Scratch& scratch) const {
  scratch.start(linked_.size());
  auto& open = scratch.open;
  auto& found = scratch.found;
  scratch.meet(from.slot);
  open.push_back(key_of(from));
  if (wanted(from.slot)) found.push_back(key_of(from));
  std::size_t computed = 0;
  while (!open.empty()) {
    std::ranges::pop_heap(open, std::greater());
    const Key at = open.back();
    open.pop_back();
    if (found.size() >= ef && found.front() < at) break;
    // The nearest of the rest is next, unless a neighbour is nearer: its list arrives meanwhile.
    if (!open.empty()) fetch(slot_of(open.front()), level);
    const auto met = scratch.meet(neighbors(slot_of(at), level));
    computed += met.size();
    if (computed > budget) return false;
    for (const Near& near : distances(met)) {
      const Key next = key_of(near);
      if (found.size() >= ef && next > found.front()) continue;
      open.push_back(next);
      std::ranges::push_heap(open, std::greater());
      if (open.front() == next) fetch(near.slot, level);
      if (!wanted(near.slot)) continue;
      if (found.size() < ef) {
        found.push_back(next);
        std::ranges::push_heap(found);
      } else {
        replace_farthest(found, next);
      }
    }
  }
  return true;
}

void Hnsw::choose(const DenseColumn& column, Slot slot, std::vector<Near>& candidates,
                  std::size_t count) {
  // Among equally near ones, those that were stored shortly before come first: a row that is stored
  // many times gets a chain of links and not one hub.
  const auto back = [&](const Near& near) { return static_cast<std::uint32_t>(slot) - near.slot; };
  std::ranges::sort(candidates, [&](const Near& a, const Near& b) {
    return a.distance < b.distance || (a.distance == b.distance && back(a) < back(b));
  });
  const auto row = column.stored_row(slot);
  Distances distances(column, row);
  const float own = distances(slot);
  const auto is_twin = [&](const Near& near) {
    return near.distance == own && std::ranges::equal(row, column.stored_row(near.slot));
  };
  std::vector<Near> chosen;
  std::vector<Near> open;  // some candidates that may still be chosen
  std::vector<std::uint32_t> slots;
  // Twins stay: they are as near to each other as can be.
  const auto drop_nearer_to = [&](const Near& taken) {
    slots.clear();
    for (const Near& near : open) slots.push_back(near.slot);
    distances.turn_to(column.stored_row(taken.slot));
    const auto to_taken = distances(slots);
    std::size_t i = 0;
    std::erase_if(open, [&](const Near& near) {
      return to_taken[i++].distance < near.distance && !is_twin(near);
    });
  };
  // Not all at once: many are never looked at. Not one by one: that takes twice as long.
  std::size_t twins = 0;
  for (std::size_t begin = 0; begin < candidates.size() && chosen.size() < count;
       begin += kChosenAtOnce) {
    const std::size_t end = std::min(candidates.size(), begin + kChosenAtOnce);
    open.assign(candidates.begin() + static_cast<std::ptrdiff_t>(begin),
                candidates.begin() + static_cast<std::ptrdiff_t>(end));
    for (std::size_t i = 0; i < chosen.size() && !open.empty(); ++i) drop_nearer_to(chosen[i]);
    while (!open.empty() && chosen.size() < count) {
      const Near next = open.front();
      open.erase(open.begin());
      if (is_twin(next) && ++twins > count / 2) continue;  // room is left for ways out
      chosen.push_back(next);
      drop_nearer_to(next);
    }
  }
  candidates = std::move(chosen);
}

Hnsw::Plan Hnsw::plan(const DenseColumn& column, const RowCodes* codes, std::span<const Slot> batch,
                      std::size_t threads) const {
  // A link that a new node asks of another one.
  struct Asked {
    std::uint32_t level;
    std::uint32_t slot;
    Near from;
  };
  struct Node {
    std::vector<std::vector<Near>> layers;
  };
  std::vector<Node> nodes(batch.size());
  std::vector<std::uint32_t> mates;
  for (const Slot slot : batch) mates.push_back(static_cast<std::uint32_t>(slot));
  parallel_for(batch.size(), threads, [&](std::size_t n, std::size_t) {
    const Slot slot = batch[n];
    Distances distances(column, codes, slot), exact(column, column.stored_row(slot));
    const std::size_t level = level_of(slot);
    nodes[n].layers.resize(level + 1);
    if (size_ > 0) {
      const Lent lent = scratch();
      Near at{distances(entry_), static_cast<std::uint32_t>(entry_)};
      for (std::size_t l = top_; l > level; --l) descend(distances, l, at);
      for (std::size_t l = std::min(level, top_) + 1; l-- > 0;) {
        (void)search_layer(
            distances, l, ef_construct_, at, [&](Slot other) { return other != slot; }, kNoBudget,
            *lent);
        if (lent->found.empty()) continue;
        at = near_of(std::ranges::min(lent->found));
        std::ranges::transform(lent->found, std::back_inserter(nodes[n].layers[l]), near_of);
        if (codes != nullptr) exact.measure(nodes[n].layers[l]);
      }
    }
    for (const Near& mate : exact(mates)) {
      if (mate.slot == slot) continue;
      for (std::size_t l = 0; l <= std::min(level, level_of(mate.slot)); ++l)
        nodes[n].layers[l].push_back(mate);
    }
    for (std::vector<Near>& layer : nodes[n].layers) {
      // One that is linked again is met in the graph and in the batch.
      std::ranges::sort(layer, {}, &Near::slot);
      const auto twice = std::ranges::unique(layer, {}, &Near::slot);
      layer.erase(twice.begin(), twice.end());
      choose(column, slot, layer, m_);
    }
  });

  std::vector<Asked> asked;
  for (std::size_t n = 0; n < batch.size(); ++n) {
    const auto slot = static_cast<std::uint32_t>(batch[n]);
    for (std::size_t l = 0; l < nodes[n].layers.size(); ++l) {
      for (const Near& to : nodes[n].layers[l])
        asked.push_back({static_cast<std::uint32_t>(l), to.slot, {to.distance, slot}});
    }
  }
  const auto of_list = [](const Asked& link) { return std::pair(link.level, link.slot); };
  std::ranges::sort(asked, [&](const Asked& a, const Asked& b) {
    return of_list(a) != of_list(b) ? of_list(a) < of_list(b) : nearer(a.from, b.from);
  });
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (i == 0 || of_list(asked[i]) != of_list(asked[i - 1])) starts.push_back(i);
  }
  starts.push_back(asked.size());

  Plan plan;
  plan.batch_.assign(batch.begin(), batch.end());
  std::vector<std::pair<std::uint32_t, std::size_t>> members;  // slot, place in the batch
  for (std::size_t n = 0; n < batch.size(); ++n)
    members.emplace_back(static_cast<std::uint32_t>(batch[n]), n);
  std::ranges::sort(members);
  const auto member = [&](std::uint32_t slot) -> std::optional<std::size_t> {
    const auto at =
        std::ranges::lower_bound(members, slot, {}, [](const auto& m) { return m.first; });
    if (at == members.end() || at->first != slot) return std::nullopt;
    return at->second;
  };
  plan.links_.resize(starts.size() - 1);
  parallel_for(plan.links_.size(), threads, [&](std::size_t i, std::size_t) {
    const auto links = std::span(asked).subspan(starts[i], starts[i + 1] - starts[i]);
    const auto [level, slot] = of_list(links.front());
    std::vector<Near> layer;
    const auto mate = member(slot);
    if (mate) {
      layer = nodes[*mate].layers[level];
    } else {
      for (const std::uint32_t old : neighbors(slot, level)) layer.push_back({0, old});
    }
    const std::size_t before = layer.size();
    for (const Asked& link : links) {
      const bool known = std::ranges::any_of(
          std::span(layer).first(before), [&](const Near& n) { return n.slot == link.from.slot; });
      if (!known) layer.push_back(link.from);
    }
    if (layer.size() > capacity(level)) {
      if (!mate) {
        Distances distances(column, column.stored_row(slot));
        std::ranges::copy(distances(neighbors(slot, level)), layer.begin());
      }
      choose(column, slot, layer, capacity(level));
    }
    Plan::Links& result = plan.links_[i];
    result = {.slot = slot, .level = level, .to = {}};
    for (const Near& to : layer) result.to.push_back(to.slot);
  });
  // Lists of the batch that nobody asked for a link.
  for (std::size_t n = 0; n < batch.size(); ++n) {
    for (std::size_t l = 0; l < nodes[n].layers.size(); ++l) {
      const std::pair wanted(static_cast<std::uint32_t>(l), static_cast<std::uint32_t>(batch[n]));
      if (std::ranges::binary_search(asked, wanted, {}, of_list)) continue;
      Plan::Links links{.slot = wanted.second, .level = wanted.first, .to = {}};
      for (const Near& to : nodes[n].layers[l]) links.to.push_back(to.slot);
      plan.links_.push_back(std::move(links));
    }
  }
  return plan;
}

void Hnsw::add(Slot slot) {
  reserve(slot + 1);
  size_ += linked_[slot] == 0 ? 1 : 0;
  linked_[slot] = 1;
  const std::size_t level = level_of(slot);
  if (size_ == 1 || level > top_) {
    top_ = level;
    entry_ = slot;
  }
}

void Hnsw::set_neighbors(Slot slot, std::size_t level, std::span<const std::uint32_t> to) {
  auto* const entries = const_cast<std::uint32_t*>(list(slot, level));
  std::ranges::copy(to, entries);
  std::fill(entries + to.size(), entries + capacity(level), kNoSlot);
}

void Hnsw::apply(const Plan& plan) {
  for (const Slot slot : plan.batch_) add(slot);
  for (const auto& [slot, level, to] : plan.links_) set_neighbors(slot, level, to);
}

std::optional<std::vector<Near>> Hnsw::search(const DenseColumn& column,
                                              std::span<const float> query, std::size_t ef,
                                              std::span<const std::uint8_t> allowed,
                                              std::size_t budget) const {
  if (size_ == 0) return std::vector<Near>();
  Distances distances(column, query);
  const Lent lent = scratch();
  Near at{distances(entry_), static_cast<std::uint32_t>(entry_)};
  for (std::size_t level = top_; level > 0; --level) descend(distances, level, at);
  const auto wanted = [&](Slot slot) { return column.has(slot) && allows(allowed, slot); };
  if (!search_layer(distances, 0, ef, at, wanted, budget, *lent)) return std::nullopt;
  std::ranges::sort(lent->found);
  std::vector<Near> nearest(lent->found.size());
  std::ranges::transform(lent->found, nearest.begin(), near_of);
  return nearest;
}

}  // namespace assay::store
