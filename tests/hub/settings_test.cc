// SPDX-License-Identifier: Apache-2.0
// Promise: options come before ASSAY_CACHE_DIR, and that before the hub client's own variables.
#include "hub/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>

#include "assay/hub.h"
#include "support.h"

namespace assay::hub {
namespace {

using testing::HasSubstr;

// Clears the variables that matter and puts them back.
class SettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name :
         {"HOME", "XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE", "HF_ENDPOINT", "HF_TOKEN",
          "HF_TOKEN_PATH", "HF_HUB_OFFLINE", "HF_HUB_ETAG_TIMEOUT", "HF_HUB_DOWNLOAD_TIMEOUT",
          "HF_HUB_DISABLE_PROGRESS_BARS", "ASSAY_CACHE_DIR"}) {
      const char* value = std::getenv(name);
      before_[name] = value == nullptr ? std::nullopt : std::optional<std::string>(value);
      ::unsetenv(name);
    }
    set("HOME", "/home/somebody");
  }
  void TearDown() override {
    for (const auto& [name, value] : before_) {
      if (value) {
        ::setenv(name.c_str(), value->c_str(), 1);
      } else {
        ::unsetenv(name.c_str());
      }
    }
  }
  static void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

 private:
  std::map<std::string, std::optional<std::string>> before_;
};

TEST_F(SettingsTest, CacheDirectoryFollowsTheOrderOfPrecedence) {
  EXPECT_EQ(cache_directory(), "/home/somebody/.cache/huggingface/hub");
  set("XDG_CACHE_HOME", "/xdg");
  EXPECT_EQ(cache_directory(), "/xdg/huggingface/hub");
  set("HF_HOME", "~/hf");
  EXPECT_EQ(cache_directory(), "/home/somebody/hf/hub");
  set("HF_HUB_CACHE", "/hub-cache");
  EXPECT_EQ(cache_directory(), "/hub-cache");
  set("ASSAY_CACHE_DIR", "/assay");
  EXPECT_EQ(cache_directory(), "/assay");
  EXPECT_EQ(cache_directory({.cache_dir = "/given"}), "/given");
  set("ASSAY_CACHE_DIR", "");  // empty counts as unset
  EXPECT_EQ(cache_directory(), "/hub-cache");
}

TEST_F(SettingsTest, WithoutAHomeTheErrorSaysWhatToSet) {
  ::unsetenv("HOME");
  EXPECT_THAT(test::message_of(ErrorCode::kNotFound, [] { cache_directory(); }),
              HasSubstr("set ASSAY_CACHE_DIR"));
}

TEST_F(SettingsTest, OfflineTakesTheWordsOfTheHubsClient) {
  for (const char* word : {"1", "true", "TRUE", "Yes", "on"}) {
    set("HF_HUB_OFFLINE", word);
    const Settings settings = settings_from({});
    EXPECT_TRUE(settings.offline) << word;
    EXPECT_EQ(settings.offline_reason, "HF_HUB_OFFLINE");
  }
  for (const char* word : {"0", "false", "", "2"}) {
    set("HF_HUB_OFFLINE", word);
    EXPECT_FALSE(settings_from({}).offline) << word;
  }
  const Settings settings = settings_from({.local_files_only = true});
  EXPECT_TRUE(settings.offline);
  EXPECT_EQ(settings.offline_reason, "--offline");
}

TEST_F(SettingsTest, EndpointLosesItsLastSlashAndMustBeAUrl) {
  EXPECT_EQ(settings_from({}).endpoint, "https://huggingface.co");
  set("HF_ENDPOINT", "http://mirror:8080/hub/");
  EXPECT_EQ(settings_from({}).endpoint, "http://mirror:8080/hub");
  set("HF_ENDPOINT", "mirror");
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument, [] { settings_from({}); }),
            "hub: HF_ENDPOINT: expected a URL such as https://huggingface.co, got \"mirror\"");
}

TEST_F(SettingsTest, TokenComesFromTheVariableElseFromAFile) {
  const test::ScratchFolder folder;
  EXPECT_EQ(settings_from({}).token, "");
  set("HF_HOME", folder.path().string());
  folder.write("token", "from-home\n");
  EXPECT_EQ(settings_from({}).token, "from-home");
  set("HF_TOKEN_PATH", folder.write("elsewhere", " from-path ").string());
  EXPECT_EQ(settings_from({}).token, "from-path");
  set("HF_TOKEN", "from-variable\r\n");
  EXPECT_EQ(settings_from({}).token, "from-variable");
}

TEST_F(SettingsTest, TimeoutsAreReadInSeconds) {
  set("HF_HUB_ETAG_TIMEOUT", "3");
  set("HF_HUB_DOWNLOAD_TIMEOUT", "7");
  const Settings settings = settings_from({});
  EXPECT_EQ(settings.metadata_timeout, std::chrono::seconds(3));
  EXPECT_EQ(settings.connect_timeout, std::chrono::seconds(3));
  EXPECT_EQ(settings.download_timeout, std::chrono::seconds(7));
  set("HF_HUB_DOWNLOAD_TIMEOUT", "soon");
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument, [] { settings_from({}); }),
            "hub: HF_HUB_DOWNLOAD_TIMEOUT: expected seconds from 1 to 86400, got \"soon\"");
}

}  // namespace
}  // namespace assay::hub
