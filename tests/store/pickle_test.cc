// SPDX-License-Identifier: Apache-2.0
// Promise: what local mode pickles comes out as the JSON that it is; everything else is refused
// with a reason, however the bytes were made. (Whole points of the real client:
// client/import_local_mode_test.cc.)
#include "store/pickle.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>
#include <string>

#include "support.h"

namespace assay::store {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

Value read(const std::string& pickle) { return read_pickle(std::as_bytes(std::span(pickle))); }
std::string json(const std::string& body) { return read("\x80\x04"s + body + ".").to_json(); }
std::string refusal(ErrorCode code, const std::string& body) {
  return test::message_of(code, [&] { (void)read("\x80\x04"s + body + "."); });
}
std::string text(const std::string& s) { return "\x8c"s + static_cast<char>(s.size()) + s; }
const std::string kModule = "qdrant_client.http.models.models";

TEST(Pickle, ReadsValues) {
  EXPECT_EQ(json("N"), "null");
  EXPECT_EQ(json("\x88"), "true");
  EXPECT_EQ(json("\x89"), "false");
  EXPECT_EQ(json("K\xff"), "255");
  EXPECT_EQ(json("M\xff\xff"), "65535");
  EXPECT_EQ(json("J\xff\xff\xff\xff"), "-1");
  EXPECT_EQ(json("\x8a\x00"s), "0");
  EXPECT_EQ(json("\x8a\x01\x80"), "-128");
  EXPECT_EQ(json("\x8a\x02\xff\x00"s), "255");
  EXPECT_EQ(json("\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f"), "9223372036854775807");
  EXPECT_EQ(json("\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80"s), "-9223372036854775808");
  EXPECT_EQ(json("\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\x00"s), "18446744073709551615");
  EXPECT_EQ(json("G\x3f\xf8\x00\x00\x00\x00\x00\x00"s), "1.5");
  EXPECT_EQ(json(text("\xc3\xa4")), "\"\xc3\xa4\"");
  EXPECT_EQ(json("X\x02\x00\x00\x00hi"s), "\"hi\"");
  EXPECT_EQ(json("\x8d\x02\x00\x00\x00\x00\x00\x00\x00hi"s), "\"hi\"");
  EXPECT_EQ(json("](K\x01K\x02"
                 "e"),
            "[1,2]");
  EXPECT_EQ(json("]K\x01"
                 "a"),
            "[1]");
  EXPECT_EQ(json("\x8f(K\x01\x90"), "[1]");
  EXPECT_EQ(json(")"), "[]");
  EXPECT_EQ(json("K\x01K\x02\x86"), "[1,2]");
  EXPECT_EQ(json("(K\x01K\x02K\x03K\x04t"), "[1,2,3,4]");
  EXPECT_EQ(json("}" + text("a") + "K\x01s"), R"({"a":1})");
  EXPECT_EQ(json("}(" + text("a") + "K\x01K\x07K\x02u"), R"({"7":2,"a":1})");
  EXPECT_EQ(json("\x95\x02\x00\x00\x00\x00\x00\x00\x00N"s), "null");
}

TEST(Pickle, RemembersContainersBeforeTheyAreFilled) {
  // a = []; [a, a] with a = [1]
  EXPECT_EQ(json("](]\x94K\x01"
                 "ah\x00"
                 "e"s),
            "[[1],[1]]");
  EXPECT_EQ(json("](]\x94K\x01"
                 "aj\x00\x00\x00\x00"
                 "e"s),
            "[[1],[1]]");
}

TEST(Pickle, ReadsTheTwoClasses) {
  const std::string state = "}(" + text("__dict__") + "}(" + text("indices") +
                            "](K\x01"
                            "e" +
                            text("values") + "]u" + text("__pydantic_private__") + "Nu";
  EXPECT_EQ(json(text(kModule) + text("SparseVector") + "\x93)\x81" + state + "b"),
            R"({"indices":[1],"values":[]})");
}

TEST(Pickle, RefusesWhatMayCallSomething) {
  for (const auto& [module, name] : std::vector<std::pair<std::string, std::string>>{
           {"os", "system"}, {"builtins", "eval"}, {kModule, "Filter"}, {"numpy", "PointStruct"}}) {
    EXPECT_THAT(refusal(ErrorCode::kUnsupported, text(module) + text(name) + "\x93"),
                HasSubstr(module + "." + name + ": of classes and functions only PointStruct"));
  }
  // GLOBAL, REDUCE, INST, OBJ, NEWOBJ_EX, EXT1, PERSID, BINPERSID, BYTEARRAY8, NEXT_BUFFER, DUP,
  // POP
  for (const char opcode :
       "cRio\x92\x82PQ\x96\x97"
       "20"s) {
    EXPECT_THAT(
        refusal(ErrorCode::kUnsupported, "N"s + opcode + "os\nsystem\n"),
        HasSubstr(fmt::format("opcode 0x{:02x} at byte 3", static_cast<unsigned char>(opcode))));
  }
  EXPECT_THAT(test::message_of(ErrorCode::kUnsupported, [] { (void)read("\x80\x02N."); }),
              HasSubstr("protocol 2; 4 and 5 are read"));
}

TEST(Pickle, RefusesWhatMakesNoSense) {
  const std::string klass = text(kModule) + text("PointStruct") + "\x93";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "more than one value"},
      {"NN", "more than one value"},
      {"(N", "more than one value"},
      {"a", "a value is missing"},
      {"]a", "a value is missing"},
      {"]("
       "a",
       "a value is missing"},
      {"]e", "a mark is missing"},
      {"}]NaNs", "a key is neither text nor a whole number"},
      {"N(Ne", "expected a list"},
      {"](NNu", "expected a dict"},
      {"}(Nu", "a key has no value"},
      {"}(NNu", "a key is neither text nor a whole number"},
      {"}(]Nu", "a key is neither text nor a whole number"},
      {"h\x05", "nothing is remembered as 5"},
      {"\x94", "a value is missing"},
      {"K\x01K\x02\x93", "the name of a class is no text"},
      {"N)\x81", "of no class"},
      {klass + "]Na\x81", "made with arguments"},
      {klass, "a class stands where a value should"},
      {klass + ")\x81", "an object has no fields"},
      {klass + ")\x81Nb", "an object has no fields"},
      {klass + ")\x81}b", "an object has no fields"},
      {"NNb", "expected an object"},
      {"\x95\xff\xff\x00\x00\x00\x00\x00\x00N"s, "it is cut off"},
      {"\x8c\x7f"
       "ab",
       "it is cut off"},
      {"\x8d\xff\xff\xff\xff\xff\xff\xff\xff"
       "ab",
       "it is cut off"},
  };
  for (const auto& [body, message] : cases)
    EXPECT_THAT(refusal(ErrorCode::kCorruption, body), HasSubstr(message)) << body;
  for (const std::string& integer : {"\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01"s,
                                     "\x8a\x09\xff\xff\xff\xff\xff\xff\xff\x7f\xff"s}) {
    EXPECT_THAT(refusal(ErrorCode::kInvalidArgument, integer), HasSubstr("more than 64 bits"));
  }
}

TEST(Pickle, IsNotBlownUp) {
  // a list that holds itself
  EXPECT_THAT(refusal(ErrorCode::kCorruption,
                      "]\x94h\x00"
                      "a"s),
              HasSubstr("more than 128 levels"));
  std::string deep(1000, ']');
  EXPECT_THAT(refusal(ErrorCode::kCorruption, deep + std::string(999, 'a')),
              HasSubstr("more than 128 levels"));
  // thirty times a list of ten times the one before
  std::string bomb = "]\x94";
  for (char level = 0; level < 30; ++level) {
    bomb += "](";
    for (int i = 0; i < 10; ++i) bomb += "h"s + level;
    bomb += "e\x94";
  }
  bomb = "(" + bomb + "t";
  EXPECT_THAT(refusal(ErrorCode::kCorruption, bomb), HasSubstr("larger than 256 MiB"));
}

TEST(Pickle, SurvivesAnyBytes) {
  const std::string whole = "\x80\x04\x95\x20\x00\x00\x00\x00\x00\x00\x00"s + text(kModule) +
                            "\x94" + text("PointStruct") + "\x93\x94)\x81}(" + text("__dict__") +
                            "}(" + text("id") + "K\x01" + text("vector") +
                            "](G\x3f\xf8\x00\x00\x00\x00\x00\x00"
                            "eu"s +
                            "ub.";
  EXPECT_EQ(read(whole).to_json(), R"({"id":1,"vector":[1.5]})");
  for (std::size_t size = 0; size < whole.size(); ++size)
    (void)test::message_of(ErrorCode::kCorruption, [&] { (void)read(whole.substr(0, size)); });
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = whole;
    for (int n = 0; n < 3; ++n) damaged[random() % damaged.size()] = static_cast<char>(random());
    try {
      (void)read(damaged);
    } catch (const Error&) {  // any reason will do
    }
  }
}

}  // namespace
}  // namespace assay::store
