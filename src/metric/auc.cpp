// Area under the ROC curve: the chance that a positive row scores above a negative one, equal scores counted
// half (Mann & Whitney 1947; Hanley & McNeil 1982), pairs weighted by the product of their rows' weights.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "metric/weighted_mean.hpp"

namespace sparselearn::metric {
namespace {

struct Scored {
  double score, positive, negative;  // the row's weight stands in one of the latter two
};

}  // namespace

double auc(const Predictions& p) {
  constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  std::vector<Scored> rows(p.labels.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (std::isnan(p.scores[row])) return undefined;
    const double s = weight(p, row);
    rows[row] = p.labels[row] > 0 ? Scored{p.scores[row], s, 0} : Scored{p.scores[row], 0, s};
  }
  // Rows of one score may come in any order: their weights are added up first. Ties in file order keep the
  // sums the same.
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Scored& a, const Scored& b) { return a.score < b.score; });
  double positives = 0, negatives = 0, concordant = 0;
  for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
    double positive = 0, negative = 0;
    for (; end < rows.size() && rows[end].score == rows[begin].score; ++end) {
      positive += rows[end].positive;
      negative += rows[end].negative;
    }
    concordant += positive * (negatives + negative / 2);
    positives += positive;
    negatives += negative;
  }
  return positives > 0 && negatives > 0 ? concordant / (positives * negatives) : undefined;
}

}  // namespace sparselearn::metric
