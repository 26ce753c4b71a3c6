// SPDX-License-Identifier: Apache-2.0
// assay index: documents of a file into a collection on disk.
//
// Every batch is durable once it is written, and a document whose checksum is that of the stored
// one is left alone; so the same command again goes on where it was stopped, and updates what
// changed.
#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "assay/sparse_text_embedding.h"
#include "base/checksum.h"
#include "cli/command.h"
#include "cli/documents.h"
#include "cli/store.h"

namespace assay::cli {
namespace {

constexpr std::size_t kBatch = 256;  // documents between two writes

struct Flags {
  StoreFlags store;
  std::optional<std::string> model;
  bool bm25 = false;
  std::string language;
  std::string format;
  std::string file;
  bool json = false;
  ModelFlags common;
};

// How many documents have been read, on a terminal only.
class Progress {
 public:
  void show(std::size_t documents) {
    if (!terminal_) return;
    fmt::print(stderr, "\r{} documents", documents);
    shown_ = true;
  }
  ~Progress() {
    if (shown_) std::fputs("\r\033[K", stderr);
  }

 private:
  bool terminal_ = ::isatty(STDERR_FILENO) == 1;
  bool shown_ = false;
};

class Indexer {
 public:
  Indexer(const Flags& flags, const ModelOptions& options, Client& client, Stats& stats)
      : flags_(flags), options_(options), client_(client), stats_(stats) {
    open_collection();
    stats_.loaded();
  }

  void run(DocumentReader& reader) {
    Progress progress;
    std::unordered_map<PointId, std::size_t> lines;  // of the ids so far
    std::vector<IndexedDocument> batch;
    bool more = true;
    while (more) {
      try {
        while (batch.size() < kBatch) {
          auto document = reader.next();
          more = document.has_value();
          if (!more) break;
          check(reader, *document, lines);
          batch.push_back(std::move(*document));
        }
      } catch (const Error&) {
        write(batch);  // what came before the bad document
        throw;
      }
      write(batch);
      batch.clear();
      progress.show(lines.size());
    }
  }

  void report() const {
    Output out;
    if (flags_.json) {
      out.buffer() = Value(Value::Object{{"collection", flags_.store.collection},
                                         {"added", added_},
                                         {"updated", updated_},
                                         {"unchanged", unchanged_},
                                         {"truncated", truncated_},
                                         {"points", client_.count(flags_.store.collection)}})
                         .to_json() +
                     "\n";
    } else {
      out.buffer() = fmt::format("{}: {} added, {} updated, {} unchanged; {} points\n",
                                 flags_.store.collection, added_, updated_, unchanged_,
                                 client_.count(flags_.store.collection));
      if (truncated_ > 0) {
        out.buffer() += fmt::format("{} of these texts were cut at {} tokens\n", truncated_,
                                    embedder_->max_length());
      }
    }
    out.flush();
  }

 private:
  // Makes the collection unless it is there, and loads its model first: a wrong one leaves nothing
  // behind.
  void open_collection() {
    const std::string& name = flags_.store.collection;
    check_utf8("--collection", name);
    const bool exists = client_.collection_exists(name);
    if (exists) {
      settings_ = settings_of(client_, name);
      check_model(name, settings_, flags_.model);
      if (!flags_.language.empty() && flags_.language != settings_.language) {
        throw Error(ErrorCode::kInvalidArgument,
                    fmt::format("collection \"{}\" has the language {}, not {}", name,
                                settings_.language, flags_.language));
      }
    } else {
      if (!flags_.model && !flags_.bm25) {
        throw Error(ErrorCode::kInvalidArgument,
                    fmt::format("collection \"{}\" is new: name the model that embeds it with -m "
                                "MODEL, or say --bm25 for keywords only",
                                name));
      }
      if (flags_.model) settings_.model = model_name(*flags_.model);
      if (!flags_.language.empty()) settings_.language = flags_.language;
    }
    if (settings_.model) embedder_ = dense_embedder(*settings_.model, options_);
    if (embedder_ && exists) check_probe(name, settings_, *embedder_);
    if (exists) return;
    if (embedder_) settings_.probe = probe_of(*embedder_);
    // Refuses an unknown language.
    const SparseTextEmbedding words("Qdrant/bm25", options_, {.language = settings_.language});
    CollectionConfig config;
    if (embedder_) {
      config.vectors.by_name.emplace(
          kDense, VectorParams{.size = embedder_->dim(), .distance = Distance::kCosine});
    }
    config.sparse_vectors.emplace(
        kBm25, SparseVectorParams{.modifier = SparseVectorParams::Modifier::kIdf});
    config.metadata = settings_.to_metadata();
    client_.create_collection(name, config);
  }

  static void check(const DocumentReader& reader, const IndexedDocument& document,
                    std::unordered_map<PointId, std::size_t>& lines) {
    const auto refuse = [&](const std::string& what) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("{}: {}", reader.place(document.line), what));
    };
    if (document.payload.contains(kHashKey))
      refuse(fmt::format("\"{}\" is a name that assay index uses itself", kHashKey));
    const auto [first, fresh] = lines.emplace(document.id, document.line);
    if (!fresh) {
      refuse(fmt::format("the id {} is that of line {} too",
                         shown_id(document.id, document.payload).to_json(), first->second));
    }
  }

  // Of all that decides what is stored; the flags count, because they decide the vectors.
  [[nodiscard]] std::string hash(const IndexedDocument& document) const {
    Value::Array content = {document.payload};
    if (settings_.model) {
      content.emplace_back(flags_.common.precision);
      content.push_back(options_.max_length ? Value(*options_.max_length) : Value());
    }
    Checksum checksum = Checksum::sha256();
    checksum.update(Value(std::move(content)).to_json());
    return checksum.finish();
  }

  void write(std::vector<IndexedDocument>& batch) {
    if (batch.empty()) return;
    const std::string& name = flags_.store.collection;
    std::vector<PointId> ids;
    for (const auto& document : batch) ids.push_back(document.id);
    std::unordered_map<PointId, Value> stored;
    for (const Record& record : client_.retrieve(name, ids, std::vector{std::string(kHashKey)})) {
      const auto known = record.payload->find(kHashKey);
      stored.emplace(record.id, known == record.payload->end() ? Value() : known->second);
    }
    std::vector<PointStruct> points;
    std::vector<std::string> texts;
    std::size_t updated = 0;
    for (auto& document : batch) {
      Value sum = hash(document);
      const auto old = stored.find(document.id);
      if (old != stored.end() && old->second == sum) continue;
      if (old != stored.end()) ++updated;
      document.payload.emplace(kHashKey, std::move(sum));
      PointStruct& point = points.emplace_back();
      point.id = document.id;
      point.vector.by_name.emplace(kBm25, bm25_document(document.text, settings_));
      texts.push_back(std::move(document.text));
      point.payload = std::move(document.payload);
    }
    std::size_t truncated = 0;
    if (embedder_) {
      const Embeddings vectors = embedder_->passage_embed(texts);
      for (std::size_t i = 0; i < points.size(); ++i) {
        points[i].vector.by_name.emplace(kDense,
                                         std::vector<float>(vectors[i].begin(), vectors[i].end()));
      }
      truncated = vectors.truncated().size();
    }
    client_.upload_points(name, points);
    updated_ += updated;
    added_ += points.size() - updated;
    unchanged_ += batch.size() - points.size();
    truncated_ += truncated;
    if (flags_.common.stats)
      stats_.count(texts.size(), embedder_ ? embedder_->token_count(texts) : 0);
  }

  const Flags& flags_;
  const ModelOptions& options_;
  Client& client_;
  Stats& stats_;
  IndexSettings settings_;
  std::optional<TextEmbedding> embedder_;
  std::size_t added_ = 0;
  std::size_t updated_ = 0;
  std::size_t unchanged_ = 0;
  std::size_t truncated_ = 0;
};

DocumentFormat chosen_format(const Flags& flags) {
  if (flags.format == "jsonl") return DocumentFormat::kJsonl;
  if (flags.format == "csv") return DocumentFormat::kCsv;
  if (flags.format == "text") return DocumentFormat::kText;
  return format_of(flags.file);
}

void run(const Flags& flags) {
  Stats stats(flags.common.stats);
  const ModelOptions options = flags.common.read();
  DocumentReader reader(flags.file, chosen_format(flags));
  Client client(flags.store.folder, {.models = options});
  Indexer indexer(flags, options, client, stats);
  indexer.run(reader);
  indexer.report();
  stats.print();
}

}  // namespace

void add_index(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command =
      app.add_subcommand("index", "Put documents into a collection on disk, or update them");
  flags->store.add_to(*command);
  command
      ->add_option("-m,--model", flags->model,
                   "Dense model: catalogue id, hub repository or folder (default: the one that the "
                   "collection has)")
      ->type_name("MODEL");
  command->add_flag("--bm25", flags->bm25, "A new collection for keywords only, without a model");
  command
      ->add_option("--language", flags->language,
                   "New collection: stemmer and stop words of BM25 (default: english)")
      ->type_name("LANGUAGE");
  command
      ->add_option("--format", flags->format,
                   "jsonl, text or csv (default: by the file's name; stdin is jsonl)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"jsonl", "text", "csv"}));
  command
      ->add_option("file", flags->file,
                   "JSONL with a text and perhaps an id a line, text with a document a line, or "
                   "CSV with a heading (default: stdin)")
      ->type_name("FILE");
  command->add_flag("--json", flags->json, "Print the summary as JSON");
  flags->common.add_to(*command);
  command->callback([flags] { run(*flags); });
}

}  // namespace assay::cli
