// The parser of a format's syntax.
#pragma once
#include <memory>
#include <optional>

#include "data/csv_parser.hpp"
#include "data/row_parser.hpp"
#include "data/vw_parser.hpp"

namespace sparselearn {

class TextParser {
 public:
  explicit TextParser(const RowFormat& format);
  /// As RowParser::parse. CSV: `columns` are those of its file; the first line is its header if `header`.
  ParsedRows parse(std::string_view text, const CsvColumns* columns = nullptr, bool header = false);

 private:
  std::optional<RowParser> libsvm_;
  std::optional<VwParser> vw_;
  std::optional<CsvParser> csv_;
};

}  // namespace sparselearn
