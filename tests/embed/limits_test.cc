// SPDX-License-Identifier: Apache-2.0
// Promise: the length limit follows max_seq_length, model_max_length, position table, in this
// order.
#include "embed/limits.h"

#include "support.h"

namespace assay::embed {
namespace {

TEST(Limits, FollowTheRule) {
  const test::ScratchFolder scratch;
  EXPECT_EQ(max_length_of(scratch.path()), std::nullopt);
  scratch.write("config.json", R"({"max_position_embeddings":512})");
  EXPECT_EQ(max_length_of(scratch.path()), 512u);
  EXPECT_EQ(effective_max_length(scratch.path(), {}, 400), 400u);
  scratch.write("tokenizer_config.json", R"({"model_max_length":256})");
  EXPECT_EQ(max_length_of(scratch.path()), 256u);
  scratch.write("sentence_bert_config.json", R"({"max_seq_length":128})");
  EXPECT_EQ(max_length_of(scratch.path()), 128u);
  EXPECT_EQ(effective_max_length(scratch.path(), 300, 512), 300u);
}

}  // namespace
}  // namespace assay::embed
