// CSV (RFC 4180) to rows: a label and as many numbers as the header has other columns, in its order; those
// that are 0 are not stored. Fields may be quoted, but a quoted field ends in its line.
#pragma once
#include "data/csv_columns.hpp"
#include "data/line_parser.hpp"

namespace sparselearn {

class CsvParser : public LineParser {
 public:
  explicit CsvParser(const RowFormat& format) : LineParser(format) {}
  /// Those of the text that is parsed from now on; must outlive that.
  void set_columns(const CsvColumns& columns) { columns_ = &columns; }

 private:
  bool parse_line(std::string_view line) override;
  bool parse_field(std::string_view text, std::size_t at, std::size_t column, double& label);

  const CsvColumns* columns_ = nullptr;
};

}  // namespace sparselearn
