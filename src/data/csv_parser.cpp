#include "data/csv_parser.hpp"

#include "sparselearn/base/csv.hpp"

namespace sparselearn {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool CsvParser::parse_line(std::string_view line) {
  double label = 0;
  std::size_t column = 0;
  CsvFields fields(line);
  for (; fields.next(); ++column) {
    if (column == columns_->names.size()) return fail(Fault::fields_too_many, fields.offset());
    if (!parse_field(fields.text(), fields.offset(), column, label)) return false;
  }
  if (fields.broken()) return fail(Fault::quote, fields.offset());
  if (column < columns_->names.size()) return fail(Fault::fields_too_few, line.size());
  widen(columns_->features());
  return finish_row(label, 1);
}

bool CsvParser::parse_field(std::string_view text, std::size_t at, std::size_t column, double& label) {
  text = trimmed(text);
  if (column == columns_->label)
    return (text.empty() && format().label_optional) ||
           read_number(text, at, Fault::label, Fault::label_not_finite, label);
  float value = 0;
  if (!read_number(text, at, Fault::value, Fault::value_not_finite, value)) return false;
  const std::size_t feature = column < columns_->label ? column : column - 1;
  if (value != 0) add(static_cast<std::uint32_t>(feature), value);
  return true;
}

}  // namespace sparselearn
