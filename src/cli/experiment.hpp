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
  std::string command;  // for a shell
  std::vector<std::pair<std::string, std::string>>
      choices;            // options of grids that this run reads: name, value
  std::string reference;  // solver of the run of high precision, "auto" or "none"
  // Parts of the command that are equal for
  std::string data;       // runs that share what is loaded,
  std::string objective;  // runs that share F*,
  std::string setting;    // repeats: all but the seed
};

/// All combinations of --solvers, --grid and --repeat. An option of a solver, a loss or a schedule, given
/// alone or in a grid, goes to the runs that read it. Throws UsageError when no run reads it, and for all
/// that `train` would refuse.
std::vector<PlannedRun> plan_experiment(const Arguments& compare);

/// The run of high precision that finds the minimum of the objective of `run`.
PlannedRun reference_run(const PlannedRun& run, const std::string& solver);

/// The options of a `train` command that say what is minimised, as words for a shell, and back: a command of
/// these options on the data named.
std::string objective_options(const Arguments& train);
Arguments train_arguments(const std::string& options, const std::vector<std::string>& data);

/// "sparselearn WORD..." with quotes where a shell needs them.
std::string shell_command(const std::vector<std::string>& words);

}  // namespace sparselearn::cli
