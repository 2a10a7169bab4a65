// One of the parts that ascend on the dual side by side: its rows of a round, and what became of them.
#pragma once
#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "sparselearn/engine/row_order.hpp"

namespace sparselearn::solver {

// On cache lines of its own, as threads write to parts that lie side by side.
struct alignas(128) DualPart {
  std::span<const RowPlace> rows;    // of the round
  double* view = nullptr;            // u_p, or v itself with one part
  std::vector<double> deltas;        // of `rows`; only where a merge may have to take some back
  std::vector<double> scaled_cells;  // room for
  std::span<const double> scaled;    // what CellScales found of the row in hand
  double gain = 0;

  /// The next group of the order is the round.
  void take_group(RowOrder& order) { rows = order.next_group(); }

  /// The round is the next `count` rows of a stream of the order, fewer at the sweep's end.
  void take_rows(RowOrder& order, std::size_t stream, std::size_t count) {
    taken_.clear();
    while (taken_.size() < count) {
      if (group_.empty()) group_ = order.next_group(stream);
      if (group_.empty()) break;
      const std::span<const RowPlace> next = group_.first(std::min(group_.size(), count - taken_.size()));
      taken_.insert(taken_.end(), next.begin(), next.end());
      group_ = group_.subspan(next.size());
    }
    rows = taken_;
  }

 private:
  std::span<const RowPlace> group_;  // not yet taken
  std::vector<RowPlace> taken_;
};

}  // namespace sparselearn::solver
