// SPDX-License-Identifier: Apache-2.0
// Clients over memory and over a folder for tests that expect the same of both.
//
//   class MyTest : public test::StoresTest {};
//   TEST_P(MyTest, Works) { client().create_collection(…); reopen(); … }
//   ASSAY_ON_ALL_STORES(MyTest);
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "client/client_impl.h"
#include "client/fake_models.h"
#include "store/sqlite_store.h"
#include "support.h"

namespace assay::test {

class StoresTest : public testing::TestWithParam<std::string> {
 protected:
  StoresTest() { open(); }

  [[nodiscard]] Client& client() { return *client_; }
  [[nodiscard]] bool on_disk() const { return GetParam() == "folder"; }
  /// Closes a client over a folder and opens the folder again; memory goes on as it is. Whatever is
  /// asked afterwards must have the same answer.
  void reopen() {
    if (!on_disk()) return;
    client_->close();
    open();
  }

  FakeLog log_;  // of the models fake/a and fake/b

 private:
  void open() {
    auto models = std::make_unique<FakeProvider>(log_);
    if (on_disk()) {
      client_.reset();
      client_ = ClientAccess::on(store::open_sqlite_store(scratch_.path()), std::move(models));
    } else {
      client_ = ClientAccess::in_memory(std::move(models));
    }
  }

  ScratchFolder scratch_;
  std::optional<Client> client_;
};

}  // namespace assay::test

#define ASSAY_ON_ALL_STORES(Fixture)                                             \
  INSTANTIATE_TEST_SUITE_P(Stores, Fixture, testing::Values("memory", "folder"), \
                           [](const auto& store) { return store.param; })
