// SPDX-License-Identifier: Apache-2.0
// The machine builds nodes that refer to each other by number, because a container goes into the
// memo before it is filled; the value is copied from them at the end, within limits.
#include "store/pickle.h"

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "assay/error.h"

namespace assay::store {
namespace {

constexpr std::string_view kModule = "qdrant_client.http.models.models";
constexpr std::size_t kDeepest = 128;
constexpr std::size_t kLargest = std::size_t{256} << 20;  // bytes, by value and text
constexpr std::size_t kBytesOfValue = 48;

enum Opcode : std::uint8_t {
  kMark = '(',
  kStop = '.',
  kBinFloat = 'G',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kBinUnicode = 'X',
  kAppend = 'a',
  kBuild = 'b',
  kAppends = 'e',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kSetItem = 's',
  kTuple = 't',
  kSetItems = 'u',
  kEmptyTuple = ')',
  kEmptyList = ']',
  kEmptyDict = '}',
  kProto = 0x80,
  kNewObj = 0x81,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a,
  kShortBinUnicode = 0x8c,
  kBinUnicode8 = 0x8d,
  kEmptySet = 0x8f,
  kAddItems = 0x90,
  kStackGlobal = 0x93,
  kMemoize = 0x94,
  kFrame = 0x95,
};

using Index = std::uint32_t;  // of a node

struct List {
  std::vector<Index> items;
};
struct Dict {
  std::vector<Index> items;  // key, value, key, value, …
};
struct Class {};
struct Object {
  std::optional<Index> state = {};
};
using Node = std::variant<Value, std::string_view, List, Dict, Class, Object>;

[[noreturn]] void refuse_integer() {
  throw Error(ErrorCode::kInvalidArgument,
              "pickle: an integer of more than 64 bits, which no payload can hold");
}
[[noreturn]] void broken(const std::string& what) {
  throw Error(ErrorCode::kCorruption, "pickle: " + what);
}

class Machine {
 public:
  explicit Machine(std::span<const std::byte> pickle) : bytes_(pickle) {}

  Value run() {
    for (;;) {
      const std::size_t at = at_;
      const auto opcode = static_cast<std::uint8_t>(number<1>());
      if (opcode == kStop) break;
      step(opcode, at);
    }
    if (!marks_.empty() || stack_.size() != 1) broken("its end leaves more than one value");
    return value_of(pop(), 0);
  }

 private:
  std::span<const std::byte> take(std::uint64_t count) {
    if (count > bytes_.size() - at_) broken("it is cut off");
    const auto taken = bytes_.subspan(at_, static_cast<std::size_t>(count));
    at_ += taken.size();
    return taken;
  }
  // Little-endian.
  template <std::size_t kBytes>
  std::uint64_t number() {
    std::uint64_t result = 0;
    std::size_t shift = 0;
    for (const std::byte byte : take(kBytes)) {
      result |= std::to_integer<std::uint64_t>(byte) << shift;
      shift += 8;
    }
    return result;
  }
  std::string_view text(std::uint64_t size) {
    const auto bytes = take(size);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  void push(Node node) {
    nodes_.push_back(std::move(node));
    stack_.push_back(static_cast<Index>(nodes_.size() - 1));
  }
  // What stands on the stack above the last mark may be taken, and no more.
  [[nodiscard]] std::size_t bottom() const { return marks_.empty() ? 0 : marks_.back(); }
  Index pop() {
    if (stack_.size() <= bottom()) broken("a value is missing");
    const Index top = stack_.back();
    stack_.pop_back();
    return top;
  }
  std::vector<Index> pop_to_mark() {
    if (marks_.empty()) broken("a mark is missing");
    const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<Index> items(first, stack_.end());
    stack_.erase(first, stack_.end());
    marks_.pop_back();
    return items;
  }
  template <class T>
  T& top(std::string_view what) {
    if (stack_.size() <= bottom()) broken("a value is missing");
    T* node = std::get_if<T>(&nodes_[stack_.back()]);
    if (node == nullptr) broken(fmt::format("expected {}", what));
    return *node;
  }

  void append(std::span<const Index> items) {
    auto& list = top<List>("a list").items;
    list.insert(list.end(), items.begin(), items.end());
  }
  void set_items(std::span<const Index> items) {
    if (items.size() % 2 != 0) broken("a key has no value");
    auto& dict = top<Dict>("a dict").items;
    dict.insert(dict.end(), items.begin(), items.end());
  }
  void tuple(std::size_t count) {
    std::vector<Index> items(count);
    for (std::size_t i = count; i-- > 0;) items[i] = pop();
    push(List{std::move(items)});
  }
  void get(std::uint64_t place) {
    if (place >= memo_.size()) broken(fmt::format("nothing is remembered as {}", place));
    stack_.push_back(memo_[static_cast<std::size_t>(place)]);
  }

  void integer(std::span<const std::byte> bytes) {
    const bool negative = !bytes.empty() && (bytes.back() & std::byte{0x80}) != std::byte{};
    std::uint64_t low = negative ? ~std::uint64_t{0} : 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (i < 8) {
        low &= ~(std::uint64_t{0xff} << (8 * i));
        low |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
      } else if (bytes[i] != (negative ? std::byte{0xff} : std::byte{})) {
        refuse_integer();
      }
    }
    const auto whole = static_cast<std::int64_t>(low);
    if (negative && whole >= 0) refuse_integer();
    push(negative ? Value(whole) : Value(low));
  }

  void stack_global() {
    const auto text_of = [&](Index index) {
      const auto* text = std::get_if<std::string_view>(&nodes_[index]);
      if (text == nullptr) broken("the name of a class is no text");
      return *text;
    };
    const std::string_view name = text_of(pop());
    const std::string_view module = text_of(pop());
    if (module != kModule || (name != "PointStruct" && name != "SparseVector")) {
      throw Error(ErrorCode::kUnsupported,
                  fmt::format("pickle: {}.{}: of classes and functions only PointStruct and "
                              "SparseVector of {} are read",
                              module, name, kModule));
    }
    push(Class{});
  }
  void new_object() {
    const Index arguments = pop();
    const auto* list = std::get_if<List>(&nodes_[arguments]);
    if (list == nullptr || !list->items.empty()) broken("an object is made with arguments");
    if (!std::holds_alternative<Class>(nodes_[pop()])) broken("an object is made of no class");
    push(Object{});
  }
  void build() {
    const Index state = pop();
    top<Object>("an object").state = state;
  }

  void step(std::uint8_t opcode, std::size_t at) {
    switch (opcode) {
      case kProto:
        if (const auto version = number<1>(); version < 4 || version > 5) {
          throw Error(ErrorCode::kUnsupported,
                      fmt::format("pickle: protocol {}; 4 and 5 are read", version));
        }
        return;
      case kFrame:
        if (number<8>() > bytes_.size() - at_) broken("it is cut off");
        return;
      case kMemoize:
        if (stack_.size() <= bottom()) broken("a value is missing");
        return memo_.push_back(stack_.back());
      case kBinGet:
        return get(number<1>());
      case kLongBinGet:
        return get(number<4>());
      case kMark:
        return marks_.push_back(stack_.size());
      case kNone:
        return push(Value());
      case kNewTrue:
        return push(Value(true));
      case kNewFalse:
        return push(Value(false));
      case kBinInt1:
        return push(Value(number<1>()));
      case kBinInt2:
        return push(Value(number<2>()));
      case kBinInt:
        return push(Value(static_cast<std::int32_t>(number<4>())));
      case kLong1:
        return integer(take(number<1>()));
      case kBinFloat: {
        std::uint64_t bits = 0;  // big-endian
        for (const std::byte byte : take(8))
          bits = bits << 8 | std::to_integer<std::uint64_t>(byte);
        return push(Value(std::bit_cast<double>(bits)));
      }
      case kShortBinUnicode:
        return push(text(number<1>()));
      case kBinUnicode:
        return push(text(number<4>()));
      case kBinUnicode8:
        return push(text(number<8>()));
      case kEmptyDict:
        return push(Dict{});
      case kEmptyList:
      case kEmptySet:
      case kEmptyTuple:
        return push(List{});
      case kTuple1:
      case kTuple2:
      case kTuple3:
        return tuple(opcode - kTuple1 + std::size_t{1});
      case kTuple:
        return push(List{pop_to_mark()});
      case kAppend: {
        const Index item = pop();
        return append({&item, 1});
      }
      case kAppends:
      case kAddItems:
        return append(pop_to_mark());
      case kSetItem: {
        const Index value = pop();
        const Index items[] = {pop(), value};
        return set_items(items);
      }
      case kSetItems:
        return set_items(pop_to_mark());
      case kStackGlobal:
        return stack_global();
      case kNewObj:
        return new_object();
      case kBuild:
        return build();
      default:
        throw Error(ErrorCode::kUnsupported,
                    fmt::format("pickle: opcode 0x{:02x} at byte {} is none that qdrant-client "
                                "writes for points",
                                opcode, at));
    }
  }

  void spend(std::size_t bytes) {
    spent_ += kBytesOfValue + bytes;
    if (spent_ > kLargest) broken("a value larger than 256 MiB");
  }
  Value value_of(Index index, std::size_t depth) {
    if (depth > kDeepest) broken(fmt::format("a value more than {} levels deep", kDeepest));
    const Node& node = nodes_[index];
    if (const auto* text = std::get_if<std::string_view>(&node)) {
      spend(text->size());
      return *text;
    }
    spend(0);
    if (const auto* value = std::get_if<Value>(&node)) return *value;
    if (const auto* list = std::get_if<List>(&node)) {
      Value::Array array;
      for (const Index item : list->items) array.push_back(value_of(item, depth + 1));
      return array;
    }
    if (const auto* dict = std::get_if<Dict>(&node)) return object_of(*dict, depth);
    if (const auto* object = std::get_if<Object>(&node)) return fields_of(*object, depth);
    broken("a class stands where a value should");
  }
  Value object_of(const Dict& dict, std::size_t depth) {
    Value::Object members;
    for (std::size_t i = 0; i < dict.items.size(); i += 2) {
      Value key = value_of(dict.items[i], depth + 1);
      std::string* name = key.get_if<std::string>();
      std::string number = key.get_if<std::int64_t>() != nullptr ? key.to_json() : "";
      if (name == nullptr && number.empty()) broken("a key is neither text nor a whole number");
      members.insert_or_assign(name != nullptr ? std::move(*name) : std::move(number),
                               value_of(dict.items[i + 1], depth + 1));
    }
    return members;
  }
  // Pydantic keeps an object's fields in the member "__dict__" of its state.
  Value fields_of(const Object& object, std::size_t depth) {
    const Dict* state = object.state ? std::get_if<Dict>(&nodes_[*object.state]) : nullptr;
    if (state == nullptr) broken("an object has no fields");
    for (std::size_t i = 0; i < state->items.size(); i += 2) {
      const auto* key = std::get_if<std::string_view>(&nodes_[state->items[i]]);
      const auto* fields = std::get_if<Dict>(&nodes_[state->items[i + 1]]);
      if (key != nullptr && *key == "__dict__" && fields != nullptr)
        return object_of(*fields, depth + 1);
    }
    broken("an object has no fields");
  }

  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  std::vector<Node> nodes_;
  std::vector<Index> stack_;
  std::vector<std::size_t> marks_;  // heights of the stack
  std::vector<Index> memo_;
  std::size_t spent_ = 0;
};

}  // namespace

Value read_pickle(std::span<const std::byte> pickle) {
  if (pickle.size() > std::numeric_limits<Index>::max()) broken("it is larger than 4 GiB");
  return Machine(pickle).run();
}

}  // namespace assay::store
