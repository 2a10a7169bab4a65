// The lists of labels of the rows that a parser is reading.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sparselearn/data/row_block.hpp"

namespace sparselearn {

class RowLabelLists {
 public:
  void clear();
  /// A label of the row being read, `at` bytes into its line.
  void add(double label, std::size_t at) { row_.push_back({label, at}); }
  /// Sorts the labels of the row and leaves each in once. Returns where the first one stands that was there
  /// before, if any.
  std::optional<std::size_t> sort_row();
  /// The row, sorted, is a good one.
  void end_row();
  /// The row is a bad one.
  void drop_row() { row_.clear(); }
  /// The lists of all rows since clear().
  void copy_to(LabelLists& lists) const;

 private:
  struct Placed {
    double label;
    std::size_t at;
  };
  std::vector<Placed> row_;
  std::vector<std::uint64_t> offsets_{0};
  std::vector<double> labels_;
};

}  // namespace sparselearn
