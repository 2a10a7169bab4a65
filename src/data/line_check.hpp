// One bad line, looked at as a whole: the parser stops at its first fault.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/row_parser.hpp"
#include "sparselearn/data/check.hpp"

namespace sparselearn {

/// One kind of defect in a line, at its first place.
struct LineDefect {
  Defect defect;
  BadLine place;
};

/// Where a word of a line begins and ends.
struct Word {
  std::size_t begin, end;
};

struct CheckedLine {
  std::vector<LineDefect> defects;
  std::optional<std::string> repaired;  // the line with its end, if nothing of it need be guessed
  bool index_zero = false;              // in the repaired line
};

/// Words are blanked out one after the other until the parser is content, so that it alone says what is
/// wrong.
class LineCheck {
 public:
  /// `format` is that of the text; its shift is 0.
  explicit LineCheck(const RowFormat& format);
  /// `line` is without its end.
  CheckedLine check(std::string_view line);

 private:
  bool parse_on(std::string_view line, CheckedLine& checked);
  void blank_out(const BadLine& bad, const Word& word);

  RowParser parser_;
  ParsedRows rows_;
  std::string text_;  // what is left of the line, ended by CR LF, so that a CR before is none of its end
};

/// Place of the first index 0 of a line that can be read; npos if there is none.
std::size_t find_index_zero(std::string_view line);

/// The word of the label, or of the list of labels; empty in a line without a row, and where the first word
/// is a feature, as a colon shows.
std::string_view label_word(std::string_view line);

}  // namespace sparselearn
