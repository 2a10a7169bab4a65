// What `compare` shall run: from solvers, grids and repeats to one command line of `train` a run. A run is
// nothing but that command line, so whoever types it gets the same run.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/train_settings.hpp"

namespace sparselearn::cli {

struct PlannedRun {
  Arguments arguments;  // of `train`
  TrainSettings settings;
  std::vector<std::pair<std::string, std::string>>
      choices;            // options of grids that this run reads: name, value
  std::string command;    // for a shell
  std::string setting;    // the command without its seed: equal for repeats
  std::string objective;  // the part of the command that says what is minimised: equal for runs that share F*
};

/// Runs on data that are loaded once.
struct Experiment {
  std::string data;       // the part of the commands that says what is loaded
  std::string reference;  // solver of the high-precision run, "auto" or "none"
  std::vector<PlannedRun> runs;
};

/// All combinations of --solvers, --grid and --repeat. An option of a solver, a loss or a schedule, given
/// alone or in a grid, goes to the runs that read it. Throws UsageError when no run reads it, and for all
/// that `train` would refuse.
Experiment plan_experiment(const Arguments& compare);

/// The run of high precision that finds the minimum of the objective of `run`.
PlannedRun reference_run(const PlannedRun& run, const std::string& solver);

/// "sparselearn WORD..." with quotes where a shell needs them.
std::string shell_command(const std::vector<std::string>& words);

}  // namespace sparselearn::cli
