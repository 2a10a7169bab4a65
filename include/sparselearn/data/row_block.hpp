// RowBlock: a self-contained piece of a data set in compressed sparse rows, a few MB large. The parser emits
// it, the cache stores it, the sweeps walk it, a stream is a sequence of it; there is no other layout.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "sparselearn/base/huge_vector.hpp"

namespace sparselearn {

/// One sparse row x_i: `size` pairs (index[k], value[k]), indices ascending from 0. value is null where every
/// value is 1.
struct RowView {
  const std::uint32_t* index;
  const float* value;
  std::size_t size;
  float value_at(std::size_t k) const { return value ? value[k] : 1.0F; }
};

/// The labels of rows that have any number of them (--multilabel): those of each row ascending, none twice.
struct LabelLists {
  HugeVector<std::uint64_t> offsets;  // rows + 1: row r has labels[offsets[r] .. offsets[r+1]]; or none
  HugeVector<double> labels;          // as written in the file until Dataset::map_labels

  /// True where every row has one label instead, RowBlock::labels.
  bool empty() const { return offsets.empty(); }
  std::span<const double> row(std::size_t r) const {
    return {labels.data() + offsets[r], offsets[r + 1] - offsets[r]};
  }
};

struct RowBlock {
  HugeVector<std::uint64_t> offsets{0};  // rows + 1: row r has the nonzeros offsets[r] .. offsets[r+1]
  HugeVector<std::uint32_t> indices;     // 0-based features
  HugeVector<float> values;              // as many as indices, or none when all are 1
  HugeVector<double> labels;             // rows, as written in the file until Dataset::map_labels
  HugeVector<float> weights;             // rows, or none when all are 1
  LabelLists lists;  // where rows have lists of labels; `labels` are 0 until one is chosen

  std::size_t rows() const { return labels.size(); }
  std::size_t nonzeros() const { return indices.size(); }
  RowView row(std::size_t r) const {
    const std::uint64_t begin = offsets[r];
    return {indices.data() + begin, values.empty() ? nullptr : values.data() + begin, offsets[r + 1] - begin};
  }
  double weight(std::size_t r) const { return weights.empty() ? 1.0 : static_cast<double>(weights[r]); }
  /// Bytes held by the arrays.
  std::size_t memory() const;
};

/// Appends row r of `from` with label and weight. All rows of `to` must come from blocks that, like `from`,
/// have values or have none, and weights or none, and lists of labels or none.
void copy_row(const RowBlock& from, std::size_t r, RowBlock& to);

/// Sum of squared values of a row, in double.
double squared_norm(const RowView& row);

}  // namespace sparselearn
