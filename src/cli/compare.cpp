// sparselearn compare: several solvers and settings on data that are loaded once.
#include <memory>

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

// A run with the loss and the problem it is about.
struct Task {
  const TrainSettings& settings;
  std::unique_ptr<Loss> loss;
  Problem problem;

  Task(const TrainSettings& s, const TrainData& data)
      : settings(s),
        loss(make_loss(s, data.labels)),
        problem(data.rows, *loss, {s.l1, s.l2.value_or(1 / data.rows.total_weight())}, s.intercept) {}
};

// All runs of a plan, one after the other.
class Batch {
 public:
  Batch(CompareResults& results, const std::vector<PlannedRun>& runs, Screen& screen)
      : results_(results), runs_(runs), screen_(screen) {}

  /// Runs what is not finished of the runs from `begin` to `end`, which share the data; false when
  /// interrupted.
  bool run(std::size_t begin, std::size_t end, const std::string& reference, const TrainData& data) {
    for (std::size_t k = begin; k < end; ++k) check(runs_[k].settings, data);
    for (std::size_t k = begin; k < end; ++k) {
      if (results_.finished(k)) continue;
      if (!results_.has_minimum(runs_[k].objective)) find_minimum(runs_[k], reference, data);
      if (interrupted()) return false;
      FinishedRun finished = fit(runs_[k], data, name(k));
      if (interrupted()) return false;
      results_.add_run(k, std::move(finished));
    }
    return true;
  }

 private:
  std::string name(std::size_t k) const {
    std::string text = "run " + std::to_string(k + 1) + " of " + std::to_string(runs_.size()) + "  " +
                       runs_[k].settings.solver;
    for (const auto& [option, value] : runs_[k].choices) text += " " + option + " " + value;
    return text + "  ";
  }

  // An hour of runs must not end in "does not support".
  static void check(const TrainSettings& settings, const TrainData& data) {
    const Task task(settings, data);
    pick_solver(settings, task.problem);
    TrainHooks unused;
    validate(settings, data, task.problem, settings.solver, unused);
  }

  void find_minimum(const PlannedRun& run, const std::string& reference, const TrainData& data) {
    const Task task(run.settings, data);
    Minimum minimum;
    const std::vector<double> zero(task.problem.dimension());
    minimum.optimum.at_zero = std::max(Objective(task.problem).value(zero).total, 1e-300);
    Fit about;
    about.l1 = task.problem.penalty().l1;
    about.l2 = task.problem.penalty().l2;
    minimum.problem = trace_run(run.settings, about, 0);
    if (reference != "none") {
      const std::string solver =
          reference == "auto" ? std::string(choose_precise_solver(task.problem).info->name) : reference;
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
    const Task task(plan.settings, data);
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
    return finished;
  }

  CompareResults& results_;
  const std::vector<PlannedRun>& runs_;
  Screen& screen_;
};

void print(const std::string& text) {
  OutputFile out("-");
  out.write(text);
  out.commit();
}

}  // namespace

ExitCode compare_command(const Arguments& arguments) {
  if (!arguments.given("out")) throw UsageError("--out is missing: where shall the results go?");
  const Experiment experiment = plan_experiment(arguments);
  CompareResults results(std::string(arguments.text("out")), experiment.runs);
  results.require_none();
  Screen screen(arguments);
  const PlannedRun& first = experiment.runs.front();
  const TrainData data = [&] {
    const ThreadLimit limit(Value("threads", arguments.text("threads")).count(0, 4096));
    return read_train_data(first.arguments, first.settings, screen);
  }();
  catch_interrupts();
  const bool whole =
      Batch(results, experiment.runs, screen).run(0, experiment.runs.size(), experiment.reference, data);
  screen.clear();
  print(compare_table(results));
  return whole ? ExitCode::success : ExitCode::interrupted;
}

}  // namespace sparselearn::cli
