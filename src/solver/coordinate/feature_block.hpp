// A block of coordinates as block-cd walks it: the rows that have any of them, each with its entries, so that
// a row's derivatives are read once a block.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "solver/coordinate/row_scores.hpp"
#include "sparselearn/engine/columns.hpp"

namespace sparselearn::solver {

class FeatureBlock {
 public:
  FeatureBlock() = default;
  /// Blocks of these columns, which must live on; none yet.
  FeatureBlock(const Columns& columns, std::uint64_t rows);

  /// Becomes the block of these coordinates, in any order. Same bits on any number of threads, here and
  /// below.
  void gather(std::vector<std::uint32_t> coordinates);

  const std::vector<std::uint32_t>& coordinates() const { return coordinates_; }
  RowScores::Numbers rows() const { return rows_; }
  std::uint64_t entries() const { return entries_; }

  /// sum_i loss_i' x_ik and sum_i loss_i'' x_ik x_il (k >= l; row-major, square) for the coordinates k, l of
  /// the block.
  struct Model {
    std::vector<double> gradient, hessian;
  };
  Model model(const RowScores& rows) const;
  /// x_i'd of every row of the block.
  std::vector<double> scores(const std::vector<double>& d) const;

 private:
  // The rows of a range, in the order in which the columns name them.
  struct Part {
    std::uint64_t first = 0;  // of its rows among all of the block
    std::vector<std::uint32_t> rows;
    std::vector<std::uint64_t> begin;  // of each row's entries; one more at the end
    std::vector<std::uint32_t> local;  // coordinate, as its place in the block
    std::vector<float> value;
  };
  void gather(Part& part, std::uint64_t begin, std::uint64_t end);
  ColumnView within(std::uint32_t j, std::uint64_t begin, std::uint64_t end) const;
  void add_rows(const RowScores& rows, const Part& part, Model& sum) const;
  template <class Body>
  void for_each_part(const Body& body) const;

  const Columns* columns_ = nullptr;
  std::vector<std::uint32_t> coordinates_, rows_;
  std::uint64_t entries_ = 0;
  std::vector<Part> parts_;
  std::vector<std::uint32_t> place_;  // of each row of the data in its part
};

}  // namespace sparselearn::solver
