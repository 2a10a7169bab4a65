// sparselearn compare: several solvers and settings on data that are loaded once.
#include <memory>

#include "cli/compare_plan.hpp"
#include "cli/compare_results.hpp"
#include "cli/compare_table.hpp"
#include "cli/fitting.hpp"
#include "cli/interrupt.hpp"
#include "cli/train_progress.hpp"
#include "cli/value.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/train/auto_solver.hpp"

namespace sparselearn::cli {
namespace {

// All runs of a plan, one after the other.
class Batch {
 public:
  Batch(const Arguments& arguments, const std::vector<PlannedRun>& runs, CompareResults& results,
        Screen& screen)
      : reading_threads_(Value("threads", arguments.text("threads")).count(0, 4096)),
        runs_(runs),
        results_(results),
        screen_(screen) {}

  /// Runs what is not finished, until interrupted.
  void run() {
    for (std::size_t k = 0; k < runs_.size() && !interrupted(); ++k) {
      if (results_.finished(k)) continue;
      const TrainData& data = data_of(runs_[k]);
      provide_minimum(runs_[k], data);
      if (interrupted()) return;
      FinishedRun finished = fit(runs_[k], data, name(k));
      if (!interrupted()) results_.add_run(k, std::move(finished));
    }
  }

 private:
  // Runs that follow each other mostly share it.
  const TrainData& data_of(const PlannedRun& run) {
    if (loaded_ && loaded_name_ == run.data) return *loaded_;
    loaded_.reset();  // before the next one needs the memory
    const ThreadLimit limit(reading_threads_);
    loaded_ = std::make_unique<TrainData>(read_train_data(run.arguments, run.settings, screen_));
    loaded_name_ = run.data;
    catch_interrupts();  // from here on there are runs to keep
    for (const PlannedRun& other : runs_)
      if (other.data == run.data) check(other, *loaded_);
    return *loaded_;
  }

  std::string name(std::size_t k) const {
    std::string text = "run " + std::to_string(k + 1) + " of " + std::to_string(runs_.size()) + "  " +
                       runs_[k].settings.solver;
    for (const auto& [option, value] : runs_[k].choices)
      text.append(" ").append(option).append(" ").append(value);
    return text + "  ";
  }

  // An hour of runs must not end in "does not support".
  static void check(const PlannedRun& run, const TrainData& data) {
    const LossProblem task(run.settings, data);
    pick_solver(run.settings, task.problem);
    if (const solver::Info* reference = solver::find(run.reference))
      solver::require_support(*reference, task.problem);
    TrainHooks unused;
    validate(run.settings, data, task.problem, run.settings.solver, unused);
  }

  void provide_minimum(const PlannedRun& run, const TrainData& data) {
    const Minimum* known = results_.find_minimum(run.objective);
    if (!known) return find_minimum(run, data);
    if (known->rows != data.rows.rows() || known->nonzeros != data.rows.nonzeros())
      throw UsageError("--resume: the data have changed since the first runs: " + known->problem.dataset);
  }

  void find_minimum(const PlannedRun& run, const TrainData& data) {
    const LossProblem task(run.settings, data);
    Minimum minimum;
    const std::vector<double> zero(task.problem.dimension());
    minimum.optimum.at_zero = std::max(Objective(task.problem).value(zero).total, 1e-300);
    Fit about;
    about.l1 = task.problem.penalty().l1;
    about.l2 = task.problem.penalty().l2;
    minimum.problem = trace_run(run.settings, about, 0);
    minimum.rows = data.rows.rows();
    minimum.nonzeros = data.rows.nonzeros();
    if (run.reference != "none") {
      const std::string solver = run.reference == "auto"
                                     ? std::string(choose_precise_solver(task.problem).info->name)
                                     : run.reference;
      const PlannedRun precise = reference_run(run, solver);
      const FinishedRun found = fit(precise, data, "looking for F*  " + solver + "  ");
      minimum.optimum.offer(found.trace.rows);
      minimum.solver = solver;
      minimum.outcome = found.outcome;
      minimum.command = precise.command;
    }
    if (!interrupted()) results_.add_minimum(run.objective, std::move(minimum));
  }

  FinishedRun fit(const PlannedRun& plan, const TrainData& data, const std::string& prefix) {
    const ThreadLimit limit(plan.settings.threads);
    const LossProblem task(plan.settings, data);
    const SolverPick pick = pick_solver(plan.settings, task.problem);
    const std::unique_ptr<Solver> solver = make_solver(plan.settings, *pick.info);
    Fit about;
    about.solver = pick.name;
    about.l1 = task.problem.penalty().l1;
    about.l2 = task.problem.penalty().l2;
    about.threads = ThreadLimit::threads();
    FinishedRun finished{&plan, {trace_run(plan.settings, about, 0), {}}, ""};
    Progress progress(screen_, plan.settings.train.epochs, prefix);
    TrainHooks hooks;
    hooks.on_row = [&](const TraceRow& row) {
      finished.trace.rows.push_back(row);
      progress.row(row);
    };
    hooks.keep_going = [&] {
      progress.tick(solver->epochs());
      return !interrupted();
    };
    const std::unique_ptr<Validation> validation =
        validate(plan.settings, data, task.problem, pick.name, hooks);
    std::vector<double> start;
    if (data.start) start = start_point(*data.start, task.problem);
    try {
      finished.outcome = train(task.problem, *solver, plan.settings.train, hooks, start).certificate.text();
    } catch (const DivergedError& error) {  // the others shall run all the same
      finished.outcome = std::string("not converged: ") + error.what();
    }
    if (finished.trace.rows.empty()) finished.trace.rows.emplace_back();  // lost before its first evaluation
    return finished;
  }

  const std::size_t reading_threads_;
  const std::vector<PlannedRun>& runs_;
  CompareResults& results_;
  Screen& screen_;
  std::unique_ptr<TrainData> loaded_;
  std::string loaded_name_;  // PlannedRun::data
};

// Plots are worth having, results without them are too.
void draw_if_possible(const CompareResults& results, Screen& screen) {
  try {
    draw_figures(results);
  } catch (const Error& error) {
    screen.note(std::string("passes.svg and seconds.svg are left out: ") + error.what());
  }
}

}  // namespace

ExitCode compare_command(const Arguments& arguments) {
  if (!arguments.given("out")) throw UsageError("--out is missing: where shall the results go?");
  const std::vector<PlannedRun> runs = plan_runs(arguments);
  CompareResults results(std::string(arguments.text("out")), runs);
  arguments.given("resume") ? results.resume() : results.require_none();
  Screen screen(arguments);
  Batch(arguments, runs, results, screen).run();
  screen.clear();
  if (results.finished_count() > 0) {
    results.write();
    draw_if_possible(results, screen);
    write_file("-", compare_table(results));
  }
  if (!interrupted()) return ExitCode::success;
  screen.note("interrupted: " + with_commas(results.finished_count()) + " of " + with_commas(runs.size()) +
              " runs are finished; the same command with --resume goes on");
  return ExitCode::interrupted;
}

}  // namespace sparselearn::cli
