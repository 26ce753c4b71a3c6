// A program of somebody else: finds the installed package and uses it.
#include <assay/assay.h>

#include <iostream>

int main() {
  assay::Client client(":memory:");
  client.create_collection("c", {.vectors = assay::VectorParams{.size = 2}});
  client.upsert("c", {{.id = 1, .vector = std::vector<float>{1, 0}},
                      {.id = 2, .vector = std::vector<float>{0, 1}}});
  const auto hits = client.query_points("c", {.query = std::vector<float>{0.1f, 0.9f}, .limit = 1});
  std::cout << assay::version() << ' ' << hits[0].id.to_string() << '\n';
  return hits[0].id == assay::PointId(2) ? 0 : 1;
}
