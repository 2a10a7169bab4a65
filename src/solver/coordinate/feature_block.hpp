// A block of coordinates as block-cd walks it: the rows that have any of them, each with its entries, so that
// a row's derivatives are read once a block. And how the coordinates are put into blocks.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "solver/coordinate/row_scores.hpp"
#include "sparselearn/engine/columns.hpp"

namespace sparselearn::solver {

class FeatureBlock {
 public:
  FeatureBlock(const Columns& columns, std::vector<std::uint32_t> coordinates);

  const std::vector<std::uint32_t>& coordinates() const { return coordinates_; }
  RowScores::Numbers rows() const { return rows_; }
  std::uint64_t entries() const { return local_.size(); }

  /// sum_i loss_i' x_ik and sum_i loss_i'' x_ik x_il (k >= l; row-major, square) for the coordinates k, l of
  /// the block. Same bits on any number of threads.
  struct Model {
    std::vector<double> gradient, hessian;
  };
  Model model(const RowScores& rows) const;
  /// x_i'd of every row of the block.
  std::vector<double> scores(const std::vector<double>& d) const;

 private:
  void add_rows(const RowScores& rows, std::size_t begin, std::size_t end, Model& sum) const;

  std::vector<std::uint32_t> coordinates_, rows_;
  std::vector<std::uint64_t> begin_;  // of each row's entries; one more at the end
  std::vector<std::uint32_t> local_;  // coordinate, as its place in the block
  std::vector<float> value_;
};

/// Blocks of at most `size` coordinates that rarely meet in a row: the ones in most rows first, each joins
/// the open block whose rows it shares least.
std::vector<std::vector<std::uint32_t>> low_overlap_blocks(const Columns& columns,
                                                           const std::vector<std::uint32_t>& coordinates,
                                                           std::size_t size, std::uint64_t rows);

}  // namespace sparselearn::solver
