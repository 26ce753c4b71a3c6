// SPDX-License-Identifier: Apache-2.0
#include "cli/csv.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::cli {

Result<bool> CsvRecord::add(std::string_view line) {
  const auto wrong = [](std::size_t at, std::string_view what) {
    return Failure{ErrorCode::kInvalidArgument, fmt::format("column {}: {}", at + 1, what)};
  };
  if (open_) {
    fields_.back() += '\n';
  } else {
    fields_.clear();
  }
  std::size_t at = 0;
  while (true) {
    if (!open_) {
      std::string& field = fields_.emplace_back();
      if (at < line.size() && line[at] == '"') {
        open_ = true;
        ++at;
      } else {
        const std::size_t end = std::min(line.find(',', at), line.size());
        field = line.substr(at, end - at);
        if (const auto quote = field.find('"'); quote != std::string::npos)
          return wrong(at + quote, "a quote inside a field that is not quoted");
        if (end == line.size()) return true;
        at = end + 1;
        continue;
      }
    }
    const std::size_t quote = line.find('"', at);
    if (quote == std::string_view::npos) {
      fields_.back() += line.substr(at);
      return false;
    }
    fields_.back() += line.substr(at, quote - at);
    at = quote + 1;
    if (at < line.size() && line[at] == '"') {  // a doubled quote is one
      fields_.back() += '"';
      ++at;
      continue;
    }
    open_ = false;
    if (at == line.size()) return true;
    if (line[at] != ',') return wrong(at, "expected a comma after a quoted field");
    ++at;
  }
}

}  // namespace assay::cli
