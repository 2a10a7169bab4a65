#include "data/csv_columns.hpp"

#include <algorithm>

#include "data/bad_line.hpp"
#include "sparselearn/base/closest.hpp"
#include "sparselearn/base/csv.hpp"

namespace sparselearn {
namespace {

class Header {
 public:
  Header(std::string_view line, const std::string& file) : line_(line), file_(file) {}

  CsvColumns read(const RowFormat& format) const {
    CsvColumns columns;
    CsvFields fields(line_);
    while (fields.next()) columns.names.emplace_back(fields.text());
    if (fields.broken()) fail(fields.offset(), "expected a comma or the line's end after the quoted name");
    columns.label = label(columns.names, format.label_column);
    if (columns.features() + format.shift > format.highest_index + 1)
      fail(0, "expected at most " + std::to_string(format.highest_index + 1 - format.shift) +
                  " columns besides the label, found " + std::to_string(columns.features()));
    return columns;
  }

 private:
  std::size_t label(const std::vector<std::string>& names, const std::string& wanted) const {
    if (wanted.empty()) return 0;
    const auto found = std::find(names.begin(), names.end(), wanted);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    const std::vector<std::string_view> known(names.begin(), names.end());
    const std::string near = closest(wanted, known);
    fail(0, "there is no column '" + wanted + "', which --label-column names" +
                (near.empty() ? "" : "; did you mean '" + near + "'?"));
  }

  [[noreturn]] void fail(std::size_t at, const std::string& message) const {
    std::size_t caret = 0;
    std::string text = excerpt(line_, at, caret);
    throw DataError(Place{file_, 1, at + 1}, message, std::move(text), caret);
  }

  std::string_view line_;
  const std::string& file_;
};

}  // namespace

std::vector<std::string> CsvColumns::feature_names() const {
  std::vector<std::string> found = names;
  found.erase(found.begin() + static_cast<std::ptrdiff_t>(label));
  return found;
}

CsvColumns read_csv_columns(std::string_view text, const RowFormat& format, const std::string& file) {
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return Header(line, file).read(format);
}

}  // namespace sparselearn
