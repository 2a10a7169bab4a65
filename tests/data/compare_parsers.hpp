// Any bytes through the parser and through the reference: the same rows or the same fault at the same place.
// One body for the unit tests and for the fuzzer.
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "data/row_parser.hpp"
#include "reference_parser.hpp"

/// All formats the reader asks for, by number: 0 .. 23.
inline constexpr unsigned numbered_formats = 24;
inline sparselearn::RowFormat numbered_format(unsigned number) {
  sparselearn::RowFormat format;
  const unsigned base = number % 3;  // automatic, 0, 1
  format.lowest_index = base == 2 ? 1 : 0;
  format.shift = base == 1 ? 0 : 1;
  format.highest_index = std::uint64_t{UINT32_MAX} - 1 + format.shift;
  format.unsorted = number / 3 % 2 == 1;
  format.skip_bad_lines = number / 6 % 2 == 1;
  format.label_lists = number / 12 % 2 == 1;
  return format;
}

namespace compare_detail {

inline std::string difference_in_rows(const sparselearn::ParsedRows& fast, const reference::Text& slow,
                                      std::uint32_t shift, bool lists) {
  if (fast.block.rows() != slow.rows.size()) return "number of rows";
  if (fast.block.offsets.size() != slow.rows.size() + 1) return "number of offsets";
  if (fast.block.lists.empty() == lists) return "lists kept or left out";
  if (lists && fast.block.lists.offsets.size() != slow.rows.size() + 1) return "number of lists";
  bool all_ones = true;
  for (std::size_t r = 0; r < slow.rows.size(); ++r) {
    const auto row = fast.block.row(r);
    reference::Row found{fast.block.labels[r], {}, {}};
    if (lists) {
      const auto list = fast.block.lists.row(r);
      if (std::adjacent_find(list.begin(), list.end(), std::greater_equal<>()) != list.end())
        return "order of the labels of row " + std::to_string(r);
      found.labels.insert(list.begin(), list.end());
    }
    for (std::size_t k = 0; k < row.size; ++k) {
      found.entries.emplace_back(static_cast<std::uint32_t>(row.index[k] + shift), row.value_at(k));
      all_ones = all_ones && row.value_at(k) == 1;
    }
    if (found != slow.rows[r]) return "row " + std::to_string(r);
  }
  if (all_ones != fast.block.values.empty()) return "values kept or left out";
  return {};
}

}  // namespace compare_detail

/// What differs, or "".
inline std::string difference(std::string_view text, const sparselearn::RowFormat& format) {
  std::string padded(text);
  padded.append(sparselearn::RowParser::padding, '\n');
  sparselearn::RowParser parser(format);
  const sparselearn::ParsedRows fast = parser.parse({padded.data(), text.size()});
  const reference::Text slow = reference::parse(text, format);
  if (fast.lines != slow.lines && (slow.bad.empty() || format.skip_bad_lines)) return "number of lines";
  if (fast.bad != slow.bad.size()) return "number of bad lines";
  for (std::size_t k = 0; k < fast.first_bad.size(); ++k) {
    const auto& bad = fast.first_bad[k];
    if (reference::Bad{bad.fault, bad.line, bad.at} != slow.bad[k]) return "bad line " + std::to_string(k);
  }
  if (fast.saw_qid != slow.saw_qid) return "qid";
  if (fast.saw_index_zero != slow.saw_index_zero) return "index 0";
  const std::uint64_t none = format.lowest_index;  // the parser's index_end of rows without features
  if (std::max(fast.index_end, none) != std::max(slow.index_end, none)) return "largest index";
  return compare_detail::difference_in_rows(fast, slow, format.shift, format.label_lists);
}
