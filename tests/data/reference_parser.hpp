// A slow and obvious parser of LIBSVM text, written from the description of the format alone: the judge of
// the fast one.
#pragma once
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/row_parser.hpp"

namespace reference {

using sparselearn::Fault;
using sparselearn::RowFormat;

struct Row {
  double label;
  std::vector<std::pair<std::uint64_t, float>> entries;  // index as in the text, value not 0
  std::set<double> labels;                               // those of a list
  bool operator==(const Row&) const = default;
};

struct Bad {
  Fault fault;
  std::uint64_t line;    // 0-based
  std::uint64_t column;  // 0-based
  bool operator==(const Bad&) const = default;
};

struct Text {
  std::vector<Row> rows;
  std::vector<Bad> bad;
  std::uint64_t lines = 0;
  std::uint64_t index_end = 0;
  bool saw_index_zero = false;
  bool saw_qid = false;
};

enum class Number { fine, malformed, not_finite };

inline bool all_digits(std::string_view text) {
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  return true;
}

/// digits[.digits] with at least one digit, then perhaps an exponent with at least one digit.
inline bool is_decimal(std::string_view text) {
  const auto exponent_at = text.find_first_of("eE");
  if (exponent_at != text.npos) {
    std::string_view exponent = text.substr(exponent_at + 1);
    if (!exponent.empty() && (exponent[0] == '+' || exponent[0] == '-')) exponent.remove_prefix(1);
    if (exponent.empty() || !all_digits(exponent)) return false;
    text = text.substr(0, exponent_at);
  }
  std::string digits(text);
  const auto point = digits.find('.');
  if (point != std::string::npos) digits.erase(point, 1);
  return !digits.empty() && all_digits(digits);
}

inline Number classify(std::string_view text) {
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lower == "inf" || lower == "infinity" || lower == "nan") return Number::not_finite;
  return is_decimal(text) ? Number::fine : Number::malformed;
}

inline Number read(std::string_view text, double& value) {
  const Number kind = classify(text);
  if (kind == Number::fine) value = std::strtod(std::string(text).c_str(), nullptr);
  return kind == Number::fine && !std::isfinite(value) ? Number::not_finite : kind;
}

inline Number read(std::string_view text, float& value) {
  const Number kind = classify(text);
  if (kind == Number::fine) value = std::strtof(std::string(text).c_str(), nullptr);
  return kind == Number::fine && !std::isfinite(value) ? Number::not_finite : kind;
}

struct Token {
  std::size_t at;
  std::string_view text;
};

inline std::vector<Token> split(std::string_view line) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] == ' ' || line[at] == '\t') {
      ++at;
      continue;
    }
    const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
    tokens.push_back({at, line.substr(at, end - at)});
    at = end;
  }
  return tokens;
}

/// One line without its end.
class LineParser {
 public:
  LineParser(std::string_view line, const RowFormat& format) : line_(line), format_(format) {}

  enum class Outcome { blank, row, bad };

  Outcome parse() {
    const auto nul = line_.find('\0');
    if (nul != line_.npos) return fail(Fault::nul_byte, nul);
    const auto tokens = split(line_.substr(0, line_.find('#')));
    if (tokens.empty()) return Outcome::blank;
    const bool unlabelled = format_.label_lists && tokens[0].text.find(':') != line_.npos;
    if (!unlabelled && !(format_.label_lists ? take_list(tokens[0]) : take_label(tokens[0])))
      return Outcome::bad;
    for (std::size_t k = unlabelled ? 0 : 1; k < tokens.size(); ++k)
      if (!take(tokens[k])) return Outcome::bad;
    return finish();
  }

  Row row{};
  Fault fault{};
  std::uint64_t column = 0;
  std::uint64_t index_end = 0;
  bool saw_index_zero = false, saw_qid = false;

 private:
  Outcome fail(Fault what, std::size_t at) {
    fault = what;
    column = at;
    return Outcome::bad;
  }
  bool refuse(Fault what, std::size_t at) {
    fail(what, at);
    return false;
  }

  bool take_number(const Token& token, double& label) {
    const Number kind = read(token.text, label);
    if (kind == Number::malformed) return refuse(Fault::label, token.at);
    if (kind == Number::not_finite) return refuse(Fault::label_not_finite, token.at);
    return true;
  }

  bool take_label(const Token& token) { return take_number(token, row.label); }

  bool take_list(const Token& token) {
    std::size_t repeated = line_.npos, begin = 0;
    for (std::size_t k = 0; k <= token.text.size(); ++k) {
      if (k < token.text.size() && token.text[k] != ',') continue;
      double label = 0;
      if (!take_number({token.at + begin, token.text.substr(begin, k - begin)}, label)) return false;
      if (!row.labels.insert(label).second) repeated = std::min(repeated, token.at + begin);
      begin = k + 1;
    }
    return repeated == line_.npos || format_.unsorted || refuse(Fault::label_repeated, repeated);
  }

  bool take(const Token& token) {
    if (token.text.starts_with("qid:")) return saw_qid = true;
    const std::size_t digits = std::min(token.text.find_first_not_of("0123456789"), token.text.size());
    if (digits == 0) return refuse(Fault::feature, token.at);
    if (digits == token.text.size() || token.text[digits] != ':')
      return refuse(Fault::colon, token.at + digits);
    const double exact =
        std::strtod(std::string(token.text.substr(0, digits)).c_str(), nullptr);  // exact below 2^53
    if (exact > static_cast<double>(format_.highest_index)) return refuse(Fault::index_too_large, token.at);
    const auto index = static_cast<std::uint64_t>(exact);
    if (index < format_.lowest_index) return refuse(Fault::index_zero, token.at);
    if (seen_ && !format_.unsorted && index == last_) return refuse(Fault::index_repeated, token.at);
    if (seen_ && !format_.unsorted && index < last_) return refuse(Fault::index_descending, token.at);
    float value = 0;
    const std::size_t value_at = token.at + digits + 1;
    const Number kind = read(token.text.substr(digits + 1), value);
    if (kind == Number::malformed) return refuse(Fault::value, value_at);
    if (kind == Number::not_finite) return refuse(Fault::value_not_finite, value_at);
    seen_ = true;
    last_ = index;
    index_end = std::max(index_end, index + 1);
    saw_index_zero |= index == 0;
    if (value != 0) sums_[index] += static_cast<double>(value);
    return true;
  }

  Outcome finish() {
    for (const auto& [index, sum] : sums_) {
      const float value = static_cast<float>(sum);
      if (!std::isfinite(value)) return fail(Fault::sum_not_finite, 0);
      if (value != 0) row.entries.emplace_back(index, value);
    }
    return Outcome::row;
  }

  std::string_view line_;
  const RowFormat& format_;
  bool seen_ = false;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, double> sums_;
};

inline Text parse(std::string_view text, const RowFormat& format) {
  Text result;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    std::string_view line = text.substr(0, newline);
    text.remove_prefix(newline == text.npos ? text.size() : newline + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    LineParser parser(line, format);
    const auto outcome = parser.parse();
    if (outcome == LineParser::Outcome::bad)
      result.bad.push_back({parser.fault, result.lines, parser.column});
    ++result.lines;
    if (outcome == LineParser::Outcome::bad && !format.skip_bad_lines) break;
    if (outcome != LineParser::Outcome::row) continue;
    result.rows.push_back(std::move(parser.row));
    result.index_end = std::max(result.index_end, parser.index_end);
    result.saw_index_zero |= parser.saw_index_zero;
    result.saw_qid |= parser.saw_qid;
  }
  return result;
}

}  // namespace reference
