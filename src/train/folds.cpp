#include "sparselearn/train/folds.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/random.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn {
namespace {

// Row numbers by label, in file order; all in one list unless stratified.
std::map<double, std::vector<std::uint64_t>> strata(const Dataset& data, bool stratified) {
  std::map<double, std::vector<std::uint64_t>> rows;
  std::uint64_t number = 0;
  for (const RowBlock& block : data.blocks())
    for (const double label : block.labels) rows[stratified ? label : 0].push_back(number++);
  return rows;
}

// The rows of a block, a block a fold.
std::vector<RowBlock> cut_block(const RowBlock& block, std::span<const std::uint16_t> fold,
                                std::size_t folds) {
  std::vector<RowBlock> pieces(folds);
  for (std::size_t r = 0; r < block.rows(); ++r) copy_row(block, r, pieces[fold[r]]);
  return pieces;
}

// Rows of one fold, handed out in order; blocks that are done with are given up.
class Drain {
 public:
  explicit Drain(Dataset& fold) : blocks_(fold.release()) {}
  void move_row(RowBlock& to) {
    copy_row(blocks_[block_], row_++, to);
    if (row_ < blocks_[block_].rows()) return;
    blocks_[block_++] = RowBlock();
    row_ = 0;
  }

 private:
  std::vector<RowBlock> blocks_;
  std::size_t block_ = 0, row_ = 0;
};

}  // namespace

std::vector<std::uint16_t> deal_rows(const Dataset& data, std::size_t folds, bool stratified,
                                     std::uint64_t seed) {
  if (folds < 2 || folds > UINT16_MAX) throw UsageError("there must be 2 to 65,535 folds");
  if (folds > data.rows())
    throw UsageError(std::to_string(data.rows()) + " rows can not be divided into " + std::to_string(folds) +
                     " folds");
  Random random(seed);
  std::vector<std::uint16_t> fold(data.rows());
  std::size_t next = 0;  // goes on from label to label, so that the folds stay of a size
  for (auto& [label, rows] : strata(data, stratified)) {
    random.shuffle(std::span(rows));
    for (const std::uint64_t row : rows) {
      fold[row] = static_cast<std::uint16_t>(next);
      next = (next + 1) % folds;
    }
  }
  return fold;
}

Folds::Folds(Dataset data, std::vector<std::uint16_t> fold, std::size_t folds)
    : fold_(std::move(fold)), held_(folds) {
  const std::uint64_t features = data.features();
  const int index_base = data.index_base();
  const bool frequent_first = data.frequent_first();
  std::vector<RowBlock> blocks = data.release();
  std::vector<std::uint64_t> first(blocks.size() + 1);
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    block_rows_.push_back(blocks[b].rows());
    first[b + 1] = first[b] + blocks[b].rows();
  }
  std::vector<std::vector<RowBlock>> pieces(blocks.size());
  parallel_for(blocks.size(), [&](std::size_t b) {
    pieces[b] = cut_block(blocks[b], std::span(fold_).subspan(first[b], blocks[b].rows()), folds);
    blocks[b] = RowBlock();
  });
  for (std::vector<RowBlock>& of_block : pieces)
    for (std::size_t k = 0; k < folds; ++k) held_[k].append(std::move(of_block[k]), features);
  for (Dataset& held : held_) {
    held.set_features(features);
    held.set_index_base(index_base);
    held.set_frequent_first(frequent_first);
  }
}

Dataset Folds::training(std::size_t k) const {
  Dataset rows;
  for (std::size_t other = 0; other < count(); ++other)
    for (std::size_t b = 0; other != k && b < held_[other].blocks().size(); ++b) rows.share(held_[other], b);
  rows.set_features(held_[k].features());
  rows.set_index_base(held_[k].index_base());
  rows.set_frequent_first(held_[k].frequent_first());
  return rows;
}

Dataset Folds::rejoin() {
  const std::uint64_t features = held_.front().features();
  const int index_base = held_.front().index_base();
  const bool frequent_first = held_.front().frequent_first();
  std::vector<Drain> drains;
  for (Dataset& held : held_) drains.emplace_back(held);
  held_.clear();
  Dataset rows;
  std::uint64_t number = 0;
  for (const std::uint64_t count : block_rows_) {
    RowBlock block;
    for (std::uint64_t r = 0; r < count; ++r) drains[fold_[number++]].move_row(block);
    rows.append(std::move(block), features);
  }
  rows.set_features(features);
  rows.set_index_base(index_base);
  rows.set_frequent_first(frequent_first);
  return rows;
}

}  // namespace sparselearn
