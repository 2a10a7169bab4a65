// The rows of a data set dealt into k folds. Each row is held once: what a fold trains on shares the blocks
// of the other folds, so that k training sets cost no more memory than one.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "sparselearn/data/dataset.hpp"

namespace sparselearn {

/// The fold 0 .. folds - 1 of each row, in file order, drawn by the seed: fold sizes differ by at most one,
/// and with `stratified` so do the numbers of rows of each label in the folds. Throws UsageError for fewer
/// than two folds, more than 65,535, or more than there are rows.
std::vector<std::uint16_t> deal_rows(const Dataset& data, std::size_t folds, bool stratified,
                                     std::uint64_t seed);

class Folds {
 public:
  /// Takes the rows over: each block is cut into a block a fold and given up, so that beside the rows no more
  /// than a few blocks are held twice. `fold` is what deal_rows() returned.
  Folds(Dataset data, std::vector<std::uint16_t> fold, std::size_t folds);

  std::size_t count() const { return held_.size(); }
  /// The rows of fold k, in file order.
  const Dataset& held_out(std::size_t k) const { return held_[k]; }
  /// The rows of all folds but k, fold by fold. Costs a list of blocks.
  Dataset training(std::size_t k) const;
  /// The fold of each row, in file order.
  std::span<const std::uint16_t> fold_of_row() const { return fold_; }
  /// All rows again, as they were before; nothing is left in the folds.
  Dataset rejoin();

 private:
  std::vector<std::uint16_t> fold_;
  std::vector<std::uint64_t> block_rows_;  // rows of each block of the data, for rejoin()
  std::vector<Dataset> held_;
};

}  // namespace sparselearn
