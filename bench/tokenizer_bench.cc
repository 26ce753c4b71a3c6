// SPDX-License-Identifier: Apache-2.0
// Texts a second of a folder's tokenizer, on one thread.
//
// usage: tokenizer_bench FOLDER TEXTS [ROUNDS]. TEXTS has one text a line. Prints the best round;
// bench/tokenizer_peer.py does the same with the tokenizers package.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "assay/tokenizer.h"

int main(int count, char** arguments) {
  if (count < 3) {
    fmt::print(stderr, "usage: tokenizer_bench FOLDER TEXTS [ROUNDS]\n");
    return 2;
  }
  using Clock = std::chrono::steady_clock;
  const auto seconds_since = [](Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  const auto load = Clock::now();
  const assay::Tokenizer tokenizer(arguments[1]);
  const double load_seconds = seconds_since(load);
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  std::ifstream file(arguments[2]);
  for (std::string line; std::getline(file, line);) {
    bytes += line.size();
    texts.push_back(std::move(line));
  }
  const int rounds = count > 3 ? std::atoi(arguments[3]) : 20;
  double best = 1e9;
  std::size_t tokens = 0;
  for (int round = 0; round < rounds; ++round) {
    const auto begin = Clock::now();
    tokens = 0;
    for (const std::string& text : texts) tokens += tokenizer.encode(text).ids.size();
    best = std::min(best, seconds_since(begin));
  }
  fmt::print(
      "assay: {} texts, {:.2f} MB, {} tokens: {:.1f} MB/s, {:.2f} Mtokens/s; loaded in {:.0f} ms\n",
      texts.size(), static_cast<double>(bytes) / 1e6, tokens,
      static_cast<double>(bytes) / 1e6 / best, static_cast<double>(tokens) / 1e6 / best,
      load_seconds * 1e3);
}
