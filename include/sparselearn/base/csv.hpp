// Comma-separated values as RFC 4180 has them: lines end in CRLF (read: also LF), fields with commas, quotes
// or line breaks stand in quotes, a quote in them is doubled. Unknown numbers are empty fields.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sparselearn {

/// One field, in quotes where it needs them.
std::string csv_field(std::string_view text);
/// Shortest decimal that reads back to the same value; empty for NaN.
std::string csv_field(double value);
/// A whole line of fields that are not quoted yet.
std::string csv_line(std::span<const std::string> fields);

/// Walks the fields of one line. A field in quotes can not go on in the next line here.
class CsvFields {
 public:
  /// `line` is without its end and must outlive the fields.
  explicit CsvFields(std::string_view line) : line_(line) {}
  /// Goes to the next field; false when there is none, or when it is broken.
  bool next();
  /// The field without its quotes, until the next call.
  std::string_view text() const { return text_; }
  /// Where it begins in the line; where the line is wrong if it is broken.
  std::size_t offset() const { return begin_; }
  /// True for a field in quotes that has no end, or text behind it.
  bool broken() const { return broken_; }

 private:
  bool quoted();

  std::string_view line_, text_;
  std::string unquoted_;
  std::size_t begin_ = 0, next_ = 0;
  bool broken_ = false;
};

/// A file with a header, in memory.
class CsvTable {
 public:
  struct Row {
    std::uint64_t line;  // 1-based, where the row begins
    std::vector<std::string> fields;
  };

  /// Throws IoError; DataError (FILE:LINE) for an empty file, a row with more or fewer fields than the
  /// header, a quoted field without an end or with text behind it.
  static CsvTable read(const std::string& path);
  /// The same from text; `path` is for messages.
  static CsvTable parse(std::string path, std::string_view text);

  const std::string& path() const { return path_; }
  const std::vector<std::string>& header() const { return header_; }
  const std::vector<Row>& rows() const { return rows_; }
  /// Which field has this name, if any.
  std::optional<std::size_t> column(std::string_view name) const;
  /// The same; throws DataError, suggesting the nearest, when there is none.
  std::size_t require_column(std::string_view name) const;
  /// A field as a finite number, NaN when it is empty. Throws DataError (FILE:LINE) for anything else.
  double number(const Row& row, std::size_t column) const;
  /// A field as a whole number >= 0; throws likewise.
  std::uint64_t count(const Row& row, std::size_t column) const;

 private:
  [[noreturn]] void refuse(const Row& row, std::size_t column, const std::string& expected) const;

  std::string path_;
  std::vector<std::string> header_;
  std::vector<Row> rows_;
};

}  // namespace sparselearn
