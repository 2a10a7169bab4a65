// Metrics of scores against labels. Labels are the loss's own: {-1,+1}, real numbers, or classes 0 .. K-1.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sparselearn {

/// Scores (outputs a row) and labels of all rows, with weights (empty: all 1).
struct Predictions {
  std::span<const double> scores;
  std::span<const double> labels;
  std::span<const double> weights;
  std::span<const double>
      probabilities;  // outputs == 1: P(y=+1) a row; else outputs a row; empty where the loss has none
  std::size_t outputs = 1;
};

namespace metric {

enum class Task { binary, regression, classes };

/// One line of metrics.def.
struct Info {
  std::string_view name;  // accuracy, auc, f1, macro-f1, precision, recall, log-loss, rmse, mae, r2
  std::string_view summary;
  unsigned tasks;  // 1u << Task, or'ed
  bool larger_is_better;
  bool needs_probability;
  double (*compute)(const Predictions&);  // NaN where undefined (AUC of one class, no rows, no weight)
};

std::span<const Info> all();
const Info* find(std::string_view name);

}  // namespace metric
}  // namespace sparselearn
