// SPDX-License-Identifier: Apache-2.0
// Promise: only names that are safe as paths and URLs are taken for repositories, revisions, files.
#include "hub/repo_id.h"

#include <gtest/gtest.h>

namespace assay::hub {
namespace {

TEST(RepoId, ReadsOrgNameAndRevision) {
  const auto plain = parse_repo_id("BAAI/bge-small-en-v1.5");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->name, "BAAI/bge-small-en-v1.5");
  EXPECT_EQ(plain->revision, "main");
  const auto pinned = parse_repo_id("org/name@refs/pr/1");
  ASSERT_TRUE(pinned);
  EXPECT_EQ(pinned->name, "org/name");
  EXPECT_EQ(pinned->revision, "refs/pr/1");
}

TEST(RepoId, RefusesWhatIsNoRepository) {
  for (const char* text : {"",       "name",     "/",      "org/",  "/name",  "a/b/c",  "../x",
                           "a/..",   "a/.b",     "a/b.",   "a b/c", "a/b?x",  "a/b@",   "a/b@../x",
                           "a/b@/x", "a/b@x\\y", "a--b/c", "ä/b",   "a/b@-x", "a/b@x y"}) {
    EXPECT_FALSE(parse_repo_id(text)) << text;
  }
  EXPECT_FALSE(parse_repo_id("a/" + std::string(97, 'x')));
}

TEST(RepoId, FileNamesStayBelowTheFolder) {
  for (const char* name :
       {"config.json", "1_Pooling/config.json", "a..b", ".hidden", "übung.json"}) {
    EXPECT_TRUE(is_safe_file_name(name)) << name;
  }
  for (const char* name : {"", "/etc/passwd", "..", "../x", "a/../../x", "a//b", "a/", "./a",
                           "a\\b", "..\\x", "C:x", "a\nb"}) {
    EXPECT_FALSE(is_safe_file_name(name)) << name;
  }
  EXPECT_FALSE(is_safe_file_name(std::string(2000, 'a')));
  EXPECT_FALSE(is_safe_file_name(std::string("a\0b", 3)));
}

TEST(RepoId, CommitsAreFortyLowerCaseHexDigits) {
  EXPECT_TRUE(is_commit("0123456789abcdef0123456789abcdef01234567"));
  EXPECT_FALSE(is_commit("0123456789ABCDEF0123456789abcdef01234567"));
  EXPECT_FALSE(is_commit("main"));
}

}  // namespace
}  // namespace assay::hub
