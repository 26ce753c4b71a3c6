// SPDX-License-Identifier: Apache-2.0
#include "wire/query_json.h"

#include <utility>
#include <variant>

#include "wire/filter_json.h"
#include "wire/formula_json.h"
#include "wire/json_node.h"
#include "wire/vector_json.h"

namespace assay::wire {
namespace {

std::vector<std::string> texts_of(const Node& node) {
  std::vector<std::string> texts;
  for (const Node& element : node.elements()) texts.push_back(element.text());
  return texts;
}

// A vector, an id, or {"text","model","options"?}.
VectorInput input_of(const Node& node) {
  if (node.value.get_if<Value::Array>() == nullptr && node.value.get_if<Value::Object>() == nullptr)
    return id_of(node);
  return std::visit([](auto&& kind) { return VectorInput(std::move(kind)); }, vector_of(node));
}

std::vector<VectorInput> inputs_of(const std::optional<Node>& node) {
  std::vector<VectorInput> inputs;
  if (!node) return inputs;
  for (const Node& element : node->elements()) inputs.push_back(input_of(element));
  return inputs;
}

ContextPair pair_of(const Node& node) {
  node.allow({"positive", "negative"});
  return {input_of(node.required("positive")), input_of(node.required("negative"))};
}

std::vector<ContextPair> context_of(const Node& node) {
  if (node.value.get_if<Value::Object>() != nullptr) return {pair_of(node)};
  std::vector<ContextPair> pairs;
  for (const Node& element : node.elements()) pairs.push_back(pair_of(element));
  return pairs;
}

NearestQuery nearest_of(const Node& node) {
  NearestQuery query{.nearest = input_of(node.required("nearest"))};
  if (const auto mmr = node.member("mmr")) {
    mmr->allow({"diversity", "candidates_limit"});
    query.mmr.emplace();
    if (const auto x = mmr->member("diversity")) query.mmr->diversity = x->number();
    if (const auto x = mmr->member("candidates_limit")) query.mmr->candidates_limit = x->count();
  }
  return query;
}

RecommendQuery recommend_of(const Node& node) {
  node.allow({"positive", "negative", "strategy"});
  RecommendQuery query{.positive = inputs_of(node.member("positive")),
                       .negative = inputs_of(node.member("negative"))};
  const auto strategy = node.member("strategy");
  if (!strategy) return query;
  const std::string name = strategy->text();
  if (name == "best_score") {
    query.strategy = RecommendQuery::Strategy::kBestScore;
  } else if (name == "sum_scores") {
    query.strategy = RecommendQuery::Strategy::kSumScores;
  } else if (name != "average_vector") {
    strategy->refuse_value("average_vector, best_score or sum_scores");
  }
  return query;
}

RelevanceFeedbackQuery feedback_of(const Node& node) {
  node.allow({"target", "feedback", "strategy"});
  const Node naive = node.required("strategy").required("naive");
  naive.allow({"a", "b", "c"});
  const auto coefficient = [&](std::string_view key) {
    return static_cast<float>(naive.required(key).number());
  };
  RelevanceFeedbackQuery query{.target = input_of(node.required("target")),
                               .a = coefficient("a"),
                               .b = coefficient("b"),
                               .c = coefficient("c")};
  for (const Node& item : node.required("feedback").elements()) {
    item.allow({"example", "score"});
    query.feedback.push_back(
        {input_of(item.required("example")), static_cast<float>(item.required("score").number())});
  }
  return query;
}

OrderBy order_of(const Node& node) {
  if (const auto* key = node.value.get_if<std::string>()) return {.key = *key};
  node.allow({"key", "direction", "start_from"});
  OrderBy order{.key = node.required("key").text()};
  if (const auto direction = node.member("direction")) {
    const std::string name = direction->text();
    if (name != "asc" && name != "desc") direction->refuse_value("asc or desc");
    order.descending = name == "desc";
  }
  if (const auto start = node.member("start_from")) order.start_from = start->value;
  return order;
}

FusionQuery fusion_of(const Node& node) {
  const std::string name = node.text();
  if (name != "rrf" && name != "dbsf") node.refuse_value("rrf or dbsf");
  return {name == "rrf" ? FusionQuery::Method::kRrf : FusionQuery::Method::kDbsf};
}

RrfQuery rrf_of(const Node& node) {
  node.allow({"k", "weights"});
  RrfQuery query;
  if (const auto k = node.member("k")) query.k = k->count();
  if (const auto weights = node.member("weights")) {
    query.weights.emplace();
    for (const Node& weight : weights->elements())
      query.weights->push_back(static_cast<float>(weight.number()));
  }
  return query;
}

// "words", or {"query": "words", "scoring": {"bm25": {"k", "b"}}}.
TextQuery words_of(const Node& node) {
  if (node.value.get_if<std::string>() != nullptr) return {.text = node.text()};
  node.allow({"query", "scoring"});
  TextQuery query{.text = node.required("query").text()};
  const auto scoring = node.member("scoring");
  if (!scoring) return query;
  scoring->allow({"bm25"});
  const Node bm25 = scoring->required("bm25");
  bm25.allow({"k", "b"});
  if (const auto k = bm25.member("k")) query.k = k->number();
  if (const auto b = bm25.member("b")) query.b = b->number();
  return query;
}

Query query_of(const Node& node) {
  if (node.value.get_if<Value::Object>() == nullptr) return input_of(node);
  if (node.member("nearest")) {
    node.allow({"nearest", "mmr"});
    return nearest_of(node);
  }
  if (node.member("formula")) return formula_of(node);
  if ((node.member("text") && node.member("model")) || node.member("indices"))
    return input_of(node);
  if (const auto words = node.member("text")) {
    node.allow({"text"});
    return words_of(*words);
  }
  node.allow({"recommend", "discover", "context", "order_by", "fusion", "rrf", "sample",
              "relevance_feedback"});
  if (const auto x = node.member("recommend")) return recommend_of(*x);
  if (const auto x = node.member("discover")) {
    x->allow({"target", "context"});
    DiscoverQuery query{.target = input_of(x->required("target"))};
    if (const auto context = x->member("context")) query.context = context_of(*context);
    return query;
  }
  if (const auto x = node.member("context")) return ContextQuery{context_of(*x)};
  if (const auto x = node.member("order_by")) return order_of(*x);
  if (const auto x = node.member("fusion")) return fusion_of(*x);
  if (const auto x = node.member("rrf")) return rrf_of(*x);
  if (const auto x = node.member("relevance_feedback")) return feedback_of(*x);
  if (const auto x = node.member("sample")) {
    if (x->text() != "random") x->refuse_value("random");
    return SampleQuery{};
  }
  node.refuse("a query");
}

// Quantization and the ACORN walk change nothing here.
SearchParams params_of(const Node& node) {
  node.allow({"hnsw_ef", "exact", "quantization", "indexed_only", "acorn", "idf"});
  SearchParams params;
  if (const auto exact = node.member("exact")) params.exact = exact->boolean();
  if (const auto ef = node.member("hnsw_ef")) params.hnsw_ef = ef->count();
  if (const auto only = node.member("indexed_only")) params.indexed_only = only->boolean();
  const auto idf = node.member("idf");
  if (!idf || idf->value == Value("global")) return params;
  if (idf->value.get_if<std::string>() != nullptr) idf->refuse_value("global or a corpus");
  idf->allow({"corpus"});
  params.idf_corpus = read_filter(idf->required("corpus").value);
  return params;
}

LookupLocation lookup_of(const Node& node) {
  node.allow({"collection", "vector", "shard_key"});
  LookupLocation lookup{.collection = node.required("collection").text()};
  if (const auto vector = node.member("vector")) lookup.vector = vector->text();
  return lookup;
}

std::vector<Prefetch> prefetches_of(const Node& node);

// What a request and a prefetch have in common, but for the query.
template <class Request>
void read_level(const Node& node, Request& request) {
  if (const auto x = node.member("prefetch")) request.prefetch = prefetches_of(*x);
  if (const auto x = node.member("using")) request.using_vector = x->text();
  if (const auto x = node.member("filter")) request.filter = read_filter(x->value);
  if (const auto x = node.member("score_threshold"))
    request.score_threshold = static_cast<float>(x->number());
  if (const auto x = node.member("limit")) request.limit = x->count();
  if (const auto x = node.member("lookup_from")) request.lookup_from = lookup_of(*x);
  if (const auto x = node.member("params")) request.params = params_of(*x);
}

// A rerank on the wire: {"object": {"query", "field", …}, "model", "options"?} as the main query.
Rerank rerank_of(const Node& node) {
  node.allow({"object", "model", "options"});
  const Node object = node.required("object");
  object.allow({"query", "field", "separator", "depth", "method", "scores"});
  Rerank rerank{.model = node.required("model").text(), .query = object.required("query").text()};
  const Node field = object.required("field");
  if (field.value.get_if<std::string>() != nullptr) {
    rerank.fields = {field.text()};
  } else {
    rerank.fields = texts_of(field);
  }
  if (const auto x = object.member("separator")) rerank.separator = x->text();
  if (const auto x = object.member("depth")) rerank.depth = x->count();
  if (const auto method = object.member("method")) {
    const std::string name = method->text();
    if (name != "cross_encoder" && name != "max_sim")
      method->refuse_value("cross_encoder or max_sim");
    if (name == "max_sim") rerank.method = Rerank::Method::kMaxSim;
  }
  if (const auto scores = object.member("scores")) {
    const std::string name = scores->text();
    if (name != "raw" && name != "sigmoid") scores->refuse_value("raw or sigmoid");
    if (name == "sigmoid") rerank.scores = Rerank::Scores::kSigmoid;
  }
  if (const auto options = node.member("options")) {
    options->allow({"max_length", "batch_tokens"});
    if (const auto x = options->member("max_length")) rerank.max_length = x->count();
    if (const auto x = options->member("batch_tokens")) rerank.batch_tokens = x->count();
  }
  return rerank;
}

// The object that asks for a rerank: it stands bare or as what is nearest.
std::optional<Node> rerank_object(const Node& request) {
  auto query = request.member("query");
  if (!query || query->value.get_if<Value::Object>() == nullptr) return std::nullopt;
  if (auto nearest = query->member("nearest");
      nearest && nearest->value.get_if<Value::Object>() != nullptr) {
    if (nearest->member("object")) return nearest;
  }
  return query->member("object") ? query : std::nullopt;
}

Prefetch prefetch_of(const Node& node) {
  node.allow({"prefetch", "query", "using", "filter", "params", "score_threshold", "limit",
              "lookup_from"});
  Prefetch prefetch;
  read_level(node, prefetch);
  if (const auto x = node.member("query")) prefetch.query = query_of(*x);
  return prefetch;
}

std::vector<Prefetch> prefetches_of(const Node& node) {
  if (node.value.get_if<Value::Object>() != nullptr) return {prefetch_of(node)};
  std::vector<Prefetch> prefetches;
  for (const Node& element : node.elements()) prefetches.push_back(prefetch_of(element));
  return prefetches;
}

PayloadSelector payload_selector_of(const Node& node) {
  if (const auto* all = node.value.get_if<bool>()) return {*all};
  if (node.value.get_if<Value::Object>() == nullptr) return {texts_of(node)};
  node.allow({"include", "exclude"});
  if (const auto include = node.member("include")) return {texts_of(*include)};
  return PayloadSelector::excluding(texts_of(node.required("exclude")));
}

VectorSelector vector_selector_of(const Node& node) {
  if (const auto* all = node.value.get_if<bool>()) return {*all};
  return {texts_of(node)};
}

QueryRequest request_of(const Node& node) {
  QueryRequest request;
  read_level(node, request);
  if (const auto object = rerank_object(node)) {
    request.rerank = rerank_of(*object);
    if (request.prefetch.empty()) {
      throw Error(ErrorCode::kInvalidArgument,
                  object->where + ": a rerank needs a prefetch, which gives its candidates");
    }
  } else if (const auto x = node.member("query")) {
    request.query = query_of(*x);
  }
  if (const auto x = node.member("offset")) request.offset = x->count();
  if (const auto x = node.member("with_payload")) request.with_payload = payload_selector_of(*x);
  if (const auto x = node.member("with_vector")) request.with_vectors = vector_selector_of(*x);
  return request;
}

}  // namespace

QueryRequest read_query_request(const Value& json) {
  const Node node{json, "request"};
  node.allow({"prefetch", "query", "using", "filter", "params", "score_threshold", "limit",
              "offset", "with_vector", "with_payload", "lookup_from", "shard_key"});
  return request_of(node);
}

QueryGroupsRequest read_query_groups_request(const Value& json) {
  const Node node{json, "request"};
  node.allow({"prefetch", "query", "using", "filter", "params", "score_threshold", "limit",
              "with_vector", "with_payload", "lookup_from", "shard_key", "group_by", "group_size",
              "with_lookup"});
  QueryGroupsRequest groups{.request = request_of(node),
                            .group_by = node.required("group_by").text()};
  if (const auto x = node.member("group_size")) groups.group_size = x->count();
  if (const auto x = node.member("with_lookup")) {
    groups.with_lookup.emplace();
    if (x->value.get_if<std::string>() != nullptr) {
      groups.with_lookup->collection = x->text();
      return groups;
    }
    x->allow({"collection", "with_payload", "with_vectors"});
    groups.with_lookup->collection = x->required("collection").text();
    if (const auto y = x->member("with_payload"))
      groups.with_lookup->with_payload = payload_selector_of(*y);
    if (const auto y = x->member("with_vectors"))
      groups.with_lookup->with_vectors = vector_selector_of(*y);
  }
  return groups;
}

}  // namespace assay::wire
