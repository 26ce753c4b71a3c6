// SPDX-License-Identifier: Apache-2.0
// Promise: a graph comes back from its file as it was written; a file that is damaged, cut, of
// another version or of other parameters is refused, and nothing is left of one that could not be
// written.
#include "store/graph_file.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "base/crc32c.h"
#include "base/file.h"
#include "support.h"

namespace assay::store {
namespace {

constexpr std::size_t kDim = 8;
constexpr std::size_t kRows = 300;

class GraphFileTest : public testing::Test {
 protected:
  GraphFileTest() {
    std::mt19937 engine(7);
    std::normal_distribution<float> normal;
    std::vector<Slot> batch;
    for (Slot slot = 0; slot < kRows; ++slot) {
      if (slot % 7 == 3) continue;  // no node
      std::vector<float> row(kDim);
      for (float& x : row) x = normal(engine);
      column_.set(slot, row);
      batch.push_back(slot);
      if (batch.size() < 20) continue;
      graph_.apply(graph_.plan(column_, nullptr, batch));
      batch.clear();
    }
    notes_.rows.resize(graph_.slot_count());
    for (Slot slot = 0; slot < graph_.slot_count(); ++slot) {
      if (graph_.contains(slot) && slot % 5 != 0)
        notes_.rows[slot] = row_checksum(column_.row(slot));
    }
    write_graph_file(path(), shape_, graph_, notes_);
    bytes_ = read_file(path());
  }
  [[nodiscard]] std::filesystem::path path() const { return scratch_.path() / "1.hnsw"; }
  [[nodiscard]] Result<SavedGraph> read_bytes(std::string_view bytes) const {
    scratch_.write("1.hnsw", std::string(bytes));
    return read_graph_file(path(), shape_);
  }
  // With a checksum that matches.
  [[nodiscard]] static std::string sealed(std::string bytes) {
    bytes.resize(bytes.size() - 4);
    const std::uint32_t crc = crc32c(std::as_bytes(std::span(bytes)));
    bytes.append(reinterpret_cast<const char*>(&crc), 4);
    return bytes;
  }

  const test::ScratchFolder scratch_;
  const GraphShape shape_ = {
      .dim = kDim, .distance = Distance::kEuclid, .m = 4, .ef_construct = 30};
  DenseColumn column_{{.size = kDim, .distance = Distance::kEuclid}};
  Hnsw graph_{4, 30};
  GraphNotes notes_{.rows = {}, .default_ef = 96, .measured_at = 250};
  std::string bytes_;
};

TEST_F(GraphFileTest, ComesBackAsItWas) {
  auto read = read_graph_file(path(), shape_);
  ASSERT_TRUE(read.ok()) << read.failure().message;
  const Hnsw& graph = *read.value().graph;
  ASSERT_EQ(graph.slot_count(), graph_.slot_count());
  EXPECT_EQ(graph.size(), graph_.size());
  EXPECT_EQ(graph.entry(), graph_.entry());
  EXPECT_EQ(graph.m(), 4u);
  EXPECT_EQ(graph.ef_construct(), 30u);
  for (Slot slot = 0; slot < graph.slot_count(); ++slot) {
    ASSERT_EQ(graph.contains(slot), graph_.contains(slot));
    if (!graph.contains(slot)) continue;
    for (std::size_t level = 0; level <= graph.level_of(slot); ++level) {
      EXPECT_TRUE(std::ranges::equal(graph.neighbors(slot, level), graph_.neighbors(slot, level)));
    }
  }
  EXPECT_EQ(read.value().notes.rows, notes_.rows);
  EXPECT_EQ(read.value().notes.default_ef, 96u);
  EXPECT_EQ(read.value().notes.measured_at, 250u);
}

TEST_F(GraphFileTest, IsMissedWithoutBeingDamaged) {
  const auto read = read_graph_file(scratch_.path() / "2.hnsw", shape_);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.failure().code, ErrorCode::kNotFound);
}

TEST_F(GraphFileTest, RefusesEveryTruncation) {
  for (std::size_t size = 0; size < bytes_.size(); size += size < 64 ? 1 : 61) {
    const auto read = read_bytes(std::string_view(bytes_).substr(0, size));
    ASSERT_FALSE(read.ok()) << size;
    EXPECT_EQ(read.failure().code, ErrorCode::kCorruption) << size;
    EXPECT_THAT(read.failure().message, testing::HasSubstr(path().string()));
  }
  for (const char* more : {"x", "four", "and more"}) EXPECT_FALSE(read_bytes(bytes_ + more).ok());
}

TEST_F(GraphFileTest, RefusesFlippedBits) {
  for (std::size_t at = 0; at < bytes_.size(); at += at < 64 ? 1 : 37) {
    std::string flipped = bytes_;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << at % 8));
    EXPECT_FALSE(read_bytes(flipped).ok()) << at;
  }
}

// As no accident leaves it, since the checksum is right: refused, or a graph that can be walked.
TEST_F(GraphFileTest, IsNeverReadBeyondWhatItHolds) {
  std::mt19937 engine(1);
  const std::vector<float> query(kDim);
  std::size_t refused = 0;
  for (std::size_t at = 0; at + 8 <= bytes_.size(); at += 4) {
    for (const std::uint32_t word : {0u, 1u, 2u, 9u, 299u, 300u, UINT32_MAX}) {
      if (at > 400 && engine() % 16 != 0) continue;
      std::string changed = bytes_;
      std::memcpy(changed.data() + at, &word, 4);
      auto read = read_bytes(sealed(changed));
      if (!read.ok()) {
        ++refused;
        continue;
      }
      const Hnsw& graph = *read.value().graph;
      ASSERT_LE(graph.slot_count(), column_.row_count());
      (void)graph.search(column_, query, 100, {}, SIZE_MAX);
    }
  }
  EXPECT_GT(refused, 200u);
}

TEST_F(GraphFileTest, RefusesOtherVersionsAndShapes) {
  std::string newer = bytes_;
  newer[8] = 2;
  auto read = read_bytes(sealed(newer));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.failure().code, ErrorCode::kUnsupported);
  EXPECT_THAT(read.failure().message, testing::HasSubstr("expected format version 1, got 2"));
  scratch_.write("1.hnsw", bytes_);
  const auto code = [&](const GraphShape& shape) {
    const auto other = read_graph_file(path(), shape);
    return other.ok() ? std::nullopt : std::optional(other.failure().code);
  };
  EXPECT_FALSE(code(shape_));
  GraphShape shape = shape_;
  shape.m = 5;
  EXPECT_EQ(code(shape), ErrorCode::kUnsupported);
  shape = shape_;
  shape.ef_construct = 31;
  EXPECT_EQ(code(shape), ErrorCode::kUnsupported);
  shape = shape_;
  shape.dim = 9;
  EXPECT_EQ(code(shape), ErrorCode::kUnsupported);
  shape = shape_;
  shape.distance = Distance::kDot;
  EXPECT_EQ(code(shape), ErrorCode::kUnsupported);
}

TEST_F(GraphFileTest, LeavesNothingWhereItCannotBeWritten) {
  const auto folder = scratch_.path() / "taken.hnsw";
  std::filesystem::create_directories(folder / "full");  // nothing replaces this folder
  EXPECT_THROW(write_graph_file(folder, shape_, graph_, notes_), Error);
  EXPECT_THROW(write_graph_file(scratch_.path() / "no" / "1.hnsw", shape_, graph_, notes_), Error);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(scratch_.path()))
    files += entry.is_regular_file() ? 1 : 0;
  EXPECT_EQ(files, 1u);
}

}  // namespace
}  // namespace assay::store
