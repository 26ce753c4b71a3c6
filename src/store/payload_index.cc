// SPDX-License-Identifier: Apache-2.0
#include "store/payload_index.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>
#include <span>

#include "store/datetime.h"
#include "store/geo.h"
#include "store/payload_values.h"
#include "store/refuse.h"

namespace assay::store {
namespace {

constexpr std::size_t kFewestOutworn = 1024;
// Recent numbers are merged when they are more than this and an eighth of the sorted ones.
constexpr std::size_t kFewestRecent = 256;
// Latitudes that a circle may reach all the same: sines repeat.
constexpr const char* kOffTheGlobe = "|lat| > 90";
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Integers beyond 2^53 share a key with their neighbours, and true one with 1: the condition tells
// them apart.
std::optional<double> key_of(const Value& value) {
  if (const auto* x = value.get_if<std::int64_t>()) return static_cast<double>(*x);
  if (const auto* x = value.get_if<std::uint64_t>()) return static_cast<double>(*x);
  if (const auto* x = value.get_if<double>())
    return std::isnan(*x) ? std::nullopt : std::optional(*x);
  if (const auto* x = value.get_if<bool>()) return *x ? 1.0 : 0.0;
  return std::nullopt;
}

bool is_numeric(PayloadIndexType type) {
  return type == PayloadIndexType::kInteger || type == PayloadIndexType::kFloat ||
         type == PayloadIndexType::kBool;
}

template <class T>
void make_set(std::vector<T>& values) {
  std::ranges::sort(values);
  const auto twice = std::ranges::unique(values);
  values.erase(twice.begin(), twice.end());
}

template <class T>
std::vector<T> difference(const std::vector<T>& from, const std::vector<T>& without) {
  std::vector<T> result;
  std::ranges::set_difference(from, without, std::back_inserter(result));
  return result;
}

}  // namespace

struct PayloadIndex::Answer {
  std::vector<std::span<const std::uint32_t>> lists = {};
  std::optional<std::pair<double, double>> between = {};  // both included
};

PayloadIndex::PayloadIndex(std::string_view field, PayloadIndexType type)
    : path_(path_of(field)), type_(type) {}

PayloadIndex::Keys PayloadIndex::keys(const Payload& payload) const {
  Keys keys;
  for (const Value* value : values_at(payload, path_, Arrays::kUnwrapped)) {
    const auto* text = value->get_if<std::string>();
    if (is_numeric(type_)) {
      if (const auto key = key_of(*value)) keys.numbers.push_back(*key);
    } else if (type_ == PayloadIndexType::kGeo) {
      const auto point = geo_point_of(*value);
      if (point) keys.numbers.push_back(point->lat);
      if (point && std::fabs(point->lat) > 90) keys.texts.emplace_back(kOffTheGlobe);
    } else if (text == nullptr) {
      continue;
    } else if (type_ == PayloadIndexType::kDatetime) {
      if (const auto time = parse_datetime(*text))
        keys.numbers.push_back(static_cast<double>(*time));
    } else if (type_ == PayloadIndexType::kText) {
      std::ranges::move(words_of(*text), std::back_inserter(keys.texts));
    } else {
      keys.texts.push_back(*text);
    }
  }
  make_set(keys.texts);
  make_set(keys.numbers);
  return keys;
}

void PayloadIndex::set(Slot slot, const Keys& before, const Keys& now) {
  live_ += now.size();
  live_ -= before.size();
  const auto place = static_cast<std::uint32_t>(slot);
  for (std::string& text : difference(now.texts, before.texts)) {
    std::vector<std::uint32_t>& slots = texts_[std::move(text)];
    const auto at = std::ranges::lower_bound(slots, place);
    if (at != slots.end() && *at == place) continue;  // of a value that it had before
    slots.insert(at, place);
    ++entries_;
  }
  for (const double number : difference(now.numbers, before.numbers)) {
    recent_.push_back({number, place});
    ++entries_;
  }
  if (recent_.size() <= std::max(kFewestRecent, sorted_.size() / 8)) return;
  std::ranges::sort(recent_);
  const auto middle = static_cast<std::ptrdiff_t>(sorted_.size());
  sorted_.insert(sorted_.end(), recent_.begin(), recent_.end());
  std::ranges::inplace_merge(sorted_, sorted_.begin() + middle);
  recent_.clear();
}

bool PayloadIndex::is_outworn() const { return entries_ > 2 * live_ + kFewestOutworn; }

struct PayloadIndex::AnswerOf {
  const PayloadIndex& index;

  [[nodiscard]] std::span<const std::uint32_t> slots_of(const std::string& text) const {
    const auto found = index.texts_.find(text);
    return found == index.texts_.end() ? std::span<const std::uint32_t>() : found->second;
  }
  [[nodiscard]] std::optional<Answer> one_of(std::span<const Value> values) const {
    Answer answer;
    if (is_numeric(index.type_)) {
      // An interval holds one number; any of several is asked of every point.
      if (values.size() != 1) return std::nullopt;
      const auto key = key_of(values.front());
      if (!key) return std::nullopt;
      return Answer{.between = std::pair(*key, *key)};
    }
    if (index.type_ != PayloadIndexType::kKeyword && index.type_ != PayloadIndexType::kUuid)
      return std::nullopt;
    for (const Value& value : values) {
      const auto* text = value.get_if<std::string>();
      if (text == nullptr) return std::nullopt;
      answer.lists.push_back(slots_of(*text));
    }
    return answer;
  }
  [[nodiscard]] std::optional<Answer> with_words(const std::string& text, bool all) const {
    if (index.type_ != PayloadIndexType::kText) return std::nullopt;
    Answer answer;
    for (const std::string& word : words_of(text)) answer.lists.push_back(slots_of(word));
    if (all && !answer.lists.empty())
      answer.lists = {
          *std::ranges::min_element(answer.lists, {}, [](auto list) { return list.size(); })};
    return answer;
  }
  [[nodiscard]] std::optional<Answer> latitudes(double low, double high) const {
    constexpr double kSlack = 1e-6;  // degrees: more than rounding is worth
    if (index.type_ != PayloadIndexType::kGeo || !(low >= -90 && high <= 90)) return std::nullopt;
    return Answer{.between = std::pair(low - kSlack, high + kSlack)};
  }

  std::optional<Answer> operator()(const MatchValue& test) const {
    return one_of({&test.value, 1});
  }
  std::optional<Answer> operator()(const MatchAny& test) const { return one_of(test.values); }
  std::optional<Answer> operator()(const MatchText& test) const {
    return with_words(test.text, true);
  }
  std::optional<Answer> operator()(const MatchTextAny& test) const {
    return with_words(test.text, false);
  }
  std::optional<Answer> operator()(const MatchPhrase& test) const {
    return with_words(test.text, true);
  }
  std::optional<Answer> operator()(const Range& range) const {
    if (!is_numeric(index.type_)) return std::nullopt;
    return Answer{.between = std::pair(
                      std::max(range.gt.value_or(-kInfinity), range.gte.value_or(-kInfinity)),
                      std::min(range.lt.value_or(kInfinity), range.lte.value_or(kInfinity)))};
  }
  std::optional<Answer> operator()(const DatetimeRange& range) const {
    if (index.type_ != PayloadIndexType::kDatetime) return std::nullopt;
    const auto bound = [](const std::optional<std::string>& text, double none) {
      const auto time = text ? parse_datetime(*text) : std::nullopt;
      return time ? static_cast<double>(*time) : none;
    };
    return Answer{.between =
                      std::pair(std::max(bound(range.gt, -kInfinity), bound(range.gte, -kInfinity)),
                                std::min(bound(range.lt, kInfinity), bound(range.lte, kInfinity)))};
  }
  std::optional<Answer> operator()(const GeoBoundingBox& box) const {
    return latitudes(box.bottom_right.lat, box.top_left.lat);
  }
  std::optional<Answer> operator()(const GeoPolygon& polygon) const {
    const auto [south, north] = std::ranges::minmax(polygon.exterior, {}, &GeoPoint::lat);
    return latitudes(south.lat, north.lat);
  }
  // No two points are nearer than their latitudes.
  std::optional<Answer> operator()(const GeoRadius& circle) const {
    const double reach = circle.radius / kEarthRadius * 180 / std::numbers::pi;
    auto answer = latitudes(circle.center.lat - reach, circle.center.lat + reach);
    if (answer) answer->lists.push_back(slots_of(kOffTheGlobe));
    return answer;
  }
  // Everything else is asked of every point.
  template <class Test>
  std::optional<Answer> operator()(const Test&) const {
    return std::nullopt;
  }
};

std::optional<PayloadIndex::Answer> PayloadIndex::answer(const FieldTest& test) const {
  return std::visit(AnswerOf{*this}, test);
}

std::optional<std::size_t> PayloadIndex::count(const FieldTest& test) const {
  const auto given = answer(test);
  if (!given) return std::nullopt;
  std::size_t result = 0;
  for (const auto list : given->lists) result += list.size();
  if (!given->between) return result;
  const auto [low, high] = *given->between;
  const auto first = std::ranges::lower_bound(sorted_, low, {}, &Entry::key);
  const auto last = std::ranges::upper_bound(sorted_, high, {}, &Entry::key);
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, last - first)) + recent_.size();
}

bool PayloadIndex::is_exact(const FieldTest& test) const {
  return entries_ == live_ &&
         (type_ == PayloadIndexType::kKeyword || type_ == PayloadIndexType::kUuid) &&
         (std::holds_alternative<MatchValue>(test) || std::holds_alternative<MatchAny>(test));
}

std::vector<Slot> PayloadIndex::find(const FieldTest& test) const {
  const Answer given = *answer(test);
  std::vector<Slot> slots;
  for (const auto list : given.lists) slots.insert(slots.end(), list.begin(), list.end());
  if (given.lists.size() == 1 && !given.between) return slots;
  if (given.between) {
    const auto [low, high] = *given.between;
    const auto wanted = [&](const Entry& entry) { return low <= entry.key && entry.key <= high; };
    for (auto at = std::ranges::lower_bound(sorted_, low, {}, &Entry::key);
         at != sorted_.end() && wanted(*at); ++at)
      slots.push_back(at->slot);
    for (const Entry& entry : recent_) {
      if (wanted(entry)) slots.push_back(entry.slot);
    }
  }
  make_set(slots);
  return slots;
}

}  // namespace assay::store
