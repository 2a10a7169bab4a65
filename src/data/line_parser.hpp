// What the parsers of text that is not LIBSVM's share: lines, rows and bad lines. RowParser, beside them, is
// made for speed; these are made to be read.
#pragma once
#include <string_view>

#include "data/row_entries.hpp"
#include "data/row_parser.hpp"

namespace sparselearn {

class LineParser {
 public:
  virtual ~LineParser() = default;
  /// Parses whole lines, the last with or without its end; the first of them is only counted if `header`.
  ParsedRows parse(std::string_view text, bool header);

 protected:
  explicit LineParser(const RowFormat& format) : format_(format) {}

  /// Reads a line that is not blank, without its end, and ends in finish_row(); or returns fail().
  virtual bool parse_line(std::string_view line) = 0;

  const RowFormat& format() const { return format_; }
  /// Notes what is wrong, and where in the line; returns false.
  bool fail(Fault fault, std::size_t at);
  /// A number at `at` of the line, or one of the two faults.
  template <class Number>
  bool read_number(std::string_view text, std::size_t at, Fault malformed, Fault not_finite, Number& number);
  /// An entry of the row. The stored index counts from 0; what is 0 only widens the data.
  void add(std::uint32_t stored_index, float value);
  /// Widens the data to so many features, if the row is good.
  void widen(std::uint64_t features);
  /// Sorts the entries, adds up those of one feature and appends the row.
  bool finish_row(double label, float weight);

 private:
  void take_line(std::string_view line, std::size_t begin);
  void add_bad_line(std::string_view line, std::size_t begin);
  void finish_block();

  RowFormat format_;
  ParsedRows out_;
  RowEntries entries_;       // of the row
  std::uint64_t width_ = 0;  // likewise
  Fault fault_{};
  std::size_t fault_at_ = 0;
  bool saw_other_value_ = false, saw_other_weight_ = false;  // than 1
};

}  // namespace sparselearn
