#include "sparselearn/metric/label_counts.hpp"

#include <algorithm>
#include <numeric>

namespace sparselearn::metric {
namespace {

double sum(const std::vector<double>& counts) { return std::accumulate(counts.begin(), counts.end(), 0.0); }

// 2 TP / ((TP + FN) + (TP + FP)), and 0 for a label that neither occurs nor is predicted: zero_division=0.
double f1(double hit, double labelled, double predicted) {
  return labelled + predicted > 0 ? 2 * hit / (labelled + predicted) : 0;
}

// Share of the cells of the 0/1 matrix that differ.
double hamming_loss(const LabelCounts& c) {
  const double differ = sum(c.labelled) + sum(c.predicted) - 2 * sum(c.hit);
  return differ / (c.rows * static_cast<double>(c.hit.size()));
}

double subset_accuracy(const LabelCounts& c) { return c.exact / c.rows; }

double micro_f1(const LabelCounts& c) { return f1(sum(c.hit), sum(c.labelled), sum(c.predicted)); }

double macro_f1_of_labels(const LabelCounts& c) {
  double total = 0;
  for (std::size_t k = 0; k < c.hit.size(); ++k) total += f1(c.hit[k], c.labelled[k], c.predicted[k]);
  return total / static_cast<double>(c.hit.size());
}

constexpr ListInfo table[] = {
    {"hamming-loss", "share of pairs of a row and a label that are told wrong", false, hamming_loss},
    {"subset-accuracy", "share of rows whose labels are all told right", true, subset_accuracy},
    {"micro-f1", "F1 of all pairs of a row and a label", true, micro_f1},
    {"macro-f1", "mean over labels of F1", true, macro_f1_of_labels},
};

}  // namespace

void LabelCounts::add(std::span<const std::uint32_t> actual, std::span<const std::uint32_t> guessed,
                      double weight) {
  rows += weight;
  if (std::equal(actual.begin(), actual.end(), guessed.begin(), guessed.end())) exact += weight;
  for (const std::uint32_t label : actual) labelled[label] += weight;
  auto next = actual.begin();
  for (const std::uint32_t label : guessed) {
    predicted[label] += weight;
    next = std::lower_bound(next, actual.end(), label);
    if (next != actual.end() && *next == label) hit[label] += weight;
  }
}

std::span<const ListInfo> of_lists() { return table; }

}  // namespace sparselearn::metric
