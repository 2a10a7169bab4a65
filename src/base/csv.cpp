#include "sparselearn/base/csv.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sparselearn/base/closest.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/input_file.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t shown = 200;  // characters of a line that a message quotes

// Takes a text apart, line after line.
class Scanner {
 public:
  Scanner(const std::string& path, std::string_view text) : path_(path), text_(text) {}

  bool done() const { return at_ >= text_.size(); }

  CsvTable::Row row() {
    CsvTable::Row row{line_, {}};
    begin_ = at_;
    do row.fields.push_back(field());
    while (take(','));
    take('\r');
    if (!done() && !take('\n')) fail(line_, "expected a comma or the line's end after the quoted field");
    ++line_;
    return row;
  }

  [[noreturn]] void fail(std::uint64_t line, const std::string& message) const {
    const std::string_view rest = text_.substr(begin_, shown);
    throw DataError(Place{path_, line}, message, std::string(rest.substr(0, rest.find_first_of("\r\n"))));
  }

 private:
  bool take(char wanted) {
    if (done() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  std::string field() {
    if (take('"')) return quoted();
    std::size_t end = std::min(text_.find_first_of(",\n", at_), text_.size());
    const std::size_t next = end;
    if (end > at_ && text_[end - 1] == '\r' && (end == text_.size() || text_[end] == '\n')) --end;
    std::string found(text_.substr(at_, end - at_));
    at_ = next;
    return found;
  }

  std::string quoted() {
    const std::uint64_t first_line = line_;
    std::string found;
    while (!done()) {
      const char c = text_[at_++];
      if (c == '"' && !take('"')) return found;
      if (c == '\n') ++line_;
      found += c;
    }
    fail(first_line, "the quoted field has no end");
  }

  const std::string& path_;
  std::string_view text_;
  std::size_t at_ = 0, begin_ = 0;
  std::uint64_t line_ = 1;
};

}  // namespace

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string csv_field(double value) { return std::isnan(value) ? std::string() : to_text(value); }

std::string csv_line(std::span<const std::string> fields) {
  std::string line;
  for (const std::string& field : fields) line += (&field == fields.data() ? "" : ",") + csv_field(field);
  return line + std::string(line_end);
}

bool CsvFields::next() {
  if (broken_ || next_ > line_.size()) return false;
  begin_ = next_;
  if (begin_ < line_.size() && line_[begin_] == '"') return quoted();
  const std::size_t end = std::min(line_.find(',', begin_), line_.size());
  text_ = line_.substr(begin_, end - begin_);
  next_ = end + 1;
  return true;
}

bool CsvFields::quoted() {
  unquoted_.clear();
  std::size_t at = begin_ + 1;
  for (;; ++at) {
    const std::size_t quote = std::min(line_.find('"', at), line_.size());
    unquoted_ += line_.substr(at, quote - at);
    at = quote + 1;
    if (at >= line_.size() || line_[at] != '"') break;
    unquoted_ += '"';
  }
  broken_ = at > line_.size() || (at < line_.size() && line_[at] != ',');
  if (broken_ && at < line_.size()) begin_ = at;
  text_ = unquoted_;
  next_ = at + 1;
  return !broken_;
}

CsvTable CsvTable::read(const std::string& path) { return parse(path, read_file(path)); }

CsvTable CsvTable::parse(std::string path, std::string_view text) {
  CsvTable table;
  table.path_ = std::move(path);
  Scanner scanner(table.path_, text);
  if (scanner.done()) throw DataError(Place{table.path_}, "the file is empty; expected a header and rows");
  table.header_ = scanner.row().fields;
  while (!scanner.done()) {
    table.rows_.push_back(scanner.row());
    const Row& row = table.rows_.back();
    if (row.fields.size() != table.header_.size())
      scanner.fail(row.line, "expected " + std::to_string(table.header_.size()) +
                                 " fields, as in the header, found " + std::to_string(row.fields.size()));
  }
  return table;
}

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header_.begin());
}

std::size_t CsvTable::require_column(std::string_view name) const {
  if (const auto found = column(name)) return *found;
  const std::vector<std::string_view> names(header_.begin(), header_.end());
  const std::string near = closest(name, names);
  throw DataError(Place{path_, 1}, "there is no column '" + std::string(name) + "'" +
                                       (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

double CsvTable::number(const Row& row, std::size_t column) const {
  const std::string& text = row.fields[column];
  if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (const auto value = parse_double(text)) return *value;
  refuse(row, column, "a number");
}

std::uint64_t CsvTable::count(const Row& row, std::size_t column) const {
  if (const auto value = parse_unsigned(row.fields[column])) return *value;
  refuse(row, column, "a whole number >= 0");
}

void CsvTable::refuse(const Row& row, std::size_t column, const std::string& expected) const {
  throw DataError(Place{path_, row.line}, "expected " + expected + " in the column " + header_[column] +
                                              ", found '" + row.fields[column].substr(0, 50) + "'");
}

}  // namespace sparselearn
