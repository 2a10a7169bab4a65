#include "cli/data_summary.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "sparselearn/engine/threads.hpp"

namespace sparselearn::cli {
namespace {

// Smallest, sum and largest of numbers seen so far.
struct Tally {
  double least = std::numeric_limits<double>::infinity(), sum = 0,
         largest = -std::numeric_limits<double>::infinity();
  std::uint64_t count = 0;
  void add(double value) {
    least = std::min(least, value);
    largest = std::max(largest, value);
    sum += value;
    ++count;
  }
  void add(const Tally& other) {
    least = std::min(least, other.least);
    largest = std::max(largest, other.largest);
    sum += other.sum;
    count += other.count;
  }
  Range range() const {
    if (count == 0) return {};
    return {least, sum / static_cast<double>(count), largest};
  }
};

struct BlockTally {
  Tally values, lengths, norms, labels, list_lengths;
  std::uint64_t empty = 0, unlabelled = 0;
  bool all_ones = true;
};

void add_labels(const RowBlock& block, std::size_t r, BlockTally& t) {
  if (block.lists.empty()) return t.labels.add(block.labels[r]);
  const std::span<const double> list = block.lists.row(r);
  for (const double label : list) t.labels.add(label);
  t.list_lengths.add(static_cast<double>(list.size()));
  t.unlabelled += list.empty() ? 1 : 0;
}

BlockTally tally(const RowBlock& block) {
  BlockTally t;
  for (std::size_t r = 0; r < block.rows(); ++r) {
    const RowView row = block.row(r);
    t.lengths.add(static_cast<double>(row.size));
    t.norms.add(std::sqrt(squared_norm(row)));
    add_labels(block, r, t);
    t.empty += row.size == 0 ? 1 : 0;
    for (std::size_t k = 0; k < row.size; ++k) {
      const double value = static_cast<double>(row.value_at(k));
      t.values.add(value);
      t.all_ones = t.all_ones && value == 1;
    }
  }
  return t;
}

std::uint64_t count_used_features(const Dataset& data) {
  std::vector<bool> used(data.features());
  for (const RowBlock& block : data.blocks())
    for (const std::uint32_t index : block.indices) used[index] = true;
  return static_cast<std::uint64_t>(std::count(used.begin(), used.end(), true));
}

}  // namespace

DataSummary summarize(const Dataset& data) {
  const auto blocks = data.blocks();
  std::vector<BlockTally> tallies(blocks.size());
  parallel_for(blocks.size(), [&](std::size_t b) { tallies[b] = tally(blocks[b]); });
  BlockTally all;
  DataSummary summary;
  for (const BlockTally& t : tallies) {
    all.values.add(t.values);
    all.lengths.add(t.lengths);
    all.norms.add(t.norms);
    all.labels.add(t.labels);
    all.list_lengths.add(t.list_lengths);
    summary.rows_unlabelled += t.unlabelled;
    summary.empty_rows += t.empty;
    summary.all_ones = summary.all_ones && t.all_ones;
  }
  summary.values = all.values.range();
  summary.row_lengths = all.lengths.range();
  summary.row_norms = all.norms.range();
  summary.label_range = all.labels.range();
  summary.label_lists = data.label_lists();
  summary.list_lengths = all.list_lengths.range();
  summary.used_features = count_used_features(data);
  if (summary.label_lists ||
      data.distinct_labels(DataSummary::most_labels).size() <= DataSummary::most_labels)
    for (const RowBlock& block : blocks)
      for (const double label : summary.label_lists ? block.lists.labels : block.labels)
        ++summary.labels[label];
  return summary;
}

}  // namespace sparselearn::cli
