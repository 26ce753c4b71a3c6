// SPDX-License-Identifier: Apache-2.0
#include "client/contract.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "client/requests.h"
#include "client/stores.h"

namespace assay::test {
namespace {

using View = Case::View;

// Requests start with "op", behind a `!` or not; lines that do not go on with the one before.
std::vector<std::string> lines_of(const char* text) {
  std::vector<std::string> requests;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (requests.empty() || line.starts_with(R"({"op")") || line.starts_with("!")) {
      requests.push_back(line);
    } else {
      requests.back() += line;
    }
  }
  return requests;
}

Value request_of(const std::string& line) {
  Value request = Value::from_json(line);
  request.get_if<Value::Object>()->emplace("collection", "c");
  return request;
}

// Floats are near, all else is equal, types included.
bool agree(const Value& expected, const Value& actual) {
  if (const auto* a = expected.get_if<double>()) {
    const auto* b = actual.get_if<double>();
    return b != nullptr && std::abs(*a - *b) <= 1e-5 * std::max(1.0, std::abs(*a));
  }
  if (const auto* a = expected.get_if<Value::Array>()) {
    const auto* b = actual.get_if<Value::Array>();
    return b != nullptr && std::equal(a->begin(), a->end(), b->begin(), b->end(), agree);
  }
  if (const auto* a = expected.get_if<Value::Object>()) {
    const auto* b = actual.get_if<Value::Object>();
    return b != nullptr &&
           std::equal(a->begin(), a->end(), b->begin(), b->end(), [](auto& x, auto& y) {
             return x.first == y.first && agree(x.second, y.second);
           });
  }
  return expected == actual;
}

// What the case compares of the answer to its last request.
Value seen(View view, const Value& answer) {
  if (view == View::kWhole) return answer;
  if (view == View::kConfig) {
    const Value& config = *answer.find("config");
    Value::Object members{{"points_count", *answer.find("points_count")},
                          {"params", *config.find("params")}};
    if (const Value* metadata = config.find("metadata")) members.emplace("metadata", *metadata);
    return members;
  }
  Value::Array list;
  Value::Object payloads;
  for (const Value& point : *answer.find("points")->get_if<Value::Array>()) {
    const Value& id = *point.find("id");
    if (view == View::kIds) {
      list.push_back(id);
    } else if (view == View::kHits) {
      Value::Array hit{id, *point.find("score")};
      if (const Value* order = point.find("order_value")) hit.push_back(*order);
      list.push_back(std::move(hit));
    } else {
      const auto* text = id.get_if<std::string>();
      payloads.emplace(text == nullptr ? id.to_json() : *text, *point.find("payload"));
    }
  }
  return view == View::kPayloads ? Value(payloads) : Value(list);
}

// The key paths in a condition.
void collect_keys(const Value& json, std::set<std::string>& keys) {
  if (const auto* elements = json.get_if<Value::Array>()) {
    for (const Value& element : *elements) collect_keys(element, keys);
  }
  if (const auto* members = json.get_if<Value::Object>()) {
    for (const auto& [name, member] : *members) {
      const auto* path = member.get_if<std::string>();
      if (name == "key" && path != nullptr) keys.insert(*path);
      collect_keys(member, keys);
    }
  }
}

// The requests of a case, with those that its kind leaves out.
std::vector<std::string> requests_of(const Case& test) {
  const auto everything = [](const std::string& filter) {
    return R"({"op":"scroll","limit":1000)" + filter + "}";
  };
  if (test.view == View::kIds)
    return {everything(std::string(R"(,"filter":{"must":[)") + test.requests + "]}")};
  auto lines = lines_of(test.requests);
  if (test.view == View::kConfig) lines.push_back(R"({"op":"info"})");
  if (test.view == View::kPayloads) lines.push_back(everything(""));
  if (test.view == View::kHits && !lines.back().starts_with(R"({"op")"))
    lines.back().insert(1, R"("op":"query",)");
  return lines;
}

// Where a folder is made. Some hundred stores would wait for a disk to sync, which is tested
// elsewhere; files in memory are read and written all the same.
std::filesystem::path quick_folder() {
  const std::filesystem::path memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK | X_OK) == 0 ? memory
                                                    : std::filesystem::path(testing::TempDir());
}

class ContractTest : public testing::Test {
 public:
  ContractTest(const Case& test, std::span<const Prepared> prepared, bool on_disk)
      : test_(test), prepared_(prepared), store_(on_disk, quick_folder()) {}

  void TestBody() override {
    prepare();
    auto lines = requests_of(test_);
    const std::string last = lines.back();
    lines.pop_back();
    for (const std::string& line : lines) run(line);
    if (HasFatalFailure()) return;
    store_.reopen();
    if (test_.view == View::kRefused || test_.view == View::kFailed) {
      expect_refusal(last);
      return;
    }
    expect_answer(last);
    if (test_.view == View::kIds) expect_the_same_with_indexes(last);
  }

 private:
  void prepare() {
    if (*test_.setup == '\0') return;
    const auto setup = std::ranges::find(prepared_, std::string_view(test_.setup), &Prepared::name);
    ASSERT_NE(setup, prepared_.end()) << "no setup " << test_.setup;
    for (const std::string& line : lines_of(setup->requests)) run(line);
  }

  void run(const std::string& line) {
    if (line.front() != '!') {
      ASSERT_NO_THROW(answer(store_.client(), request_of(line))) << line;
    } else {
      EXPECT_THROW(answer(store_.client(), request_of(line.substr(1))), Error) << line;
    }
  }

  void expect_answer(const std::string& line) {
    const Value actual = seen(test_.view, answer(store_.client(), request_of(line)));
    EXPECT_TRUE(agree(Value::from_json(test_.expected), actual))
        << "request:  " << line << "\nexpected: " << test_.expected
        << "\nanswer:   " << actual.to_json();
  }

  // No answer depends on a payload index, of whatever type it is.
  void expect_the_same_with_indexes(const std::string& line) {
    std::set<std::string> keys;
    collect_keys(request_of(line), keys);
    if (keys.empty()) return;
    for (const char* type :
         {"keyword", "integer", "float", "bool", "datetime", "geo", "text", "uuid"}) {
      SCOPED_TRACE(std::string("with an index of type ") + type);
      for (const std::string& key : keys) {
        const Value request = Value::Object{{"op", "create_payload_index"},
                                            {"collection", "c"},
                                            {"field_name", key},
                                            {"type", type}};
        (void)answer(store_.client(), request);
      }
      expect_answer(line);
    }
    store_.reopen();
    expect_answer(line);
  }

  void expect_refusal(const std::string& line) {
    const auto before = everything();
    try {
      const Value result = answer(store_.client(), request_of(line));
      FAIL() << "request: " << line << "\nanswer:  " << result.to_json();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), test_.code) << error.what();
      EXPECT_NE(std::string_view(error.what()).find(test_.expected), std::string_view::npos)
          << "request:  " << line << "\nexpected: " << test_.expected
          << "\nerror:    " << error.what();
    }
    store_.reopen();
    if (test_.view == View::kRefused) {
      EXPECT_EQ(before, everything());
    } else {
      EXPECT_NE(before, everything());
    }
  }

  // All that the store holds.
  std::string everything() {
    std::string text;
    for (const char* line : {R"({"op":"collections"})", R"({"op":"get_aliases"})"})
      text += answer(store_.client(), request_of(line)).to_json();
    for (const std::string& name : store_.client().get_collections()) {
      for (const char* line :
           {R"({"op":"info"})", R"({"op":"scroll","limit":100000,"with_vector":true})"}) {
        Value request = Value::from_json(line);
        request.get_if<Value::Object>()->emplace("collection", name);
        text += answer(store_.client(), request).to_json();
      }
    }
    return text;
  }

  const Case& test_;
  std::span<const Prepared> prepared_;
  TestStore store_;
};

}  // namespace

bool register_contract(const char* suite, std::span<const Prepared> prepared,
                       std::span<const Case> cases) {
  for (const Case& test : cases) {
    for (const bool on_disk : {false, true}) {
      testing::RegisterTest((std::string("Contract/") + suite).c_str(),
                            (std::string(test.name) + (on_disk ? "/folder" : "/memory")).c_str(),
                            nullptr, nullptr, __FILE__, __LINE__,
                            [&test, prepared, on_disk]() -> ContractTest* {
                              return new ContractTest(test, prepared, on_disk);
                            });
    }
  }
  return true;
}

}  // namespace assay::test
