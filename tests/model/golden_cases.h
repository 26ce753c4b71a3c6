// SPDX-License-Identifier: Apache-2.0
// Golden folders of encoders: their cases, run from the ids alone, batched, shuffled and threaded.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "model/encoder.h"
#include "support.h"

namespace assay::model {

/// A golden case: ids in, vector or logit out.
struct Case {
  std::string id;
  std::vector<std::int32_t> ids, type_ids;
  std::vector<float> expected;
};

inline std::vector<Case> cases_of(const std::string& folder) {
  const auto file = test::read_json(test::golden("models/" + folder) / "expected.json");
  std::vector<Case> cases;
  for (const auto& entry : file["cases"]) {
    Case made{entry["id"], entry["ids"], entry["type_ids"], {}};
    if (entry.contains("logit")) {
      made.expected = {entry["logit"].get<float>()};
    } else {
      made.expected = entry["embedding"].get<std::vector<float>>();
    }
    cases.push_back(std::move(made));
  }
  EXPECT_FALSE(cases.empty());
  return cases;
}

/// Computes one row a sequence.
using Run = std::function<void(const PackedBatch&, Workspace&, std::size_t, std::span<float>)>;

// One row a case, computed in batches of `company` cases in the order `order`.
inline std::vector<std::vector<float>> run_all(const std::vector<Case>& cases,
                                               const std::vector<std::size_t>& order,
                                               std::size_t company, std::size_t threads,
                                               const Run& run) {
  std::vector<std::vector<float>> rows(cases.size());
  Workspace workspace;
  const std::size_t width = cases[0].expected.size();
  for (std::size_t begin = 0; begin < order.size(); begin += company) {
    const std::size_t end = std::min(begin + company, order.size());
    std::vector<std::int32_t> ids, type_ids;
    std::vector<std::size_t> offsets = {0};
    for (std::size_t i = begin; i < end; ++i) {
      const Case& item = cases[order[i]];
      ids.insert(ids.end(), item.ids.begin(), item.ids.end());
      type_ids.insert(type_ids.end(), item.type_ids.begin(), item.type_ids.end());
      offsets.push_back(ids.size());
    }
    std::vector<float> out((end - begin) * width);
    run({ids, type_ids, offsets}, workspace, threads, out);
    for (std::size_t i = begin; i < end; ++i) {
      const auto row = out.begin() + static_cast<std::ptrdiff_t>((i - begin) * width);
      rows[order[i]].assign(row, row + static_cast<std::ptrdiff_t>(width));
    }
  }
  return rows;
}

/// One row a case, each computed alone; to the last bit the same in any company.
inline std::vector<std::vector<float>> run_in_any_company(const std::string& folder,
                                                          const std::vector<Case>& cases,
                                                          const Run& run) {
  std::vector<std::size_t> order(cases.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  auto alone = run_all(cases, order, 1, 1, run);
  std::mt19937 engine(7);
  for (const std::size_t company : {2u, 7u, 1000u}) {
    for (const std::size_t threads : {1u, 2u, 3u}) {
      std::shuffle(order.begin(), order.end(), engine);
      const auto together = run_all(cases, order, company, threads, run);
      for (std::size_t c = 0; c < cases.size(); ++c) {
        EXPECT_EQ(std::memcmp(together[c].data(), alone[c].data(), alone[c].size() * sizeof(float)),
                  0)
            << folder << ' ' << cases[c].id << " differs in a batch of " << company << " with "
            << threads << " threads";
      }
    }
  }
  return alone;
}

/// Every case of the folder within `tolerance`, in any company.
inline void check_golden(const std::string& folder, float tolerance, const Run& run) {
  const auto cases = cases_of(folder);
  const auto alone = run_in_any_company(folder, cases, run);
  for (std::size_t c = 0; c < cases.size(); ++c) {
    for (std::size_t i = 0; i < alone[c].size(); ++i) {
      ASSERT_NEAR(alone[c][i], cases[c].expected[i], tolerance)
          << folder << ' ' << cases[c].id << " component " << i;
    }
  }
}

}  // namespace assay::model
