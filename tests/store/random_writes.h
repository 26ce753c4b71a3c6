// SPDX-License-Identifier: Apache-2.0
// Writes drawn from a seed and a number, and everything there is to read as one text: for tests
// that compare a store that was reopened with one that was not.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <random>
#include <string>
#include <vector>

#include "assay/error.h"
#include "store/collections.h"

namespace assay::store::test {

/// Everything a client could read, slots' order included.
inline std::string contents(const Collection& collection) {
  std::string text;
  const auto print = [&](const PointId& id, const auto& payload, const auto& vectors) {
    text += id.to_string() + Value(*payload).to_json();
    for (const auto& [name, vector] : *vectors) {
      text += fmt::format(" {}", name);
      if (const auto* sparse = std::get_if<SparseVector>(&vector)) {
        text +=
            fmt::format(" {} {}", fmt::join(sparse->indices, " "), fmt::join(sparse->values, " "));
      } else if (const auto* rows = std::get_if<MultiVector>(&vector)) {
        text += fmt::format(" {}: {}", rows->dim(), fmt::join(rows->values(), " "));
      } else {
        text += fmt::format(" {}", fmt::join(std::get<std::vector<float>>(vector), " "));
      }
    }
    text += "\n";
  };
  const auto page =
      collection.scroll({.limit = 100000, .with_payload = true, .with_vectors = true});
  for (const Record& record : page.points) print(record.id, record.payload, record.vectors);
  for (const auto& [name, params] : collection.config().vectors.by_name) {
    text += fmt::format("{} {} {}:", name, params.size, static_cast<int>(params.distance));
    // Equal scores come in the order of slots.
    const std::vector<float> zero(params.size);
    for (const ScoredPoint& hit :
         collection.query({.query = zero, .using_vector = name, .limit = 100000}))
      text += fmt::format(" {}", hit.id.to_string());
    text += "\n";
  }
  return text + fmt::format("{} points\n", collection.count());
}

inline std::string contents(const Collections& collections) {
  std::string text;
  for (const std::string& name : collections.names())
    text += fmt::format("collection {}\n{}", name, contents(*collections.get(name)));
  return text;
}

/// One write of any kind: points, payloads, vectors, deletions, collections. The same for the same
/// numbers on the same contents.
inline void random_write(Collections& collections, std::uint64_t seed, std::uint64_t number) {
  std::mt19937_64 random(seed * 1'000'003 + number);
  const auto below = [&](std::uint64_t end) { return random() % end; };
  const auto an_id = [&]() -> PointId {
    const std::uint64_t n = below(60);
    return n < 50 ? PointId(n) : PointId(fmt::format("{:032x}", n * 0x9E3779B97F4A7C15u));
  };
  const auto values = [&](std::size_t size) {
    std::vector<float> vector(size);
    for (float& x : vector) x = static_cast<float>(below(1000)) / 64 - 7;
    return vector;
  };
  const auto payload = [&]() -> Payload {
    Payload result = {{"number", number}, {"key", below(5)}};
    if (below(3) == 0) result.emplace("list", Value::Array{below(9), "text", 0.5, nullptr});
    if (below(20) == 0) result.emplace("long", std::string(below(20000), 'x'));
    return result;
  };
  const auto selector = [&]() -> PointsSelector {
    if (below(3) == 0) return Filter{.must = {match("key", static_cast<std::int64_t>(below(5)))}};
    std::vector<PointId> ids;
    for (std::uint64_t i = below(6) + 1; i > 0; --i) ids.push_back(an_id());
    return ids;
  };
  const std::string name = fmt::format("c{}", below(3));
  if (below(25) == 0) {
    (void)collections.erase(name);
    return;
  }
  if (!collections.contains(name)) {
    collections.create(name, {.vectors = {{"a", {.size = 8, .distance = Distance::kDot}},
                                          {"b", {.size = 300, .distance = Distance::kCosine}}}});
    return;
  }
  const auto collection = collections.get(name);
  std::vector<std::vector<float>> kept;  // what the views refer to
  std::vector<Payload> payloads;
  kept.reserve(100);
  payloads.reserve(50);
  const auto points = [&](std::size_t count) {
    std::vector<PointView> views;
    for (std::size_t i = 0; i < count; ++i) {
      PointView& view = views.emplace_back();
      view.id = an_id();
      if (below(4) != 0) view.vectors.push_back({"a", kept.emplace_back(values(8))});
      if (below(4) != 0) view.vectors.push_back({"b", kept.emplace_back(values(300))});
      view.payload = &payloads.emplace_back(payload());
    }
    return views;
  };
  try {
    switch (below(10)) {
      case 0:
      case 1:
      case 2:
        return collection->upsert(points(below(30) + 1));
      case 3:
        return collection->upsert(points(1));
      case 4:
        return collection->update_vectors(points(below(5) + 1));
      case 5:
        return collection->erase(selector());
      case 6: {
        const std::vector<std::string> names = {below(2) == 0 ? "a" : "b"};
        return collection->delete_vectors(names, selector());
      }
      case 7:
        return collection->set_payload(
            payload(), selector(),
            below(2) == 0 ? std::optional<std::string>("deep.er") : std::nullopt);
      case 8:
        return collection->overwrite_payload(payload(), selector());
      default: {
        if (below(4) == 0) return collection->clear_payload(selector());
        const std::vector<std::string> keys = {"list[]", "key"};
        return collection->delete_payload(keys, selector());
      }
    }
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kNotFound) throw;  // some ids are not there; the others are done
  }
}

}  // namespace assay::store::test
