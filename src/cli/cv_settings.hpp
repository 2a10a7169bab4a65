// What `cv` was asked for: the settings of a fit, and which penalties to try on how many folds.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/train_settings.hpp"

namespace sparselearn::cli {

/// A penalty that is walked down, for every value of the other.
struct PathSettings {
  bool over_l1 = true;  // else l2
  std::size_t length = 20;
  double ratio = 1e-3;  // of the last penalty to the first
};

struct CvSettings {
  TrainSettings fit;  // of every fit; its penalties are those of the grid
  std::size_t folds = 5;
  std::vector<double> l1;                 // values to try, at least one
  std::vector<std::optional<double>> l2;  // likewise; empty: 1/S of the rows trained on
  std::optional<PathSettings> path;       // then the values of its penalty are not looked at
  bool one_standard_error = false;        // the rule that chooses the point
  std::string csv;                        // file; empty: not wanted
};

/// Throws UsageError as train_settings() does, and for grids that name another option than l1 and l2, name
/// one twice, or hold what is no penalty.
CvSettings cv_settings(const Arguments& arguments);

}  // namespace sparselearn::cli
