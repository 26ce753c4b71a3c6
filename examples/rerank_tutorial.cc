// SPDX-License-Identifier: Apache-2.0
// "Reranking with FastEmbed", Qdrant's tutorial, in C++ step by step.
//
// usage: rerank_tutorial [RERANKER]. Needs all-MiniLM-L6-v2 in the cache or a network to fetch it;
// without a RERANKER token MaxSim over the embedder's own token vectors does the second stage.
#include <assay/assay.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

int main(int argc, char** argv) try {
  // The models that can be asked for.
  for (const assay::ModelInfo& info : assay::TextCrossEncoder::list_supported_models()) {
    std::cout << info.model << " (" << info.license << ", " << info.size_in_gb << " GB)"
              << (info.supported ? "" : ", not yet") << '\n';
  }

  // Load the first-stage retriever and the reranker. Files are fetched once, with progress.
  const std::string encoder_name = "sentence-transformers/all-MiniLM-L6-v2";
  const assay::TextEmbedding embedder(encoder_name);
  std::unique_ptr<assay::Reranker> reranker;
  if (argc > 1) {
    reranker = std::make_unique<assay::TextCrossEncoder>(argv[1]);
  } else {
    reranker = std::make_unique<assay::MaxSimReranker>(embedder);
  }

  // The data: films in a sentence.
  const std::vector<std::string> descriptions = {
      "A clerk is stranded downtown for one long night after a date that goes wrong.",
      "Rouen, 1431: a church court tries Jeanne d'Arc for heresy and demands that she take back "
      "what she says of her visions.",
      "A crew of expert robbers plans one last score while an obsessive lieutenant closes in.",
      "A device that lets doctors walk through their patients' dreams is stolen.",
      "A retired nurse and a reporter look for the son who was taken from her in a convent fifty "
      "years ago.",
  };

  // Embed them and put them into a collection.
  const assay::Embeddings vectors = embedder.embed(descriptions);
  assay::Client client(":memory:");
  client.create_collection("movies",
                           {.vectors = {{"embedding",
                                         {.size = client.get_embedding_size(embedder.model()),
                                          .distance = assay::Distance::kCosine}}}});
  std::vector<assay::PointStruct> points;
  for (std::size_t i = 0; i < descriptions.size(); ++i) {
    points.push_back(
        {.id = i,
         .vector = {{"embedding", std::vector<float>(vectors[i].begin(), vectors[i].end())}},
         .payload = {{"description", descriptions[i]}}});
  }
  client.upload_points("movies", points);
  // The same with the embedding left to the client.
  for (assay::PointStruct& point : points) {
    point.vector = {
        {"embedding",
         assay::Document{*point.payload["description"].get_if<std::string>(), encoder_name}}};
  }
  client.upload_points("movies", points);

  // First stage: dense retrieval.
  const std::string query = "A story about a strong woman who made history";
  const auto hits = client.query_points("movies", {.query = embedder.query_embed(query),
                                                   .using_vector = "embedding",
                                                   .limit = 10,
                                                   .with_payload = true});
  std::vector<std::string> description_hits;
  std::cout << "\nquery: " << query << "\n\nfirst stage\n";
  for (const assay::ScoredPoint& hit : hits) {
    description_hits.push_back(*hit.payload->at("description").get_if<std::string>());
    std::cout << "  " << hit.score << "  " << description_hits.back() << '\n';
  }

  // Second stage: the reranker reads query and candidates.
  const assay::RerankScores scores = reranker->rerank(query, description_hits);
  std::cout << "\nreranked\n";
  for (const std::size_t i : scores.order())
    std::cout << "  " << scores[i] << "  " << description_hits[i] << '\n';
  return 0;
} catch (const assay::Error& error) {
  std::cerr << "rerank_tutorial: " << error.what() << '\n';
  // 77 tells a test runner that the model was not to be had.
  return error.code() == assay::ErrorCode::kNetwork || error.code() == assay::ErrorCode::kNotFound
             ? 77
             : 1;
}
