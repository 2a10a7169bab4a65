// What `compare` has found out so far, and its files in the folder of results:
//   traces.csv             the trace of every run
//   optimum.csv            a row an objective: F*, its bound, and who found it
//   summary.csv            a row a run, with the command that repeats it
//   summary_quartiles.csv  a row a setting: quartiles over its repeats
// All are written anew after every run and every search for a minimum, summary.csv last: a run is finished
// when it stands there. Two plots follow at the end, passes.svg and seconds.svg.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/experiment.hpp"
#include "sparselearn/train/comparison.hpp"
#include "sparselearn/train/trace_reader.hpp"

namespace sparselearn::cli {

struct FinishedRun {
  const PlannedRun* plan;
  TraceOfRun trace;
  std::string outcome;  // its certificate
};

/// An objective and the run that looked for its minimum.
struct Minimum {
  Optimum optimum;
  std::string solver, outcome, command;  // of that run; empty where there was none
  TraceRun problem;                      // dataset, loss and penalty
  std::uint64_t rows = 0, nonzeros = 0;  // of the data
};

class CompareResults {
 public:
  /// Keeps a reference to the runs planned. Throws IoError when the folder can not be made.
  CompareResults(std::string folder, const std::vector<PlannedRun>& runs);

  /// Takes over the finished runs of an earlier call. Throws UsageError when one of them is not planned,
  /// DataError for damaged files.
  void resume();
  /// Throws UsageError when there are results already.
  void require_none() const;

  /// Null where it was not looked for yet.
  const Minimum* find_minimum(const std::string& objective) const {
    const auto found = minima_.find(objective);
    return found == minima_.end() ? nullptr : &found->second;
  }
  /// Adds an objective and writes all files.
  void add_minimum(const std::string& objective, Minimum minimum);
  bool finished(std::size_t run) const { return finished_[run].has_value(); }
  /// Adds a run and writes all files.
  void add_run(std::size_t run, FinishedRun finished);

  std::size_t finished_count() const { return runs().size(); }
  /// Finished runs in the order of the plan.
  std::vector<const FinishedRun*> runs() const;
  /// What a run is called in the files: its place in the plan, from 1.
  std::size_t number(const FinishedRun& run) const {
    return static_cast<std::size_t>(run.plan - planned_.data()) + 1;
  }
  const Minimum& minimum(const FinishedRun& run) const { return minima_.at(run.plan->objective); }
  /// Options of all grids.
  const std::vector<std::string>& choices() const { return choices_; }
  std::string path(const std::string& file) const { return folder_ + "/" + file; }

  void write() const;

 private:
  void read_minima();
  void write_traces() const;
  void write_minima() const;

  std::string folder_;
  const std::vector<PlannedRun>& planned_;
  std::vector<std::optional<FinishedRun>> finished_;  // as planned_
  std::map<std::string, Minimum> minima_;             // by objective
  std::vector<std::string> choices_;
};

/// The value this run has for an option of a grid; empty when it does not read it.
std::string choice(const FinishedRun& run, const std::string& option);

/// Runs that differ in their seed alone.
struct Setting {
  std::vector<const FinishedRun*> repeats;
};
std::vector<Setting> settings_of(const CompareResults& results);

/// passes.svg and seconds.svg: (F - F*) / F(0) of the first repeat of every setting, a panel an objective.
/// Throws MissingProgram without gnuplot.
void draw_figures(const CompareResults& results);

/// The contents of the two summaries.
std::string summary_csv(const CompareResults& results);
std::string quartiles_csv(const CompareResults& results);

}  // namespace sparselearn::cli
