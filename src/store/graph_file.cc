// SPDX-License-Identifier: Apache-2.0
// A file is 32-bit words, the last one the checksum of the others. docs/formats/store.md describes
// it; change both together.
#include "store/graph_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <utility>

#include "assay/error.h"
#include "base/crc32c.h"
#include "base/file.h"

namespace assay::store {
namespace {

constexpr std::array<std::uint32_t, 2> kMagic = {0x61737361, 0x77736e68};  // "assahnsw"
// Rises with everything that a reader of another version would misread, Hnsw::level_of() included.
constexpr std::uint32_t kVersion = 1;
// Before a node: whether there is one, and whether its row is known.
enum Kind : std::uint32_t { kNoNode = 0, kNode = 1, kNodeOfRow = 2 };
constexpr std::size_t kBufferedWords = std::size_t{1} << 16;

static_assert(std::endian::native == std::endian::little);
// Persistent.
static_assert(static_cast<int>(Distance::kCosine) == 0 && static_cast<int>(Distance::kDot) == 1 &&
              static_cast<int>(Distance::kEuclid) == 2 &&
              static_cast<int>(Distance::kManhattan) == 3);

std::uint32_t word_of(std::size_t number) {
  return static_cast<std::uint32_t>(
      std::min<std::size_t>(number, std::numeric_limits<std::uint32_t>::max()));
}

std::array<std::uint32_t, 4> words_of(const GraphShape& shape) {
  return {word_of(shape.dim), static_cast<std::uint32_t>(shape.distance), word_of(shape.m),
          word_of(shape.ef_construct)};
}

class Writer {
 public:
  explicit Writer(const std::filesystem::path& path) : file_(path) {
    words_.reserve(kBufferedWords);
  }
  void put(std::uint32_t word) { put(std::span(&word, 1)); }
  void put(std::span<const std::uint32_t> words) {
    words_.insert(words_.end(), words.begin(), words.end());
    if (words_.size() >= kBufferedWords) flush();
  }
  void commit() {
    flush();
    put(crc_);
    flush();
    file_.commit();
  }

 private:
  void flush() {
    const auto bytes = std::as_bytes(std::span(words_));
    crc_ = crc32c(bytes, crc_);
    file_.write(bytes);
    words_.clear();
  }

  AtomicFile file_;
  std::vector<std::uint32_t> words_;
  std::uint32_t crc_ = 0;
};

// Words that were not taken yet; beyond the end come zeros and ended().
class Words {
 public:
  explicit Words(std::span<const std::uint32_t> words) : words_(words) {}
  std::span<const std::uint32_t> take(std::size_t count) {
    ended_ = ended_ || count > words_.size();
    const auto taken = words_.first(std::min(count, words_.size()));
    words_ = words_.subspan(taken.size());
    return taken;
  }
  std::uint32_t take() {
    const auto taken = take(1);
    return taken.empty() ? 0 : taken.front();
  }
  [[nodiscard]] std::size_t left() const { return words_.size(); }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  std::span<const std::uint32_t> words_;
  bool ended_ = false;
};

Failure damaged(std::string_view what) {
  return {ErrorCode::kCorruption, fmt::format("the file is damaged: {}", what)};
}

// Links lead to nodes of their layer: nothing that reads the graph looks again.
bool links_fit(const Hnsw& graph) {
  for (Slot slot = 0; slot < graph.slot_count(); ++slot) {
    if (!graph.contains(slot)) continue;
    for (std::size_t level = 0; level <= graph.level_of(slot); ++level) {
      for (const std::uint32_t to : graph.neighbors(slot, level)) {
        if (!graph.contains(to) || (level > 0 && graph.level_of(to) < level)) return false;
      }
    }
  }
  return true;
}

Result<SavedGraph> parse(std::span<const std::uint32_t> file, const GraphShape& shape) {
  if (file.size() < kMagic.size() + 2 || !std::ranges::equal(file.first(kMagic.size()), kMagic))
    return damaged("it does not begin as a graph does");
  Words words(file.first(file.size() - 1));
  words.take(kMagic.size());
  if (const std::uint32_t version = words.take(); version != kVersion) {
    return Failure{ErrorCode::kUnsupported,
                   fmt::format("expected format version {}, got {}", kVersion, version)};
  }
  if (crc32c(std::as_bytes(file.first(file.size() - 1))) != file.back())
    return damaged("its checksum does not match");
  const auto wanted = words_of(shape);
  if (!std::ranges::equal(words.take(wanted.size()), wanted)) {
    return Failure{ErrorCode::kUnsupported,
                   "expected a graph of other vectors or of other parameters"};
  }
  SavedGraph saved{.graph = std::make_unique<Hnsw>(shape.m, shape.ef_construct), .notes = {}};
  Hnsw& graph = *saved.graph;
  saved.notes.default_ef = words.take();
  saved.notes.measured_at = words.take();
  const Slot entry = words.take();
  const std::size_t slots = words.take();
  if (entry >= slots || slots > words.left()) return damaged("it has fewer nodes than it says");
  saved.notes.rows.resize(slots);
  graph.add(entry);
  for (Slot slot = 0; slot < slots; ++slot) {
    const std::uint32_t kind = words.take();
    if (kind == kNoNode && slot != entry) continue;
    if (kind != kNode && kind != kNodeOfRow) return damaged(fmt::format("slot {}", slot));
    if (kind == kNodeOfRow) saved.notes.rows[slot] = words.take();
    graph.add(slot);
    for (std::size_t level = 0; level <= graph.level_of(slot); ++level) {
      const auto links = words.take(words.take());
      if (links.size() > graph.capacity(level)) return damaged(fmt::format("slot {}", slot));
      graph.set_neighbors(slot, level, links);
    }
  }
  if (words.ended() || words.left() > 0 || graph.entry() != entry || !links_fit(graph))
    return damaged("its links lead nowhere");
  return saved;
}

}  // namespace

std::uint32_t row_checksum(std::span<const float> row) noexcept {
  return crc32c(std::as_bytes(row));
}

void write_graph_file(const std::filesystem::path& path, const GraphShape& shape, const Hnsw& graph,
                      const GraphNotes& notes) {
  Writer file(path);
  file.put(kMagic);
  file.put(kVersion);
  file.put(words_of(shape));
  file.put(word_of(notes.default_ef));
  file.put(word_of(notes.measured_at));
  file.put(word_of(graph.entry()));
  file.put(word_of(graph.slot_count()));
  for (Slot slot = 0; slot < graph.slot_count(); ++slot) {
    if (!graph.contains(slot)) {
      file.put(kNoNode);
      continue;
    }
    file.put(notes.rows[slot] ? kNodeOfRow : kNode);
    if (notes.rows[slot]) file.put(*notes.rows[slot]);
    for (std::size_t level = 0; level <= graph.level_of(slot); ++level) {
      const auto links = graph.neighbors(slot, level);
      file.put(word_of(links.size()));
      file.put(links);
    }
  }
  file.commit();
}

Result<SavedGraph> read_graph_file(const std::filesystem::path& path, const GraphShape& shape) {
  try {
    const MappedFile file(path);
    const auto bytes = file.bytes();
    // A mapping begins at a page.
    auto saved = parse({reinterpret_cast<const std::uint32_t*>(bytes.data()),
                        bytes.size() / sizeof(std::uint32_t)},
                       shape);
    if (saved.ok() && bytes.size() % sizeof(std::uint32_t) == 0) return saved;
    const Failure failure = saved.ok() ? damaged("bytes follow its end") : Failure(saved.failure());
    return Failure{failure.code, fmt::format("{}: {}", path.string(), failure.message)};
  } catch (const Error& error) {
    return Failure{error.code(), error.what()};
  }
}

}  // namespace assay::store
