// From the settings of `train` to the loss, the solver and the model of a run: what every subcommand that
// fits needs.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cli/train_data.hpp"
#include "cli/train_report.hpp"
#include "cli/train_settings.hpp"
#include "sparselearn/engine/problem.hpp"
#include "sparselearn/model/labels.hpp"
#include "sparselearn/train/trace_writer.hpp"
#include "sparselearn/train/validation.hpp"

namespace sparselearn::cli {

std::unique_ptr<Loss> make_loss(const TrainSettings& settings, const LabelMap& labels);

/// The problem that settings make of the data, together with its loss. Keeps a reference to the data.
struct LossProblem {
  std::unique_ptr<Loss> loss;
  Problem problem;

  LossProblem(const TrainSettings& settings, const TrainData& data);
};

/// Which solver it shall be: `name` is "a>b" where b is switched to, `reason` says why `auto` chose it.
struct SolverPick {
  const solver::Info* info;
  std::string name, reason;
};
/// Throws UsageError, naming solvers that do, where the one asked for does not support the problem.
SolverPick pick_solver(const TrainSettings& settings, const Problem& problem);

/// The solver of a run, with what is wrapped around it.
std::unique_ptr<Solver> make_solver(const TrainSettings& settings, const solver::Info& info);

/// `weights` are dimension() doubles of the problem; `solver` is its name in the model.
Model finished_model(const TrainSettings& settings, const Problem& problem, const LabelMap& labels,
                     const std::string& solver, std::vector<double> weights);

/// Notes in the model what its run came to: epochs, objective, certificate.
void add_outcome(Model& model, const TrainResult& result);

/// The metric asked for, or the usual one of the model's task. Throws UsageError for an unknown name.
const metric::Info& metric_of(const TrainSettings& settings, const Model& model);

/// Makes the run evaluate the validation data, if there are any; keep what is returned (null without) as long
/// as the hooks. `solver` as above.
std::unique_ptr<Validation> validate(const TrainSettings& settings, const TrainData& data,
                                     const Problem& problem, const std::string& solver, TrainHooks& hooks);

/// What the rows of a fit's trace have in common.
TraceRun trace_run(const TrainSettings& settings, const Fit& fit, std::uint64_t run);

}  // namespace sparselearn::cli
