// SPDX-License-Identifier: Apache-2.0
// The documents that assay index reads: JSONL, text or CSV.
//
// JSONL: {"text":…, "id":… , …payload}. Text: a document a line, blank lines skipped. CSV: a
// heading with the column "text", perhaps "id"; all other columns are payload, as strings.
// Externally synchronised.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/point.h"
#include "cli/command.h"
#include "cli/csv.h"

namespace assay::cli {

/// Payload keys that hold the text, and the document's own id where a point cannot have it.
inline constexpr std::string_view kTextKey = "text";
inline constexpr std::string_view kIdKey = "id";

struct IndexedDocument {
  /// The document's own id if that is a whole number or a UUID, else a UUID made of it. A document
  /// without one has the id "FILE:LINE".
  PointId id = {};
  std::string text = {};
  Payload payload = {};  ///< every member but an id that is the point's; with the text
  std::size_t line = 0;  ///< where it begins
};

enum class DocumentFormat { kJsonl, kText, kCsv };
/// By the end of the name: .csv, .jsonl, .ndjson and .json; stdin is JSONL, all else is text.
DocumentFormat format_of(std::string_view file);

/// The id that a document has for its reader.
Value shown_id(const PointId& id, const Payload& payload);

class DocumentReader {
 public:
  /// "" or "-" is stdin. Errors as Lines.
  DocumentReader(const std::string& file, DocumentFormat format);
  /// The next document. Errors: kInvalidArgument "FILE: line N: …", after which nothing may be
  /// read.
  std::optional<IndexedDocument> next();
  /// "FILE: line N", for errors.
  [[nodiscard]] std::string place(std::size_t line) const;

 private:
  std::optional<std::string_view> next_line();
  IndexedDocument from_json(std::string_view line) const;
  std::optional<IndexedDocument> next_of_csv();
  bool next_record();
  void set_id(IndexedDocument& document, std::string id) const;
  [[noreturn]] void refuse(std::size_t line, const std::string& what) const;

  std::string name_;
  DocumentFormat format_;
  Lines lines_;
  CsvRecord record_;
  std::size_t record_line_ = 0;
  std::vector<std::string> heading_;
};

}  // namespace assay::cli
