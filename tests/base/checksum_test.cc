// SPDX-License-Identifier: Apache-2.0
// Promise: digests are those of sha256sum and git hash-object, however the bytes are cut.
#include "base/checksum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace assay {
namespace {

TEST(Checksum, Sha256OfPublishedVectors) {  // FIPS 180-2, appendix B
  EXPECT_EQ(Checksum::sha256().finish(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Checksum abc = Checksum::sha256();
  abc.update("a");
  abc.update("");
  abc.update("bc");
  EXPECT_EQ(abc.finish(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Checksum, GitBlobAsGitNamesIt) {  // printf 'hello\n' | git hash-object --stdin
  Checksum hello = Checksum::git_blob(6);
  hello.update("hello\n");
  EXPECT_EQ(hello.finish(), "ce013625030ba8dba906f756967f9e9ca394464a");
  EXPECT_EQ(Checksum::git_blob(0).finish(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
}

TEST(Checksum, ReadsFilesInPieces) {
  const test::ScratchFolder folder;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1} << 20, (std::size_t{1} << 20) + 1}) {
    const std::string bytes(size, 'x');
    Checksum whole = Checksum::sha256();
    whole.update(bytes);
    Checksum file = Checksum::sha256();
    file.update_from(folder.write("bytes", bytes));
    EXPECT_EQ(file.finish(), whole.finish()) << size;
  }
}

TEST(Checksum, NamesTheFileThatCannotBeRead) {
  Checksum checksum = Checksum::sha256();
  EXPECT_EQ(test::message_of(ErrorCode::kNotFound, [&] { checksum.update_from("/no/such/file"); }),
            "cannot read /no/such/file: No such file or directory");
  EXPECT_EQ(test::message_of(ErrorCode::kIo, [&] { checksum.update_from("/"); }),
            "cannot read /: Is a directory");
}

}  // namespace
}  // namespace assay
