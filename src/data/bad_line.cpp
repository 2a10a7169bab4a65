#include "data/bad_line.hpp"

#include <algorithm>
#include <utility>

namespace sparselearn {
namespace {

constexpr std::size_t longest_excerpt = 100;
constexpr std::size_t longest_token = 40;
constexpr std::string_view dots = "...";

/// Control bytes would garble a terminal.
std::string printable(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = c == '\t' ? ' ' : '?';
  return result;
}

/// A word that should be a number. A piece of it need not be whole characters of UTF-8.
std::string ascii(std::string_view word) {
  std::string result = printable(word);
  for (char& c : result)
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  return result;
}

/// The token at `at`, in quotes, or "end of line".
std::string token(std::string_view line, std::size_t at, TextSyntax syntax) {
  const std::string_view rest = line.substr(at);
  const char* const ends = syntax == TextSyntax::csv ? "," : syntax == TextSyntax::vw ? " \t|" : " \t#";
  const std::string_view word = rest.substr(0, rest.find_first_of(ends));
  if (rest.empty()) return "the end of the line";
  if (word.empty() && rest.front() == ',') return "an empty field";
  if (word.empty()) return rest.front() == '#' ? "a comment" : rest.front() == '|' ? "'|'" : "a blank";
  const bool cut = word.size() > longest_token;
  return "'" + ascii(word.substr(0, longest_token)) + (cut ? "...'" : "'");
}

std::string index_at(std::string_view line, std::size_t at) {
  const std::string_view rest = line.substr(at);
  return std::string(rest.substr(0, std::min(rest.find(':'), longest_token)));
}

/// As token(), of a list the one label.
std::string label_token(std::string_view line, std::size_t at, const RowFormat& format) {
  if (!format.label_lists) return token(line, at, format.syntax);
  return line.substr(at).starts_with(',') ? "a comma"
                                          : token(line.substr(0, line.find(',', at)), at, format.syntax);
}

std::string label_at(std::string_view line, std::size_t at) {
  const std::string_view rest = line.substr(at);
  return std::string(rest.substr(0, std::min(rest.find_first_of(", \t#"), longest_token)));
}

/// The way out for who reads rows with lists of labels as if they had one.
std::string lists_hint(std::string_view line, std::size_t at, const RowFormat& format) {
  const std::string_view rest = line.substr(at);
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t#"));
  const bool list = word.find(',') != std::string_view::npos &&
                    word.find_first_not_of("0123456789+-.eE,") == std::string_view::npos;
  return list && format.syntax == TextSyntax::libsvm && !format.label_lists
             ? " (--multilabel reads lists of labels)"
             : "";
}

}  // namespace

std::string describe(const BadLine& bad, std::string_view line, const RowFormat& format) {
  const auto token = [&](std::string_view text, std::size_t at) {
    return sparselearn::token(text, at, format.syntax);
  };
  const std::string previous = std::to_string(bad.previous);
  switch (bad.fault) {
    case Fault::label:
      return "expected a number as label, found " + label_token(line, bad.at, format) +
             lists_hint(line, bad.at, format);
    case Fault::label_not_finite:
      return "expected a finite label, found " + label_token(line, bad.at, format);
    case Fault::label_repeated:
      return "expected each label once in a row, found " + label_at(line, bad.at) +
             " again (--unsorted takes it once)";
    case Fault::feature:
      return "expected index:value, found " + token(line, bad.at);
    case Fault::colon:
      return "expected ':' after the index, found " + token(line, bad.at);
    case Fault::value:
      return "expected a number as value, found " + token(line, bad.at);
    case Fault::value_not_finite:
      return "expected a finite value that fits a 32-bit float, found " + token(line, bad.at);
    case Fault::index_zero:
      return "expected indices from 1, found index 0 (--index-base 0 reads files that start at 0)";
    case Fault::index_too_large:
      return "expected an index of at most " + std::to_string(format.highest_index) + ", found " +
             index_at(line, bad.at);
    case Fault::index_repeated:
      return "expected ascending indices, found " + previous + " twice (--unsorted sums such values)";
    case Fault::index_descending:
      return "expected ascending indices, found " + index_at(line, bad.at) + " after " + previous +
             " (--unsorted sorts them)";
    case Fault::sum_not_finite:
      return "expected finite values, found an index whose values add up beyond a 32-bit float";
    case Fault::nul_byte:
      return "expected text, found a NUL byte";
    case Fault::bar:
      return "expected '|' and features, found the end of the line";
    case Fault::label_missing:
      return "expected a label before '|'";
    case Fault::weight:
      return "expected a finite importance >= 0, found " + token(line, bad.at);
    case Fault::tag:
      return "expected '|' or a tag, found " + token(line, bad.at);
    case Fault::quote:
      return "expected a comma or the line's end after the quoted field, found " + token(line, bad.at);
    case Fault::fields_too_few:
      return "expected as many fields as the header has, found the end of the line";
    case Fault::fields_too_many:
      return "expected the end of the line after as many fields as the header has, found " +
             token(line, bad.at);
  }
  return "bad line";
}

std::string excerpt(std::string_view line, std::size_t at, std::size_t& caret) {
  if (line.size() <= longest_excerpt) {
    caret = at;
    return printable(line);
  }
  const std::size_t half = longest_excerpt / 2;
  const std::size_t begin = at < longest_excerpt - half / 2 ? 0 : at - half;
  const std::string_view window = line.substr(begin, longest_excerpt);
  std::string text = begin > 0 ? std::string(dots) : std::string();
  caret = text.size() + at - begin;
  text += printable(window);
  if (begin + window.size() < line.size()) text += dots;
  return text;
}

DataError bad_line_error(const BadLine& bad, std::string_view line, const RowFormat& format, std::string file,
                         std::uint64_t line_number) {
  std::size_t caret = 0;
  std::string text = excerpt(line, bad.at, caret);
  return DataError(Place{std::move(file), line_number, bad.at + 1}, describe(bad, line, format),
                   std::move(text), caret);
}

}  // namespace sparselearn
