// SPDX-License-Identifier: Apache-2.0
#include "client/query_vectors.h"

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "assay/error.h"
#include "store/query_inputs.h"

namespace assay::client {

std::optional<QueryRequest> with_vectors(const QueryRequest& request, std::string_view collection,
                                         const store::Collections& collections,
                                         Inference& inference) {
  bool any = false;
  store::for_each_level(request, [&](const auto& level) {
    if (!level.query) return;
    any = any || level.lookup_from;
    store::for_each_input(*level.query, [&](const VectorInput& input) {
      any = any || std::holds_alternative<Document>(input);
    });
  });
  if (!any) return std::nullopt;
  QueryRequest result = request;
  std::map<std::tuple<std::string, std::string, std::string>, VectorInput> embedded;  // each once
  store::for_each_level(result, [&](auto& level) {
    if (!level.query) return;
    // Relevance feedback knows no other collection (qdrant.md section 7.6).
    const bool looks =
        level.lookup_from && !std::holds_alternative<RelevanceFeedbackQuery>(level.query->kind);
    const auto elsewhere = looks ? collections.get(level.lookup_from->collection) : nullptr;
    std::vector<PointId> left_out;
    store::for_each_input(*level.query, [&](VectorInput& input) {
      if (const auto* document = std::get_if<Document>(&input)) {
        const auto [entry, is_new] = embedded.try_emplace(
            {document->model, Value(document->options).to_json(), document->text});
        if (is_new) {
          entry->second = store::input_of(
              inference.embedder(document->model, document->options).embed_query(document->text));
        }
        input = entry->second;
      } else if (const auto* id = std::get_if<PointId>(&input); id != nullptr && elsewhere) {
        if (level.lookup_from->collection == collection) left_out.push_back(*id);
        input = store::input_of(
            elsewhere->vector_of(*id, level.lookup_from->vector.value_or(level.using_vector)));
      }
    });
    if (left_out.empty()) return;
    if (!level.filter) level.filter.emplace();
    level.filter->must_not.emplace_back(HasId{std::move(left_out)});
  });
  return result;
}

std::optional<PointId> id_of(const Value& value) {
  if (const auto* number = value.get_if<std::uint64_t>()) return PointId(*number);
  if (const auto* number = value.get_if<std::int64_t>())
    return *number < 0 ? std::nullopt : std::optional(PointId(*number));
  const auto* text = value.get_if<std::string>();
  if (text == nullptr) return std::nullopt;
  try {
    return PointId(*text);
  } catch (const Error&) {  // no UUID: no point has this id
    return std::nullopt;
  }
}

}  // namespace assay::client
