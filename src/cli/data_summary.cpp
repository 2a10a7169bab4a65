#include "cli/data_summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

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
  Range range() const {
    if (count == 0) return {};
    return {least, sum / static_cast<double>(count), largest};
  }
};

}  // namespace

struct DataSurvey::Tallies {
  Tally values, lengths, norms, labels, list_lengths;
  std::vector<bool> used;  // by feature
  bool last_used = false;  // feature 2^32 - 1, which would make `used` that long
  bool too_many_labels = false;
  DataSummary summary;

  void add_labels(const RowBlock& block, std::size_t r) {
    if (block.lists.empty()) return add_label(block.labels[r]);
    summary.label_lists = true;
    const std::span<const double> list = block.lists.row(r);
    for (const double label : list) add_label(label);
    list_lengths.add(static_cast<double>(list.size()));
    summary.rows_unlabelled += list.empty() ? 1 : 0;
  }

  void add_label(double label) {
    labels.add(label);
    if (too_many_labels) return;
    ++summary.labels[label];
    if (summary.label_lists || summary.labels.size() <= DataSummary::most_labels) return;
    too_many_labels = true;
    summary.labels.clear();
  }

  void add_nonzeros(const RowView& row) {
    for (std::size_t k = 0; k < row.size; ++k) {
      const double value = static_cast<double>(row.value_at(k));
      values.add(value);
      summary.all_ones = summary.all_ones && value == 1;
      use(row.index[k]);
    }
  }

  void use(std::uint32_t feature) {
    if (feature == UINT32_MAX) {
      last_used = true;
      return;
    }
    if (feature >= used.size()) used.resize(std::max<std::size_t>(std::size_t{feature} + 1, 2 * used.size()));
    used[feature] = true;
  }
};

DataSurvey::DataSurvey() : tallies_(std::make_unique<Tallies>()) {}
DataSurvey::~DataSurvey() = default;

void DataSurvey::add(const RowBlock& block) {
  Tallies& t = *tallies_;
  t.summary.memory += block.memory();
  for (std::size_t r = 0; r < block.rows(); ++r) {
    const RowView row = block.row(r);
    t.lengths.add(static_cast<double>(row.size));
    t.norms.add(std::sqrt(squared_norm(row)));
    t.summary.empty_rows += row.size == 0 ? 1 : 0;
    t.add_labels(block, r);
    t.add_nonzeros(row);
  }
}

DataSummary DataSurvey::summary() const {
  const Tallies& t = *tallies_;
  DataSummary summary = t.summary;
  summary.values = t.values.range();
  summary.row_lengths = t.lengths.range();
  summary.row_norms = t.norms.range();
  summary.label_range = t.labels.range();
  summary.list_lengths = t.list_lengths.range();
  summary.used_features =
      static_cast<std::uint64_t>(std::count(t.used.begin(), t.used.end(), true)) + (t.last_used ? 1 : 0);
  return summary;
}

}  // namespace sparselearn::cli
