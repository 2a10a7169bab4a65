// LIBSVM text to rows. Knows a piece of text and nothing of files: what is wrong comes back as a code and a
// position.
//
//   line    = blanks [label {blanks feature} blanks] ["#" comment] end of line
//   feature = index ":" value | "qid:" anything
//
// and with RowFormat::label_lists, where `labels` may be missing in front of a feature:
//
//   line    = blanks [[labels] {blanks feature} blanks] ["#" comment] end of line
//   labels  = label {"," label}
//
// An entry whose value rounds to 0 is not stored, but its index counts as a feature.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data/row_label_lists.hpp"
#include "sparselearn/data/row_block.hpp"
#include "sparselearn/data/text_syntax.hpp"

namespace sparselearn {

struct RowFormat {
  std::uint64_t lowest_index = 0;   // smallest index the text may hold
  std::uint64_t highest_index = 0;  // largest, at most 2^32 - 1
  std::uint32_t shift = 0;          // stored index = index in the text - shift, modulo 2^32
  unsigned hash_bits = 0;           // features are hashed to so many once they are read; 0: not
  bool unsorted = false;            // sort rows and sum duplicates instead of refusing
  bool label_lists = false;         // rows have any number of labels
  bool skip_bad_lines = false;      // go on behind a bad line instead of stopping there
  std::size_t bad_lines_kept = 10;  // of a piece of text, where they are skipped
  // Of text that is not LIBSVM's, which parsers of its own read:
  TextSyntax syntax = TextSyntax::libsvm;
  bool label_optional = false;           // a row without a label has the label 0
  unsigned name_bits = usual_name_bits;  // names are hashed to so many
  std::string label_column;              // its name; empty: the first
};

enum class Fault : std::uint8_t {
  label,  // not a number
  label_not_finite,
  label_repeated,    // in a list of labels
  feature,           // not an index, where one should start
  colon,             // no ':' behind an index
  value,             // not a number
  value_not_finite,  // or too large for a float
  index_zero,        // 0 in text that starts at 1
  index_too_large,
  index_repeated,
  index_descending,
  sum_not_finite,  // duplicates that overflow when summed
  nul_byte,
  // of Vowpal Wabbit's form:
  bar,            // no '|'
  label_missing,  // before it
  weight,         // not a finite number from 0
  tag,            // a third number before it
  // of CSV:
  quote,  // a quoted field without an end, or with text behind it
  fields_too_few,
  fields_too_many,
};

/// One bad line. Positions are byte offsets; `line` and `begin` count from the start of the text, `at` from
/// begin.
struct BadLine {
  Fault fault;
  std::uint64_t line;          // 0-based
  std::size_t begin;           // of the line
  std::size_t size;            // of the line, without its end
  std::size_t at;              // where it is wrong
  std::uint64_t previous = 0;  // the index before, where the order is wrong
};

/// What a piece of text held.
struct ParsedRows {
  RowBlock block;
  std::uint64_t lines = 0;
  std::uint64_t index_end = 0;  // 1 + the largest index in the text, 0 without any
  bool saw_index_zero = false;
  bool saw_qid = false;
  std::uint64_t bad = 0;
  std::vector<BadLine> first_bad;  // as many as the format keeps; one unless they are skipped
};

/// Reusable: keeps its scratch memory from call to call.
class RowParser {
 public:
  /// How many bytes behind the text must be readable; the first of them must be '\n'.
  static constexpr std::size_t padding = 64;

  explicit RowParser(const RowFormat& format);
  /// Parses `text`, whole lines, the last with or without its end.
  ParsedRows parse(std::string_view text);

 private:
  struct Row;
  std::string_view next_window(const char* p, const char* end) const;
  void parse_window(std::string_view window);
  const char* finish_line(const char* p, Row& row);
  const char* plain_rows(const char* p, const char* end, Row& row);
  const char* plain_label(const char* p);
  const char* exact_label(const char* p, Row& row);
  void begin_row(const char* p, Row& row);
  const char* label_list(const char* p, Row& row);
  const char* parse_features(const char* p, Row& row);
  const char* plain_features(const char* p, Row& row);
  const char* exact_feature(const char* p, Row& row);
  const char* skip_qid(const char* p, Row& row);
  bool step_back(std::uint64_t index, const char* at, Row& row);
  void append(std::uint32_t stored_index, float value);
  const char* skip_rest(const char* p, Row& row);
  /// Moves next_ to the first non-digit at or behind `p`.
  void synchronize(const char* p) {
    while (window_ + *next_ < p) ++next_;
  }
  bool finish_row(Row& row);
  bool sum_duplicates(std::size_t begin);
  void reserve(std::size_t bytes);
  /// There is always room for one row more.
  void count_row() {
    offsets_[++rows_] = nonzeros_;
    if (rows_ == row_room_) make_room_for_rows();
  }
  void make_room_for_rows();
  void add_bad_line(const char* begin, const Row& row);
  RowBlock take_block();

  RowFormat format_;
  std::size_t plain_digits_;  // indices of up to so many digits, at most 8, can not be too large
  const char* text_ = nullptr;
  // The text is worked on in windows of whole lines, small enough for the second-level cache.
  const char* window_ = nullptr;
  HugeVector<std::uint32_t> non_digits_;  // positions in the window
  const std::uint32_t* next_ = nullptr;   // into non_digits_
  ParsedRows out_;
  // Scratch: room for the most entries a text of text_room_ bytes can hold, so that filling it needs no
  // checks, and for row_room_ rows, which are looked after a row at a time.
  std::size_t text_room_ = 0, row_room_ = 0;
  std::unique_ptr<std::uint64_t[]> offsets_;
  std::unique_ptr<double[]> labels_;
  std::unique_ptr<std::uint32_t[]> indices_;
  std::unique_ptr<float[]> values_;
  std::size_t rows_ = 0;
  std::size_t nonzeros_ = 0;
  bool saw_other_value_ = false;  // than 1
  RowLabelLists lists_;
};

}  // namespace sparselearn
