// SPDX-License-Identifier: Apache-2.0
// Promise: BM25 over a payload field gives the scores of qdrant.md section 7.8, and its statistics
// follow every write.
#include "store/text_index.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <random>

#include "support.h"

namespace assay::store {
namespace {

using testing::ElementsAre;

Payload text(Value value) { return {{"text", std::move(value)}}; }

void set(TextIndex& index, Slot slot, const Payload& payload) {
  index.set(slot, index.words(payload));
}

std::vector<Slot> slots(const std::vector<Hit>& hits) {
  std::vector<Slot> result;
  for (const Hit& hit : hits) result.push_back(hit.slot);
  return result;
}

// One document's share of one word, by the formula.
double bm25(double corpus, double df, double tf, double length, double average, double k = 1.2,
            double b = 0.75) {
  const double idf = std::log((corpus - df + 0.5) / (df + 0.5) + 1);
  return idf * tf * (k + 1) / (tf + k * (1 - b + b * length / average));
}

TEST(TextIndex, ScoresByTheFormula) {
  TextIndex index("text");
  set(index, 0, text("The cat sat; the CAT slept"));
  set(index, 1, text(Value::Array{"a dog", 7, "and a cat"}));
  set(index, 2, text("nothing here"));
  set(index, 3, {{"other", "cat"}});  // no document
  set(index, 4, text("?!"));          // no word, so no document
  const double average = (6 + 5 + 2) / 3.0;
  const auto hits = index.search({.text = "cat cat Sat"}, 10, {});
  EXPECT_EQ(slots(hits), (std::vector<Slot>{0, 1}));
  EXPECT_NEAR(hits[0].score, bm25(3, 2, 2, 6, average) + bm25(3, 1, 1, 6, average), 1e-6);
  EXPECT_NEAR(hits[1].score, bm25(3, 2, 1, 5, average), 1e-6);
  const auto flat = index.search({.text = "cat", .k = 0, .b = 0}, 10, {});
  EXPECT_NEAR(flat[0].score, flat[1].score, 1e-6);
  EXPECT_EQ(slots(flat), (std::vector<Slot>{0, 1}));  // equal scores by slot
}

TEST(TextIndex, LimitsAndLeavesOutWithoutChangingTheStatistics) {
  TextIndex index("text");
  for (Slot slot = 0; slot < 4; ++slot) set(index, slot, text("word"));
  EXPECT_EQ(slots(index.search({.text = "word"}, 2, {})), (std::vector<Slot>{0, 1}));
  const std::vector<std::uint8_t> allowed = {0, 1, 0, 1};
  const auto hits = index.search({.text = "word"}, 10, allowed);
  EXPECT_EQ(slots(hits), (std::vector<Slot>{1, 3}));
  EXPECT_NEAR(hits[0].score, bm25(4, 4, 1, 1, 1), 1e-6);
  EXPECT_TRUE(index.search({.text = "other"}, 10, {}).empty());
  EXPECT_TRUE(index.search({.text = "..."}, 10, {}).empty());
  EXPECT_TRUE(TextIndex("text").search({.text = "word"}, 10, {}).empty());
}

TEST(TextIndex, RoundsLongLengthsDown) {
  TextIndex index("text");
  std::string words;
  for (int i = 0; i < 8193; ++i) words += "w ";
  set(index, 0, text(words + "x"));  // 8194 words, kept as 8194: of two
  set(index, 1, text(words));        // 8193 words, kept as 8192
  const double average = (8194 + 8192) / 2.0;
  const auto hits = index.search({.text = "w"}, 10, {});
  EXPECT_FLOAT_EQ(hits[0].score, static_cast<float>(bm25(2, 2, 8193, 8192, average)));
  EXPECT_FLOAT_EQ(hits[1].score, static_cast<float>(bm25(2, 2, 8193, 8194, average)));
}

TEST(TextIndex, FollowsEveryWrite) {
  // The same documents written once, as an index that has seen many writes must look.
  std::mt19937 random(17);
  const std::vector<std::string> vocabulary = {"a", "b", "c", "d", "e", "f"};
  TextIndex changed("text");
  std::map<Slot, Payload> documents;
  for (int step = 0; step < 2000; ++step) {
    const Slot slot = random() % 30;
    if (random() % 4 == 0) {
      changed.clear(slot);
      documents.erase(slot);
      continue;
    }
    std::string words;
    for (std::size_t i = random() % 8; i > 0; --i)
      words += vocabulary[random() % vocabulary.size()] + " ";
    documents[slot] = text(words);
    set(changed, slot, documents[slot]);
    if (step % 100 != 99) continue;
    TextIndex fresh("text");
    for (const auto& [at, payload] : documents) set(fresh, at, payload);
    for (const std::string query : {"a", "b c", "f a e", "nothing"}) {
      const auto expected = fresh.search({.text = query}, 50, {});
      const auto found = changed.search({.text = query}, 50, {});
      EXPECT_EQ(slots(found), slots(expected)) << "seed 17, step " << step;
      for (std::size_t i = 0; i < std::min(found.size(), expected.size()); ++i)
        EXPECT_EQ(found[i].score, expected[i].score);
    }
  }
}

TEST(TextIndex, RefusesAPathThatIsNone) {
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument, [] { TextIndex("a["); }), "Invalid path");
}

}  // namespace
}  // namespace assay::store
