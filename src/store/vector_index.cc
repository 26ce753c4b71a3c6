// SPDX-License-Identifier: Apache-2.0
#include "store/vector_index.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "base/thread_pool.h"
#include "store/similarity.h"

namespace assay::store {
namespace {

constexpr std::size_t kMeasuredNeighbors = 10;
constexpr std::size_t kMeasuredQueries = 48;
// Of the measured neighbours: less than the promise of 0.98 allows, because the graph grows by a
// quarter till it is measured again.
constexpr std::size_t kMayMiss = kMeasuredQueries * kMeasuredNeighbors / 100;
// Nodes that wait to be linked again lead astray, and take the places of others among the
// candidates: with half of the rows replaced recall fell from 1 to .67.
constexpr std::size_t kOutdatedOneIn = 10;
// Lengths that are alike, as a share of squares: a dot product is a cosine then, nearly.
constexpr float kAlike = 1.5f;
constexpr std::size_t kFewestMeasured = 1000;
// Rows that the measuring of a step may scan, unless that is for one query.
constexpr std::size_t kScannedAStep = 200'000;
// Waiting rows that a thread scores at once.
constexpr std::size_t kScoredAtOnce = 1024;
// Rows are coded when one in so many waits: coding a row takes less than a hundredth of linking it.
constexpr std::size_t kCodedOneIn = 8;
constexpr std::size_t kCodedAtOnce = std::size_t{1} << 14;

}  // namespace

void VectorIndex::note(const DenseColumn& column, Slot slot) {
  if (!active_) {
    if (column.row_count() * column.params().size * sizeof(float) < indexed_bytes_) return;
    active_ = true;
    for (Slot each = 0; each < column.row_count(); ++each) {
      if (column.has(each)) note(column, each);
    }
    return;
  }
  if (codes_) codes_->note(column, slot);
  if (column.params().distance == Distance::kDot) {
    const auto row = column.row(slot);
    const float square = std::inner_product(row.begin(), row.end(), row.begin(), 0.0f);
    least_square_ = std::min(least_square_, square);
    most_square_ = std::max(most_square_, square);
  }
  if (slot >= states_.size()) states_.resize(slot + 1, State::kNone);
  State& state = states_[slot];
  if (state == State::kWaiting || state == State::kChanged) {
    const auto under_way = waiting().first(under_way_);
    if (std::ranges::find(under_way, slot) != under_way.end()) state = State::kChanged;
    return;
  }
  outdated_ += state == State::kLinked || state == State::kGone ? 1 : 0;
  gone_ -= state == State::kGone ? 1 : 0;
  state = State::kWaiting;
  waiting_.push_back(slot);
}

void VectorIndex::note_gone(Slot slot) noexcept {
  if (slot >= states_.size() || states_[slot] != State::kLinked) return;
  states_[slot] = State::kGone;
  ++gone_;
}

// Every row that has a vector waits.
void VectorIndex::start_anew() {
  auto graph = std::make_unique<Hnsw>(graph_->m(), graph_->ef_construct());
  std::vector<Slot> waiting;
  const auto waits = [](State state) { return state != State::kNone && state != State::kGone; };
  for (Slot slot = 0; slot < states_.size(); ++slot) {
    if (waits(states_[slot])) waiting.push_back(slot);
  }
  for (State& state : states_) state = waits(state) ? State::kWaiting : State::kNone;
  graph_ = std::move(graph);
  codes_.reset();
  waiting_ = std::move(waiting);
  first_ = under_way_ = outdated_ = gone_ = unsaved_ = 0;
  default_ef_ = measured_at_ = unmeasured_ = measured_count_ = 0;
  missed_ = {};
}

bool VectorIndex::code(const DenseColumn& column) {
  if (!codes_) {
    if (!RowCodes::fits(column.params().distance) ||
        waiting().size() * kCodedOneIn < column.row_count())
      return true;
    codes_ = std::make_unique<RowCodes>(column);
  }
  codes_->extend(column, kCodedAtOnce);
  return codes_->count() == column.row_count();
}

VectorIndex::Step VectorIndex::build(const DenseColumn& column, std::size_t count) {
  if (is_worn()) return {.batch = {}, .plan = {}, .anew = true};
  if (!code(column)) return {};
  const auto next = waiting().first(std::min(count, waiting().size()));
  under_way_ = next.size();
  // The vectors of some may be gone.
  std::vector<Slot> linkable;
  std::ranges::copy_if(next, std::back_inserter(linkable),
                       [&](Slot slot) { return column.has(slot); });
  Step step{.batch = {next.begin(), next.end()},
            .plan = graph_->plan(column, codes_.get(), linkable)};
  const bool is_due = unmeasured_ >= std::max(kFewestMeasured, measured_at_ / 4);
  if (!is_due || graph_->size() < kFewestMeasured || is_outdated()) return step;
  // One a step; more when there are not enough steps to come, as far as writers can wait for it.
  const std::size_t steps =
      std::max<std::size_t>(1, waiting().size() / std::max<std::size_t>(1, next.size()));
  const std::size_t missing = (kMeasuredQueries - measured_count_ + steps - 1) / steps;
  const std::size_t some = std::clamp<std::size_t>(kScannedAStep / graph_->size(), 1, missing);
  for (const Slot slot : std::span(linkable).first(std::min(some, linkable.size())))
    step.measured.push_back(measure(column, slot));
  return step;
}

void VectorIndex::finish(const DenseColumn& column, const Step& step) {
  if (step.anew) return start_anew();
  try {
    link(column, step);
  } catch (...) {
    start_anew();
    throw;
  }
  for (const Measured& measured : step.measured) {
    take(measured);
    if (measured_count_ == 0) break;  // it is known
  }
}

bool VectorIndex::is_outdated() const noexcept {
  return outdated_ * kOutdatedOneIn > graph_->size();
}

void VectorIndex::link(const DenseColumn& column, const Step& step) {
  for (const Slot slot : step.batch) outdated_ -= graph_->contains(slot) ? 1 : 0;
  graph_->apply(step.plan);
  unsaved_ += step.batch.size();
  unmeasured_ += step.batch.size();
  first_ += step.batch.size();
  under_way_ = 0;
  for (const Slot slot : step.batch) {
    State& state = states_[slot];
    const bool changed = state == State::kChanged;
    if (changed) {
      state = State::kWaiting;
      waiting_.push_back(slot);
      outdated_ += graph_->contains(slot) ? 1 : 0;
    } else if (!graph_->contains(slot)) {
      state = State::kNone;
    } else {
      state = column.has(slot) ? State::kLinked : State::kGone;
      gone_ += column.has(slot) ? 0 : 1;
    }
  }
  if (first_ * 2 >= waiting_.size()) {
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
    if (waiting_.empty()) {
      waiting_.shrink_to_fit();
      codes_.reset();
    }
  }
}

void VectorIndex::note_rows(const DenseColumn& column, Slot begin, Slot end,
                            GraphNotes& notes) const {
  notes.rows.resize(graph_->slot_count());
  for (Slot slot = begin; slot < end; ++slot) {
    if (states_[slot] == State::kLinked && column.has(slot))
      notes.rows[slot] = row_checksum(column.row(slot));
  }
  notes.default_ef = default_ef_;
  notes.measured_at = measured_at_;
}

bool VectorIndex::restore(DenseColumn& column, SavedGraph saved) {
  const auto& rows = saved.notes.rows;
  std::vector<std::uint8_t> fits(rows.size());
  parallel_for(rows.size() / kScoredAtOnce + 1, 0, [&](std::size_t part, std::size_t) {
    const Slot end = std::min(rows.size(), (part + 1) * kScoredAtOnce);
    for (Slot slot = part * kScoredAtOnce; slot < end; ++slot) {
      const bool is_known = rows[slot] && column.has(slot);
      fits[slot] = is_known && row_checksum(column.row(slot)) == *rows[slot] ? 1 : 0;
    }
  });
  const auto fitting = static_cast<std::size_t>(std::ranges::count(fits, std::uint8_t{1}));
  if (fitting * 2 < saved.graph->size()) return false;
  graph_ = std::move(saved.graph);
  default_ef_ = saved.notes.default_ef;
  measured_at_ = saved.notes.measured_at;
  unmeasured_ = graph_->size() - std::min(graph_->size(), measured_at_);
  states_.assign(std::max(column.row_count(), graph_->slot_count()), State::kNone);
  std::vector<Slot> waiting;
  for (Slot slot = 0; slot < states_.size(); ++slot) {
    const bool is_node = graph_->contains(slot);
    if (slot < fits.size() && fits[slot] != 0) {
      states_[slot] = State::kLinked;
    } else if (column.has(slot)) {
      states_[slot] = State::kWaiting;
      waiting.push_back(slot);
      outdated_ += is_node ? 1 : 0;
    } else if (is_node) {
      states_[slot] = State::kGone;
      ++gone_;
    }
  }
  waiting_ = std::move(waiting);
  place_gone(column);
  return true;
}

// The database has no rows of theirs; with that of a neighbour, a walk passes through them as it
// did before, nearly.
void VectorIndex::place_gone(DenseColumn& column) const {
  std::vector<Slot> unplaced;
  std::vector<std::uint8_t> placed(states_.size());
  for (Slot slot = 0; slot < states_.size(); ++slot) {
    placed[slot] = column.has(slot) ? 1 : 0;
    if (states_[slot] == State::kGone) unplaced.push_back(slot);
  }
  const auto place = [&](Slot slot) {
    const auto links = graph_->neighbors(slot, 0);
    const auto near = std::ranges::find_if(links, [&](Slot other) { return placed[other] != 0; });
    if (near == links.end()) return false;
    column.set_absent(slot, column.stored_row(*near));
    placed[slot] = 1;
    return true;
  };
  while (std::erase_if(unplaced, place) > 0) {
  }
  const std::vector<float> zeros(column.params().size);
  for (const Slot slot : unplaced) column.set_absent(slot, zeros);
}

VectorIndex::Measured VectorIndex::measure(const DenseColumn& column, Slot slot) const {
  const auto query = column.row(slot);
  std::vector<std::uint8_t> linked(states_.size());
  std::ranges::transform(states_, linked.begin(),
                         [](State state) { return state == State::kLinked ? 1 : 0; });
  const auto exact = exact_search(column, query, kMeasuredNeighbors, linked);
  Measured missed = {};  // what one number finds a larger one does
  if (exact.empty()) return missed;
  const bool ascending = is_ascending(column.params().distance);
  for (std::size_t rung = first_rung(); rung < kLadder.size(); ++rung) {
    const auto met = graph_->search(column, query, kLadder[rung], linked,
                                    std::numeric_limits<std::size_t>::max());
    const auto found = static_cast<std::size_t>(std::ranges::count_if(
        std::span(*met).first(std::min(met->size(), exact.size())), [&](const Hnsw::Near& near) {
          const float score = reported(column.params().distance, -near.distance);
          return ascending ? score <= exact.back().score : score >= exact.back().score;
        }));
    missed[rung] = exact.size() - found;
    if (missed[rung] == 0) break;
  }
  return missed;
}

std::size_t VectorIndex::first_rung() const {
  const auto enough =
      std::ranges::find_if(missed_, [](std::size_t missed) { return missed <= kMayMiss; });
  return static_cast<std::size_t>(enough - missed_.begin());
}

void VectorIndex::take(const Measured& measured) {
  for (std::size_t rung = 0; rung < kLadder.size(); ++rung) missed_[rung] += measured[rung];
  const std::size_t rung = first_rung();
  if (++measured_count_ < kMeasuredQueries && rung < kLadder.size()) return;
  // None: walks cost as much as scans then, and are not taken.
  default_ef_ = rung == kLadder.size() ? std::numeric_limits<std::uint32_t>::max() : kLadder[rung];
  measured_at_ = graph_->size();
  unmeasured_ = measured_count_ = 0;
  missed_ = {};
}

std::vector<Hit> VectorIndex::search(const DenseColumn& column, std::span<const float> query,
                                     std::size_t k, std::span<const std::uint8_t> allowed,
                                     const GraphParams& params) const {
  const Scan search{query, k, allowed};
  return std::move(this->search(column, std::span(&search, 1), std::span(&params, 1)).front());
}

std::vector<std::vector<Hit>> VectorIndex::search(const DenseColumn& column,
                                                  std::span<const Scan> searches,
                                                  std::span<const GraphParams> params) const {
  std::vector<std::optional<std::vector<Hit>>> walked(searches.size());
  parallel_for(searches.size(), 0, [&](std::size_t i, std::size_t) {
    walked[i] = walk(column, searches[i], params[i]);
  });
  std::vector<std::vector<Hit>> found(searches.size());
  std::vector<Scan> scans;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < searches.size(); ++i) {
    if (walked[i]) {
      found[i] = std::move(*walked[i]);
    } else {
      scans.push_back(searches[i]);
      places.push_back(i);
    }
  }
  auto scanned = exact_search(column, scans);
  for (std::size_t i = 0; i < places.size(); ++i) found[places[i]] = std::move(scanned[i]);
  return found;
}

std::optional<std::vector<Hit>> VectorIndex::walk(const DenseColumn& column, const Scan& search,
                                                  const GraphParams& params) const {
  const auto& [query, wanted, allowed] = search;
  const std::size_t k = std::min(wanted, column.row_count());
  const std::size_t ef = params.ef          ? std::max(*params.ef, k)
                         : default_ef_ == 0 ? column.row_count()
                                            : std::max(default_ef_, 2 * k);
  const std::size_t matches =
      allowed.empty() ? graph_->size()
                      : static_cast<std::size_t>(std::ranges::count(allowed, std::uint8_t{1}));
  const auto pays = [&] {
    if (matches == 0) return false;
    const double share = static_cast<double>(matches) / static_cast<double>(column.row_count());
    return static_cast<double>(candidate_cost_) * static_cast<double>(ef) <
           static_cast<double>(matches) * share;
  };
  const Distance distance = column.params().distance;
  const bool scans_more =
      !params.indexed_only && (waiting().size() > graph_->size() || is_outdated());
  const bool misleads = distance == Distance::kDot && !allowed.empty() && !params.ef &&
                        most_square_ > kAlike * least_square_;
  if (params.exact || graph_->size() == 0 || scans_more || misleads || !pays()) return std::nullopt;
  const auto walked = graph_->search(column, query, ef, allowed, 2 * matches);
  // Fewer than there are: some cannot be reached.
  if (!walked || (!params.indexed_only && walked->size() < std::min(k, matches)))
    return std::nullopt;

  TopK best(k, is_ascending(distance));
  for (const auto& [farness, slot] : *walked) {
    // Waiting rows are scored below.
    if (params.indexed_only || states_[slot] == State::kLinked)
      best.push({reported(distance, -farness), slot});
  }
  if (params.indexed_only) return best.take();
  const std::size_t parts = (waiting().size() + kScoredAtOnce - 1) / kScoredAtOnce;
  const std::size_t threads = std::clamp<std::size_t>(parts, 1, available_threads());
  std::vector<TopK> bests(threads, TopK(k, is_ascending(distance)));
  parallel_for(parts, threads, [&](std::size_t part, std::size_t thread) {
    const std::size_t begin = part * kScoredAtOnce;
    std::vector<Slot> slots;
    std::vector<const float*> rows;
    for (const Slot slot :
         waiting().subspan(begin, std::min(kScoredAtOnce, waiting().size() - begin))) {
      if (!column.has(slot) || !allows(allowed, slot)) continue;
      slots.push_back(slot);
      rows.push_back(column.row(slot).data());
    }
    std::vector<float> scores(slots.size());
    similarities(distance, query, rows, scores);
    for (std::size_t i = 0; i < slots.size(); ++i)
      bests[thread].push({reported(distance, scores[i]), slots[i]});
  });
  for (const TopK& part : bests) best.merge(part);
  return best.take();
}

}  // namespace assay::store
