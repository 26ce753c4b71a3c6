// SPDX-License-Identifier: Apache-2.0
// Clients over memory and over a folder for tests that expect the same of both.
//
//   class MyTest : public test::StoresTest {};
//   TEST_P(MyTest, Works) { client().create_collection(…); reopen(); … }
//   ASSAY_ON_ALL_STORES(MyTest);
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "client/client_impl.h"
#include "client/fake_models.h"
#include "store/sqlite_store.h"
#include "support.h"

namespace assay::test {

/// A client over memory or over a folder of its own, with the models fake/a and fake/b.
class TestStore {
 public:
  /// The folder is made in `parent`.
  explicit TestStore(bool on_disk, const std::filesystem::path& parent = testing::TempDir())
      : on_disk_(on_disk), scratch_(parent) {
    open();
  }

  [[nodiscard]] Client& client() { return *client_; }
  [[nodiscard]] bool on_disk() const { return on_disk_; }
  /// Closes a client over a folder and opens the folder again; memory goes on as it is. Whatever is
  /// asked afterwards must have the same answer.
  void reopen() {
    if (!on_disk_) return;
    client_->close();
    open();
  }

  FakeLog log;  ///< of the models

 private:
  void open() {
    auto models = std::make_unique<FakeProvider>(log);
    if (on_disk_) {
      client_.reset();
      client_ = ClientAccess::on(store::open_sqlite_store(scratch_.path()), std::move(models));
    } else {
      client_ = ClientAccess::in_memory(std::move(models));
    }
  }

  bool on_disk_;
  ScratchFolder scratch_;
  std::optional<Client> client_;
};

class StoresTest : public testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] Client& client() { return store_.client(); }
  [[nodiscard]] bool on_disk() const { return store_.on_disk(); }
  void reopen() { store_.reopen(); }  ///< TestStore's

 private:
  TestStore store_{GetParam() == "folder"};

 protected:
  FakeLog& log_ = store_.log;
};

}  // namespace assay::test

#define ASSAY_ON_ALL_STORES(Fixture)                                             \
  INSTANTIATE_TEST_SUITE_P(Stores, Fixture, testing::Values("memory", "folder"), \
                           [](const auto& store) { return store.param; })
