#include "cli/compare_results.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "sparselearn/base/csv.hpp"
#include "sparselearn/base/output_file.hpp"

namespace sparselearn::cli {
namespace {

bool exists(const std::string& path) {
  std::error_code none;
  return std::filesystem::exists(path, none);
}

}  // namespace

CompareResults::CompareResults(std::string folder, const std::vector<PlannedRun>& runs)
    : folder_(std::move(folder)), planned_(runs), finished_(runs.size()) {
  for (const PlannedRun& run : runs)
    for (const auto& [name, value] : run.choices)
      if (std::find(choices_.begin(), choices_.end(), name) == choices_.end()) choices_.push_back(name);
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) throw IoError("cannot create the folder " + folder_ + ": " + error.message());
  require_writable(path("summary.csv"));
}

void CompareResults::require_none() const {
  if (exists(path("summary.csv")))
    throw UsageError("there are results in " + folder_ +
                     " already; go on with them by --resume, or name another folder");
}

void CompareResults::resume() {
  if (!exists(path("summary.csv"))) return;
  const CsvTable summary = CsvTable::read(path("summary.csv"));
  const std::size_t run = summary.require_column("run"), command = summary.require_column("command"),
                    outcome = summary.require_column("outcome");
  std::vector<TraceOfRun> traces = read_trace(path("traces.csv"));
  for (const CsvTable::Row& row : summary.rows()) {
    const auto plan = std::find_if(planned_.begin(), planned_.end(),
                                   [&](const PlannedRun& p) { return p.command == row.fields[command]; });
    if (plan == planned_.end())
      throw UsageError("--resume: the results in " + folder_ + " are of other options: '" +
                       row.fields[command] + "' is not among the runs asked for");
    const auto trace = std::find_if(traces.begin(), traces.end(),
                                    [&](const TraceOfRun& t) { return t.run.run == row.fields[run]; });
    if (trace == traces.end())
      throw DataError(Place{path("traces.csv")}, "there are no rows of run " + row.fields[run]);
    finished_[static_cast<std::size_t>(plan - planned_.begin())] =
        FinishedRun{&*plan, *trace, row.fields[outcome]};
  }
  read_minima();
}

void CompareResults::read_minima() {
  const CsvTable table = CsvTable::read(path("optimum.csv"));
  const auto text = [&](const CsvTable::Row& row, const char* name) {
    return row.fields[table.require_column(name)];
  };
  const auto number = [&](const CsvTable::Row& row, const char* name) {
    return table.number(row, table.require_column(name));
  };
  for (const CsvTable::Row& row : table.rows()) {
    Minimum& minimum = minima_[text(row, "objective")];
    minimum.optimum = {number(row, "optimum"), number(row, "lower_bound"), number(row, "at_zero")};
    minimum.solver = text(row, "solver");
    minimum.outcome = text(row, "outcome");
    minimum.command = text(row, "command");
    minimum.problem.dataset = text(row, "dataset");
    minimum.problem.loss = text(row, "loss");
    minimum.problem.l1 = number(row, "l1");
    minimum.problem.l2 = number(row, "l2");
    minimum.rows = table.count(row, table.require_column("rows"));
    minimum.nonzeros = table.count(row, table.require_column("nonzeros"));
  }
}

void CompareResults::add_minimum(const std::string& objective, Minimum minimum) {
  minima_[objective] = std::move(minimum);
  write();
}

void CompareResults::add_run(std::size_t run, FinishedRun finished) {
  minima_.at(finished.plan->objective).optimum.offer(finished.trace.rows);
  finished_[run] = std::move(finished);
  write();
}

std::vector<const FinishedRun*> CompareResults::runs() const {
  std::vector<const FinishedRun*> found;
  for (const auto& run : finished_)
    if (run) found.push_back(&*run);
  return found;
}

void CompareResults::write() const {
  write_traces();
  write_minima();
  write_file(path("summary_quartiles.csv"), quartiles_csv(*this));
  write_file(path("summary.csv"), summary_csv(*this));
}

void CompareResults::write_traces() const {
  TraceWriter file(path("traces.csv"), TraceWriter::Existing::replace);
  for (const FinishedRun* run : runs()) {
    TraceRun constants = run->trace.run;
    constants.run = std::to_string(number(*run));
    for (const TraceRow& row : run->trace.rows) file.write(constants, row);
  }
  file.commit();
}

void CompareResults::write_minima() const {
  const std::vector<std::string> header{"objective", "dataset", "rows",    "nonzeros",    "loss",
                                        "l1",        "l2",      "optimum", "lower_bound", "gap",
                                        "at_zero",   "solver",  "outcome", "command"};
  std::string text = csv_line(header);
  for (const auto& [objective, minimum] : minima_) {
    const Optimum& found = minimum.optimum;
    text += csv_line(std::vector<std::string>{
        objective, minimum.problem.dataset, std::to_string(minimum.rows), std::to_string(minimum.nonzeros),
        minimum.problem.loss, csv_field(minimum.problem.l1), csv_field(minimum.problem.l2),
        csv_field(found.value), csv_field(found.lower_bound), csv_field(found.gap()),
        csv_field(found.at_zero), minimum.solver, minimum.outcome, minimum.command});
  }
  write_file(path("optimum.csv"), text);
}

}  // namespace sparselearn::cli
