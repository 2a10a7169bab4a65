// What `train` tells at its end: aligned figures on standard error, the same as JSON for scripts.
#pragma once
#include <string>

#include "cli/train_data.hpp"

namespace sparselearn::cli {

/// One run of a solver on a problem.
struct Fit {
  std::string solver;
  std::string choice;  // why this solver; empty when it was named
  double l1 = 0, l2 = 0;
  std::size_t threads = 1;
  bool broken_off = false;         // one against the rest: not all classes were trained
  std::uint64_t coefficients = 0;  // length of the penalised part of the weights
  TrainResult result;
};

/// Data, problem and solver: what is known before the first epoch.
std::string opening(const TrainSettings& settings, const TrainData& data, const Fit& fit);
/// Work, time, objective, validation.
std::string closing(const TrainSettings& settings, const TrainData& data, const Fit& fit);
std::string summary_json(const TrainSettings& settings, const TrainData& data, const Fit& fit);
/// "epoch 12  objective 0.3233  duality gap 1.2e-05  step 0.01"
std::string row_text(const TraceRow& row);

}  // namespace sparselearn::cli
