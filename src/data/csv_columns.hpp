// The header of a CSV file of rows: what its columns are.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "data/row_parser.hpp"

namespace sparselearn {

struct CsvColumns {
  std::vector<std::string> names;
  std::size_t label = 0;  // which of them

  std::size_t features() const { return names.size() - 1; }
  std::vector<std::string> feature_names() const;
};

/// Reads the first line of `text`. The label is the column that the format names, else the first. Throws
/// DataError with the place in `file`.
CsvColumns read_csv_columns(std::string_view text, const RowFormat& format, const std::string& file);

}  // namespace sparselearn
