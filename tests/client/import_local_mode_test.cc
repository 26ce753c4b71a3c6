// SPDX-License-Identifier: Apache-2.0
// Promise: import_local_mode() copies what qdrant-client itself reads from its folder, or nothing.
#include <gmock/gmock.h>

#include <cmath>

#include "assay/client.h"
#include "client/stores.h"
#include "support.h"
#include "wire/point_json.h"

namespace assay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ImportLocalMode : public test::StoresTest {
 protected:
  [[nodiscard]] std::string refusal(ErrorCode code) {
    return test::message_of(code, [&] { (void)client().import_local_mode(folder_); });
  }
  void replace_in_meta(const std::string& from, const std::string& to) {
    std::ifstream file(folder_ / "meta.json");
    std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, from.size(), to);
    scratch_.write("local_mode/meta.json", text);
  }

  test::ScratchFolder scratch_;
  std::filesystem::path folder_ = scratch_.copy("local_mode");
};
ASSAY_ON_ALL_STORES(ImportLocalMode);

// Vectors of local mode on kCosine are normalised or not, as it happens.
void normalise(nlohmann::json& vector) {
  double squares = 0;
  for (const double x : vector) squares += x * x;
  if (squares == 0) return;
  for (auto& x : vector) x = x.get<double>() / std::sqrt(squares);
}

void expect_near(const nlohmann::json& a, const nlohmann::json& b) {
  ASSERT_EQ(a.type_name(), b.type_name()) << a << b;
  if (a.is_number()) {
    EXPECT_NEAR(a.get<double>(), b.get<double>(), 1e-6);
    return;
  }
  ASSERT_EQ(a.size(), b.size()) << a << b;
  for (auto it = a.begin(); it != a.end(); ++it) {
    if (a.is_object()) {
      ASSERT_TRUE(b.contains(it.key()));
      expect_near(*it, b.at(it.key()));
    } else {
      expect_near(*it, b.at(static_cast<std::size_t>(it - a.begin())));
    }
  }
}

TEST_P(ImportLocalMode, CopiesWhatTheClientReads) {
  const ImportSummary summary = client().import_local_mode(folder_);
  reopen();
  const auto expected = test::read_json(test::golden("local_mode_expected.json"));
  EXPECT_THAT(client().get_collections(), ElementsAre("empty", "kinds", "plain"));
  ASSERT_EQ(summary.collections.size(), 3u);
  EXPECT_EQ(summary.aliases, 2u);
  for (const auto& [name, points] : summary.collections) {
    EXPECT_EQ(points, expected[name].size());
    const auto page = client().scroll(name, {.limit = 100, .with_vectors = true});
    ASSERT_EQ(page.points.size(), points);
    for (std::size_t i = 0; i < points; ++i) {
      const auto got = nlohmann::json::parse(wire::record_value(page.points[i]).to_json());
      auto want = expected[name][i];
      EXPECT_EQ(got["id"], want["id"]);
      EXPECT_EQ(got["payload"], want["payload"]);
      if (name == "plain") normalise(want["vector"]);
      expect_near(got["vector"], want["vector"]);
    }
  }
  EXPECT_EQ(client().get_collection("all kinds").config.metadata,
            (Payload{{"made", "for a test"}}));
  EXPECT_EQ(client().get_collection("nothing").config.vectors.by_name.at("").distance,
            Distance::kManhattan);
  // The text index scores.
  const auto hits = client().query_points(
      "kinds", {.query = TextQuery{.text = "dog"}, .using_vector = "text", .limit = 5});
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].id, PointId(11));
}

TEST_P(ImportLocalMode, TouchesNothingWhereANameIsTaken) {
  client().create_collection("other", {});
  const std::vector<AliasOperation> alias = {CreateAlias{.collection = "other", .alias = "plain"}};
  client().update_collection_aliases(alias);
  EXPECT_EQ(refusal(ErrorCode::kAlreadyExists),
            "import: plain exists already; nothing was imported");
  EXPECT_THAT(client().get_collections(), ElementsAre("other"));
  const std::vector<AliasOperation> renamed = {
      RenameAlias{.old_alias = "plain", .new_alias = "nothing"}};
  client().update_collection_aliases(renamed);
  EXPECT_EQ(refusal(ErrorCode::kAlreadyExists),
            "import: nothing exists already; nothing was imported");
}

TEST_P(ImportLocalMode, TakesEverythingBackWhenAPartFails) {
  scratch_.write("local_mode/collection/plain/storage.sqlite", "no database at all, only text");
  EXPECT_THAT(refusal(ErrorCode::kCorruption), HasSubstr("storage.sqlite"));
  EXPECT_THAT(client().get_collections(), ElementsAre());
  reopen();
  EXPECT_THAT(client().get_collections(), ElementsAre());
}

TEST_P(ImportLocalMode, NamesPointsThatDoNotFit) {
  replace_in_meta(R"("vectors": {"size": 3)", R"("vectors": {"size": 4)");
  EXPECT_THAT(
      refusal(ErrorCode::kCorruption),
      testing::AllOf(HasSubstr("import: collection plain: "), HasSubstr("expected dim: 4")));
  EXPECT_THAT(client().get_collections(), ElementsAre());
}

TEST_P(ImportLocalMode, NamesWhatIsWrongInMeta) {
  replace_in_meta(R"("distance": "Cosine")", R"("distance": "Far")");
  EXPECT_THAT(
      refusal(ErrorCode::kCorruption),
      testing::AllOf(HasSubstr("import: collection plain in meta.json: "), HasSubstr("Far")));
  replace_in_meta(R"("distance": "Far")", R"("distance": "Cosine")");
  replace_in_meta(R"("nothing": "empty")", R"("nothing": "gone")");
  EXPECT_EQ(refusal(ErrorCode::kCorruption),
            "import: meta.json: alias nothing is of no collection");
  scratch_.write("local_mode/meta.json", "{\"collections\":");
  EXPECT_THAT(refusal(ErrorCode::kCorruption), HasSubstr("local_mode/meta.json: "));
  scratch_.write("local_mode/meta.json", "{\"collections\":[]}");
  EXPECT_THAT(refusal(ErrorCode::kCorruption), HasSubstr("collections: expected an object"));
}

TEST_P(ImportLocalMode, ReadsTheMetaOfOldClients) {
  replace_in_meta(R"("shard_number": null)", R"("init_from": null)");
  replace_in_meta(R"(, "text_indexes": {"kinds": {"text": {"type": "text", "scoring": true}}})",
                  "");
  EXPECT_EQ(client().import_local_mode(folder_).collections.size(), 3u);
}

}  // namespace
}  // namespace assay
