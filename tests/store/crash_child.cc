// SPDX-License-Identifier: Apache-2.0
// Writes into a store until it is killed. usage: store_crash_child FOLDER SEED FIRST; prints a byte
// after each write that returned. The other half of crash_test.cc.
#include <unistd.h>

#include <cstdlib>

#include "store/random_writes.h"
#include "store/sqlite_store.h"

int main(int, char** arguments) {
  namespace store = assay::store;
  store::Collections collections(
      store::open_sqlite_store(arguments[1], {.checkpoint_bytes = 300'000}));
  const auto seed = std::strtoull(arguments[2], nullptr, 10);
  for (auto number = std::strtoull(arguments[3], nullptr, 10);; ++number) {
    store::test::random_write(collections, seed, number);
    if (::write(STDOUT_FILENO, ".", 1) != 1) return 1;
  }
}
