// SPDX-License-Identifier: Apache-2.0
// Stores that earlier versions wrote open with the contents they had: for ever. tests/golden/store
// has a folder and its contents as text for each format version; what fill() writes today is what
// it wrote then.
#include <gtest/gtest.h>

#include <cmath>

#include "store/random_writes.h"
#include "store/sqlite_store.h"
#include "support.h"

namespace assay::store {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Some of everything that format version 1 can hold.
void fill(Collections& collections) {
  collections.create("films", {.vectors = {{"plot", {.size = 4, .distance = Distance::kCosine}},
                                           {"style", {.size = 2, .distance = Distance::kEuclid}}}});
  const auto films = collections.get("films");
  const std::vector<float> plot = {1, 2, 3, 4}, other_plot = {-1, 0, 0.5f, 2}, style = {0.1f, 7};
  const Payload full = {{"title", "Nosferatu – Eine Symphonie des Grauens"},
                        {"year", 1922},
                        {"score", 7.9},
                        {"silent", true},
                        {"sequel", nullptr},
                        {"big", UINT64_MAX},
                        {"cast", Value::Array{"Schreck", Value::Object{{"as", "Orlok"}}}}};
  const Payload odd = {{"nan", std::nan("")}, {"", Value::Object{}}, {"zero", -0.0}};
  const std::vector<PointView> points = {
      {.id = 7, .vectors = {{"plot", plot}, {"style", style}}, .payload = &full},
      {.id = UINT64_MAX, .vectors = {{"style", style}}, .payload = &odd},
      {.id = "6ba7b810-9dad-11d1-80b4-00c04fd430c8", .vectors = {{"plot", other_plot}}},
      {.id = 1, .vectors = {{"plot", plot}}},
      {.id = 2}};
  films->upsert(points);
  films->erase(std::vector<PointId>{1, 2});
  films->upsert(std::span(points).subspan(4));  // revived, the last slot is taken; 1 stays deleted
  collections.create("empty", {});
  collections.create("unnamed", {.vectors = VectorParams{.size = 3, .distance = Distance::kDot}});
  const std::vector<float> vector = {0, -0.0f, 1e30f};
  const PointView point{.id = 0, .vectors = {{"", vector}}};
  collections.get("unnamed")->upsert(std::span(&point, 1));
}

TEST(GoldenStoreTest, StoresOfEveryVersionOpenWithTheirContents) {
  for (const std::string version : {"v1"}) {
    const assay::test::ScratchFolder scratch;
    const auto folder = scratch.copy("store/" + version);
    const std::string expected = text_of(assay::test::golden("store/" + version + ".txt"));
    ASSERT_FALSE(expected.empty());
    EXPECT_EQ(test::contents(Collections(open_sqlite_store(folder))), expected) << version;
  }
}

TEST(GoldenStoreTest, WhatIsWrittenTodayIsTheNewestOfThem) {
  const assay::test::ScratchFolder scratch;
  {
    Collections collections(open_sqlite_store(scratch.path()));
    fill(collections);
  }
  EXPECT_EQ(test::contents(Collections(open_sqlite_store(scratch.path()))),
            text_of(assay::test::golden("store/v1.txt")));
}

}  // namespace
}  // namespace assay::store
