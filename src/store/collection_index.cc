// SPDX-License-Identifier: Apache-2.0
// What spares a collection the look at every point. Payload indexes say which points a filter needs
// to be asked of. Graphs are built behind the collection's back: a step looks for neighbours beside
// readers and shuts them out for the storing of the links only.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>

#include "base/log.h"
#include "store/collection.h"
#include "store/graph_file.h"

namespace assay::store {
namespace {

// A writer waits for at most a step: shorter ones while there are writers.
constexpr std::size_t kStep = 64;
constexpr std::size_t kShortStep = 8;
// Writers get the cores to themselves: no step is taken until they have been quiet for so long, or
// have kept it up for so long; then the builder has a turn of that length too.
constexpr std::chrono::milliseconds kQuiet{50};
constexpr std::chrono::seconds kTurn{1};

// A graph is saved when one node in so many is new: while the collection is in use the files that
// are written add up to ten times the last one, and a crash costs the linking of a tenth. At the
// end it is worth a second or two not to link a hundredth again.
constexpr std::size_t kSavedOneIn = 10;
constexpr std::size_t kSavedAtEndOneIn = 100;
// What a writer may have to wait for while a graph is being saved: the checksums of so many rows,
// some 100 us.
constexpr std::size_t kNotedFloats = (std::size_t{128} << 10) / sizeof(float);
constexpr std::chrono::seconds kTriedAgain{1};  // after memory ran out

}  // namespace

std::optional<Collection::Candidates> Collection::candidates(const Condition& condition) const {
  if (const auto* filter = std::get_if<Filter>(&condition.test)) return candidates(*filter);
  if (const auto* wanted = std::get_if<HasId>(&condition.test)) {
    return Candidates{wanted->ids.size(),
                      [this, wanted] {
                        std::vector<Slot> slots;
                        for (const PointId& id : wanted->ids) {
                          if (const auto slot = find_alive(id)) slots.push_back(*slot);
                        }
                        return slots;
                      },
                      true};
  }
  const auto* field = std::get_if<FieldCondition>(&condition.test);
  if (field == nullptr) return std::nullopt;
  const auto index = payload_indexes_.find(field->key);
  if (index == payload_indexes_.end()) return std::nullopt;
  const auto count = index->second.count(field->test);
  if (!count) return std::nullopt;
  return Candidates{*count, [index = &index->second, field] { return index->find(field->test); },
                    index->second.is_exact(field->test)};
}

std::optional<Collection::Candidates> Collection::candidates(const Filter& filter) const {
  std::optional<Candidates> best;
  const bool alone = filter.must.size() == 1 && filter.should.empty() && filter.must_not.empty() &&
                     !filter.min_should;
  const auto offer = [&](std::optional<Candidates> few) {
    if (few) few->exact = few->exact && alone;
    if (few && (!best || few->count < best->count)) best = std::move(few);
  };
  for (const Condition& condition : filter.must) offer(candidates(condition));
  // One of these holds: together they are all.
  Candidates any{0, {}, false};
  std::vector<Candidates> parts;
  for (const Condition& condition : filter.should) {
    auto few = candidates(condition);
    if (!few) return best;
    any.count += few->count;
    parts.push_back(std::move(*few));
  }
  if (parts.empty()) return best;
  any.slots = [parts = std::move(parts)] {
    std::vector<Slot> slots;
    for (const Candidates& part : parts) std::ranges::copy(part.slots(), std::back_inserter(slots));
    return slots;
  };
  offer(std::move(any));
  return best;
}

Collection::IndexProgress Collection::index_progress() const {
  const auto lock = mutex_.lock_for_reading();
  IndexProgress progress;
  for (const auto& [name, column] : columns_) {
    if (column.index() == nullptr) continue;
    progress.indexed_vectors += column.index()->indexed_count();
    if (column.index()->has_work()) progress.complete = false;
  }
  return progress;
}

void Collection::wake_indexer() {
  written_ = true;
  last_write_ = Clock::now();
  bool work = false;
  for (const auto& [name, column] : columns_)
    work = work || (column.index() != nullptr && column.index()->has_work());
  if (!work) return;
  {
    const std::scoped_lock lock(indexer_mutex_);
    indexer_work_ = true;
  }
  indexer_wake_.notify_one();
  if (indexer_.joinable() || indexing_ended_) return;
  try {
    indexer_ = std::jthread([this](const std::stop_token& stop) { index_rows(stop); });
  } catch (const std::system_error& error) {
    // The write is done; the next one tries again.
    log::warn(
        fmt::format("No thread to index vectors with, searches get slower: {}", error.what()));
  }
}

void Collection::index_rows(const std::stop_token& stop) {
  bool failed = false;
  const auto attempt = [&](const auto& work) {
    try {
      work();
      failed = false;
    } catch (const std::exception& error) {  // no memory
      // Searches go on scoring what is not linked one by one.
      if (!failed)
        log::warn(
            fmt::format("The vectors of a collection are not indexed for now: {}", error.what()));
      failed = true;
    }
  };
  for (;;) {
    {
      std::unique_lock lock(indexer_mutex_);
      if (failed) {
        indexer_wake_.wait_for(lock, stop, kTriedAgain, [] { return false; });
      } else {
        indexer_wake_.wait(lock, stop, [&] { return indexer_work_; });
      }
      if (stop.stop_requested()) break;
      indexer_work_ = false;
    }
    attempt([&] {
      for (auto turn_ends = Clock::now(); !stop.stop_requested();) {
        if (Clock::now() >= turn_ends) {
          wait_for_writers(stop);
          turn_ends = Clock::now() + kTurn;
        }
        if (!index_some()) break;
      }
      if (!stop.stop_requested()) save_graphs(kSavedOneIn);
    });
  }
  attempt([&] { save_graphs(kSavedAtEndOneIn); });
}

void Collection::wait_for_writers(const std::stop_token& stop) {
  const auto end = Clock::now() + kTurn;
  std::unique_lock lock(indexer_mutex_);
  while (!stop.stop_requested()) {
    const auto quiet = last_write_.load() + kQuiet;
    const auto now = Clock::now();
    if (now >= quiet || now >= end) return;
    indexer_wake_.wait_until(lock, stop, std::min(quiet, end), [] { return false; });
  }
}

bool Collection::index_some() {
  const std::size_t count = written_.exchange(false) ? kShortStep : kStep;
  std::string name;
  std::shared_ptr<VectorIndex> index;
  VectorIndex::Step step;
  {
    const auto lock = mutex_.lock_for_reading();
    for (const auto& [each, column] : columns_) {
      if (column.index() == nullptr || !column.index()->has_work()) continue;
      name = each;
      index = column.index();
      step = index->build(*column.dense(), count);
      break;
    }
  }
  if (index == nullptr) return false;
  const auto lock = mutex_.lock_for_writing();
  // The vector may have been deleted, and made again, meanwhile.
  const auto column = columns_.find(name);
  if (column != columns_.end() && column->second.index() == index)
    index->finish(*column->second.dense(), step);
  return true;
}

void Collection::end_indexing() {
  const std::scoped_lock turn(writer_);
  indexing_ended_ = true;
  indexer_.request_stop();
  if (indexer_.joinable()) indexer_.join();
}

// Only this thread changes graphs: their links are read, and written to the disk, beside readers
// and writers. Rows do change meanwhile: each part of them is looked at under the lock, and a row
// is known to be the one that was linked or it is not.
void Collection::save_graphs(std::size_t one_in) {
  if (journal_ == nullptr) return;
  struct Unsaved {
    std::string name;
    std::shared_ptr<VectorIndex> index;
    GraphShape shape;
  };
  std::vector<Unsaved> unsaved;
  {
    const auto lock = mutex_.lock_for_reading();
    for (const auto& [name, column] : columns_) {
      const auto& index = column.index();
      if (index != nullptr && index->is_unsaved(one_in))
        unsaved.push_back({name, index, index->shape(*column.dense())});
    }
  }
  for (const auto& [name, index, shape] : unsaved) {
    const auto file = journal_->graph_file(name);
    if (!file) continue;
    index->note_saved();  // or tried: a full disk is not tried again at once
    GraphNotes notes;
    const std::size_t slots = index->graph().slot_count();
    const std::size_t part = std::max<std::size_t>(1, kNotedFloats / shape.dim);
    bool dropped = false;
    for (Slot begin = 0; begin < slots && !dropped; begin += part) {
      const auto lock = mutex_.lock_for_reading();
      const auto column = columns_.find(name);
      dropped = column == columns_.end() || column->second.index() != index;
      if (!dropped)
        index->note_rows(*column->second.dense(), begin, std::min(slots, begin + part), notes);
    }
    if (dropped) continue;
    try {
      std::filesystem::create_directories(file->parent_path());
      write_graph_file(*file, shape, index->graph(), notes);
    } catch (const std::exception& error) {
      log::warn(fmt::format(
          "store: a graph was not saved, so that opening the store may build it again: {}",
          error.what()));
    }
  }
}

void Collection::restore_graphs() {
  for (auto& [name, column] : columns_) {
    if (column.index() == nullptr || !column.index()->has_work()) continue;
    const auto file = journal_->graph_file(name);
    if (!file) continue;
    auto saved = read_graph_file(*file, column.index()->shape(*column.dense()));
    std::string failure;
    if (!saved.ok()) {
      if (saved.failure().code == ErrorCode::kNotFound) continue;
      failure = saved.failure().message;
    } else if (!column.restore_graph(std::move(saved.value()))) {
      failure = fmt::format("{}: most rows are others than the graph was made of", file->string());
    }
    if (!failure.empty())
      log::warn(fmt::format("store: a saved graph is not used and built again: {}", failure));
  }
}

}  // namespace assay::store
