// Metrics of lists of labels. They need no more than a few counts a label, so that no scores are kept.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sparselearn::metric {

/// How predicted lists of labels 0 .. K-1 agree with the true ones; rows count by their weight.
class LabelCounts {
 public:
  explicit LabelCounts(std::size_t labels) : hit(labels), labelled(labels), predicted(labels) {}

  /// A row; both lists ascend.
  void add(std::span<const std::uint32_t> actual, std::span<const std::uint32_t> guessed, double weight = 1);

  std::vector<double> hit, labelled, predicted;  // K: rows that have the label and were given it; have it;
                                                 // were given it
  double rows = 0, exact = 0;                    // all; those whose lists are the same
};

/// A metric of lists, defined as scikit-learn does for the 0/1 matrix of rows and labels.
struct ListInfo {
  std::string_view name;  // hamming-loss, subset-accuracy, micro-f1, macro-f1
  std::string_view summary;
  bool larger_is_better;
  double (*compute)(const LabelCounts&);  // without rows NaN, or 0 for F1
};
std::span<const ListInfo> of_lists();

}  // namespace sparselearn::metric
