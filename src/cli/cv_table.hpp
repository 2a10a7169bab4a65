// What `cv` found out, as a table for people and as CSV.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "sparselearn/train/cross_validation.hpp"

namespace sparselearn::cli {

struct CvResults {
  std::string metric;
  std::vector<PointSummary> points;
  std::vector<std::vector<FoldScore>> scores;  // a point, a fold
  double total_weight = 0;                     // S of all rows: 1/S is what an automatic l2 will be
  Choice choice{};

  double l2(std::size_t point) const { return points[point].point.l2.value_or(1 / total_weight); }
};

/// A line a point: penalties, means over the folds with their standard errors; the best point and that of the
/// one-standard-error rule are marked.
std::string cv_table(const CvResults& results);
/// The same with every fold's figures, numbers in full.
std::string cv_csv(const CvResults& results);

}  // namespace sparselearn::cli
