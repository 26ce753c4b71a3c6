// SPDX-License-Identifier: Apache-2.0
// Payloads come back bit for bit; the bytes are CBOR as the RFC prints it; damaged bytes are
// refused or read as another payload, never more.
#include "store/payload_codec.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "support.h"

namespace assay::store {
namespace {

std::string encoded(const Payload& payload) {
  std::string bytes;
  encode_payload(payload, bytes);
  return bytes;
}

Result<Payload> decoded(std::string_view bytes) {
  return decode_payload(std::as_bytes(std::span(bytes)));
}

TEST(PayloadCodecTest, WritesCborAsRfc8949PrintsIt) {
  EXPECT_EQ(encoded({}), "\xa0");
  EXPECT_EQ(encoded({{"a", 1}, {"b", Value::Array{2, 3}}}), "\xa2\x61\x61\x01\x61\x62\x82\x02\x03");
  EXPECT_EQ(encoded({{"a", -1000}}), std::string("\xa1\x61\x61\x39\x03\xe7"));
  EXPECT_EQ(encoded({{"a", 1.1}}), "\xa1\x61\x61\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a");
  EXPECT_EQ(encoded({{"a", std::uint64_t{18446744073709551615u}}}),
            "\xa1\x61\x61\x1b\xff\xff\xff\xff\xff\xff\xff\xff");
  EXPECT_EQ(encoded({{"a", true}, {"b", nullptr}, {"c", false}}),
            "\xa3\x61\x61\xf5\x61\x62\xf6\x61\x63\xf4");
}

TEST(PayloadCodecTest, EveryKindOfValueComesBack) {
  Value::Array integers;
  for (const std::int64_t n :
       {std::int64_t{0}, std::int64_t{23}, std::int64_t{24}, std::int64_t{255}, std::int64_t{256},
        std::int64_t{65535}, std::int64_t{65536}, std::int64_t{4294967295},
        std::int64_t{4294967296}, std::numeric_limits<std::int64_t>::max()}) {
    integers.emplace_back(n);
    integers.emplace_back(-n - 1);
  }
  integers.emplace_back(std::numeric_limits<std::uint64_t>::max());
  const Payload payload = {{"integers", integers},
                           {"floats", Value::Array{0.1, -0.0, 1e300, 5e-324, 1.0}},
                           {"", Value::Object{{"nested", Value::Array{Value::Object{}, nullptr}}}},
                           {"text", "größe"},
                           {"long", std::string(70000, 'x')},
                           {"zero", std::string("\0", 1)},
                           {"no UTF-8", "\xff"}};
  auto back = decoded(encoded(payload));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back.value(), payload);
  EXPECT_TRUE(
      std::signbit(*back.value().at("floats").get_if<Value::Array>()->at(1).get_if<double>()));
}

TEST(PayloadCodecTest, KeepsWhatJsonTextWouldNot) {
  auto back = decoded(encoded({{"nan", std::nan("")}, {"inf", -HUGE_VAL}}));
  ASSERT_TRUE(back.ok());
  EXPECT_TRUE(std::isnan(*back.value().at("nan").get_if<double>()));
  EXPECT_EQ(*back.value().at("inf").get_if<double>(), -HUGE_VAL);
}

TEST(PayloadCodecTest, RefusesCutAndForeignBytes) {
  const std::string whole = encoded({{"key", Value::Array{1, 300, "text", 1.5}}, {"b", true}});
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(decoded(whole.substr(0, length)).ok()) << length;
  EXPECT_EQ(decoded(whole + "x").failure().message, "payload of 28 bytes is malformed at byte 27");
  for (const std::string_view foreign : {"\x80", "\xbf\xff", "\xa1\x01\x02", "\xa1\x61\x61\x5f",
                                         "\xa1\x61\x61\x9b\x7f\xff\xff\xff\xff\xff\xff\xff",
                                         "\xa1\x61\x61\x3b\xff\xff\xff\xff\xff\xff\xff\xff"})
    EXPECT_FALSE(decoded(foreign).ok());
  // As deep as one likes, but not as deep as the stack.
  EXPECT_FALSE(decoded("\xa1\x61\x61" + std::string(1'000'000, '\x81') + "\xf6").ok());
}

TEST(PayloadCodecTest, WhatCouldNotBeReadBackIsNotWritten) {
  Value deep = 1;
  for (int i = 0; i < 511; ++i)
    deep = i % 2 == 0 ? Value(Value::Array{deep}) : Value(Value::Object{{"k", deep}});
  const Payload deepest = {{"k", deep}};
  auto back = decoded(encoded(deepest));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back.value(), deepest);
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument,
                             [&] {
                               (void)encoded({{"k", Value::Array{deep}}});
                             }),
            "payload: nested more than 512 levels deep");
}

TEST(PayloadCodecTest, DamagedBytesNeverCrash) {
  const std::string whole =
      encoded({{"key", Value::Array{1, -300, "text", 1.5, Value::Object{{"k", nullptr}}}}});
  std::mt19937 random(7);
  for (int i = 0; i < 20000; ++i) {
    std::string damaged = whole;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    damaged[random() % damaged.size()] ^= static_cast<char>(1u << random() % 8);
    (void)decoded(damaged);
  }
}

}  // namespace
}  // namespace assay::store
