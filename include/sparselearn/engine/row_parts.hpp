// Cuts a data set into parts of about equal work. The cut depends on the data and the number of parts alone,
// never on threads: that is what makes parallel sums reproducible.
#pragma once
#include <cstddef>
#include <vector>

#include "sparselearn/data/dataset.hpp"

namespace sparselearn {

/// Rows begin .. end-1 of one block; `first` is the running number of row `begin`.
struct RowRange {
  std::uint32_t block;
  std::uint32_t begin, end;
  std::uint64_t first;
};

using RowPart = std::vector<RowRange>;  // consecutive rows

/// At most `parts` (at least 1) parts that together hold every row once, in order.
std::vector<RowPart> cut_rows(const Dataset& data, std::size_t parts);

/// body(block, row in the block, running number) for the rows of a part, in order.
template <class Body>
void for_each_row(const Dataset& data, const RowPart& part, const Body& body) {
  for (const RowRange& range : part) {
    data.relieve();
    for (std::uint32_t r = range.begin; r < range.end; ++r)
      body(data.blocks()[range.block], r, range.first + (r - range.begin));
  }
}

/// How many parts a sum into a vector of `dimension` is worth: the cost of adding the parts stays a fraction
/// of a pass.
std::size_t parts_for_gradient(const Dataset& data, std::size_t dimension);

}  // namespace sparselearn
