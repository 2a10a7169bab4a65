// Dataset: all rows in memory, as the blocks the reader made, plus what was learned about them on the way.
// Data sets can share blocks: a copy, or the training rows of a fold, costs no more than its list of blocks,
// until one of those that share a block changes it and makes a copy for itself.
#pragma once
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sparselearn/base/spill.hpp"
#include "sparselearn/data/feature_set.hpp"
#include "sparselearn/data/row_block.hpp"

namespace sparselearn {

/// Where a row is: a block and a row in it. 8 bytes, so that an order over all rows stays small.
struct RowPlace {
  std::uint32_t block;
  std::uint32_t row;
};

/// The blocks of a data set, in order.
class Blocks {
 public:
  using Pointer = std::shared_ptr<RowBlock>;
  Blocks(std::span<const Pointer> blocks, Spill* spill) : blocks_(blocks), spill_(spill) {}

  std::size_t size() const { return blocks_.size(); }
  const RowBlock& operator[](std::size_t b) const { return *blocks_[b]; }

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = RowBlock;
    using difference_type = std::ptrdiff_t;
    using pointer = const RowBlock*;
    using reference = const RowBlock&;
    Iterator(const Pointer* block, Spill* spill) : block_(block), spill_(spill) {}
    const RowBlock& operator*() const { return **block_; }
    Iterator& operator++() {
      if (spill_) spill_->relieve();
      ++block_;
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator& other) const { return block_ == other.block_; }
    bool operator!=(const Iterator& other) const { return block_ != other.block_; }

   private:
    const Pointer* block_;
    Spill* spill_;
  };
  Iterator begin() const { return Iterator(blocks_.data(), spill_); }
  Iterator end() const { return Iterator(blocks_.data() + blocks_.size(), spill_); }

 private:
  std::span<const Pointer> blocks_;
  Spill* spill_;
};

class Dataset {
 public:
  Dataset() = default;

  /// Takes over a block. Its rows come after all earlier ones.
  void append(RowBlock block);
  /// The same for a block whose `width`, at least its largest index + 1, is known: saves a look at every row.
  void append(RowBlock block, std::uint64_t width);
  /// Takes block `b` of another data set as its own last one, without a copy.
  void share(const Dataset& other, std::size_t b);
  /// Gives the blocks away; what is left is empty. Blocks that are shared are copied.
  std::vector<RowBlock> release();

  std::uint64_t rows() const { return first_row_.back(); }
  std::uint64_t nonzeros() const { return nonzeros_; }
  /// Number of features d: one more than the largest 0-based index seen, or what set_features asked for.
  std::uint64_t features() const { return features_; }
  /// Widens (never narrows) the feature space. Throws UsageError when a row has a larger index.
  void set_features(std::uint64_t features);
  /// Feature j becomes number[j], another for every j; those with number[j] = dropped, and those beyond the
  /// span, leave the rows. Rows are sorted anew. Afterwards there are `features` features.
  void renumber_features(std::span<const std::uint32_t> number, std::uint64_t features);
  static constexpr std::uint32_t dropped = UINT32_MAX;
  /// Features are numbered by falling frequency, or nearly.
  bool frequent_first() const { return frequent_first_; }
  void set_frequent_first(bool known) { frequent_first_ = known; }
  /// The features of the set become 0, 1, 2 ... in their order; others leave the rows.
  void renumber_features(const FeatureSet& set);
  /// The index base the text had: 0 or 1.
  int index_base() const { return index_base_; }
  void set_index_base(int base) { index_base_ = base; }

  /// Whether the rows lie in a file (base/spill.hpp) and no copy of them may be made in memory.
  bool on_disk() const { return spill_ != nullptr; }
  Spill* spill() const { return spill_; }
  void set_spill(Spill* spill) { spill_ = spill; }
  /// Before rows elsewhere are read: what was read so far may go.
  void relieve() const {
    if (spill_) spill_->relieve();
  }

  Blocks blocks() const { return Blocks(blocks_, spill_); }
  RowView row(RowPlace p) const { return blocks_[p.block]->row(p.row); }
  double label(RowPlace p) const { return blocks_[p.block]->labels[p.row]; }
  double weight(RowPlace p) const { return blocks_[p.block]->weight(p.row); }
  /// Running number of a row, 0 .. rows() - 1, in file order.
  std::uint64_t number(RowPlace p) const { return first_row_[p.block] + p.row; }
  /// The place of row `number`; O(log blocks).
  RowPlace place(std::uint64_t number) const;
  bool weighted() const { return weighted_; }
  /// Sum of the row weights, S.
  double total_weight() const { return total_weight_; }

  /// Whether rows have lists of labels, RowBlock::lists, instead of one label each.
  bool label_lists() const;
  /// Distinct labels in ascending order, those of lists too, at most `limit` + 1 of them (one more than the
  /// limit says "too many").
  std::vector<double> distinct_labels(std::size_t limit = 1000) const;
  /// Replaces every label by map(label), in lists by a map that must increase. The map must be pure: rows are
  /// visited in parallel blocks.
  void map_labels(const std::function<double(double)>& map);
  /// Sets the labels, one a row in file order. Throws UsageError on a wrong count.
  void set_labels(std::span<const double> labels);
  /// Multiplies every row's weight by factor(label). Finite, non-negative factors.
  void scale_weights(const std::function<double(double)>& factor);
  /// Sets the row weights, one a row in file order. Throws UsageError on a wrong count, a negative or
  /// non-finite weight.
  void set_weights(std::span<const float> weights);

  /// Bytes held by the rows, those shared with other data sets included.
  std::size_t memory() const;

 private:
  void append(Blocks::Pointer block, std::uint64_t width);
  RowBlock& own(std::size_t b);
  void recount_weights();
  void set_renumbered(std::uint64_t features);

  std::vector<Blocks::Pointer> blocks_;
  std::vector<std::uint64_t> first_row_{0};  // blocks + 1
  std::uint64_t nonzeros_ = 0;
  std::uint64_t features_ = 0;
  double total_weight_ = 0;
  bool weighted_ = false, frequent_first_ = false;
  int index_base_ = 1;
  Spill* spill_ = nullptr;
};

}  // namespace sparselearn
