// SPDX-License-Identifier: Apache-2.0
// Golden cases as texts, and the check that a model gives them alone, batched, shuffled and with
// any number of threads.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "support.h"

namespace assay::test {

struct GoldenCase {
  std::string id;
  std::string text;  // or the query of a pair
  std::string document;
  std::size_t max_length = 0;
  std::size_t length = 0;  // tokens after truncation
  bool truncated = false;
  std::vector<float> expected;  // a vector, or one logit
};

inline std::vector<GoldenCase> golden_cases(const std::filesystem::path& file) {
  std::vector<GoldenCase> cases;
  const auto json = read_json(file);
  for (const auto& entry : json["cases"]) {
    GoldenCase made;
    made.id = entry["id"];
    made.max_length = entry["max_length"];
    made.length = entry["length"];
    made.truncated = entry["full_length"] > entry["length"];
    if (entry.contains("query")) {
      made.text = entry["query"];
      made.document = entry["document"];
      made.expected = {entry["logit"].get<float>()};
    } else {
      made.text = entry["text"];
      made.expected = entry["embedding"].get<std::vector<float>>();
    }
    cases.push_back(std::move(made));
  }
  EXPECT_FALSE(cases.empty());
  return cases;
}

/// The different length limits of the cases.
inline std::vector<std::size_t> limits_of(const std::vector<GoldenCase>& cases) {
  std::vector<std::size_t> limits;
  for (const GoldenCase& item : cases) limits.push_back(item.max_length);
  std::sort(limits.begin(), limits.end());
  limits.erase(std::unique(limits.begin(), limits.end()), limits.end());
  return limits;
}

inline std::vector<GoldenCase> with_limit(const std::vector<GoldenCase>& cases, std::size_t limit) {
  std::vector<GoldenCase> chosen;
  std::copy_if(cases.begin(), cases.end(), std::back_inserter(chosen),
               [&](const GoldenCase& item) { return item.max_length == limit; });
  return chosen;
}

/// 0 .. count - 1, shuffled by `seed` (0: in order).
inline std::vector<std::size_t> order_of(std::size_t count, unsigned seed) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (seed != 0) std::shuffle(order.begin(), order.end(), std::mt19937(seed));
  return order;
}

inline void expect_near(const std::string& id, std::span<const float> got,
                        std::span<const float> want, float tolerance) {
  ASSERT_EQ(got.size(), want.size()) << id;
  for (std::size_t i = 0; i < got.size(); ++i)
    ASSERT_NEAR(got[i], want[i], tolerance) << id << " component " << i;
}

}  // namespace assay::test
