#include "cli/fitting.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "sparselearn/base/number.hpp"
#include "sparselearn/train/auto_solver.hpp"
#include "sparselearn/train/evaluation.hpp"
#include "sparselearn/train/relay.hpp"
#include "sparselearn/train/to_model.hpp"

namespace sparselearn::cli {

std::unique_ptr<Loss> make_loss(const TrainSettings& settings, const LabelMap& labels) {
  LossOptions options = settings.loss_options;
  options.classes = std::max<std::size_t>(labels.classes(), 2);
  return loss::make(settings.loss, options);
}

LossProblem::LossProblem(const TrainSettings& settings, const TrainData& data)
    : loss(make_loss(settings, data.labels)),
      problem(data.rows, *loss, {settings.l1, settings.l2.value_or(1 / data.rows.total_weight())},
              settings.intercept) {}

SolverPick pick_solver(const TrainSettings& settings, const Problem& problem) {
  const bool lock_free = settings.solver_options.mode == "hogwild";
  SolverPick pick{solver::find(settings.solver), "", ""};
  if (!pick.info) {
    const SolverChoice choice = choose_solver(problem, settings.solver_options_given, lock_free);
    pick.info = choice.info;
    pick.reason = choice.reason;
  }
  solver::require_support(*pick.info, problem, lock_free);
  pick.name = pick.info->name;
  if (const solver::Info* second = solver::find(settings.switch_to)) {
    solver::require_support(*second, problem, lock_free);
    pick.name += ">" + settings.switch_to;
  }
  return pick;
}

std::unique_ptr<Solver> make_solver(const TrainSettings& settings, const solver::Info& info) {
  SolverOptions options = settings.solver_options;
  if (settings.continuation > 1)
    return continuation(
        [options, &info](double epochs) mutable {
          options.epochs = epochs;
          return info.make(options);
        },
        settings.continuation, settings.train.epochs, settings.continuation_by);
  if (settings.switch_to.empty()) return info.make(options);
  options.epochs = settings.switch_at;
  std::unique_ptr<Solver> first = info.make(options);
  options.epochs = std::max(1.0, settings.train.epochs - settings.switch_at);
  return switch_solver(std::move(first), settings.switch_at, solver::make(settings.switch_to, options));
}

Model finished_model(const TrainSettings& settings, const Problem& problem, const LabelMap& labels,
                     const std::string& solver, std::vector<double> weights) {
  Model model = to_model(problem, std::move(weights));
  const std::size_t classes = model.loss_options.classes;
  model.loss_options = settings.loss_options;
  model.loss_options.classes = classes;
  model.labels = labels.labels();
  model.multilabel = settings.multilabel;
  model.solver = solver;
  model.seed = settings.solver_options.seed;
  return model;
}

void add_outcome(Model& model, const TrainResult& result) {
  model.extra.emplace_back("epochs", to_text(result.last.epoch));
  model.extra.emplace_back("objective", to_text(result.last.objective));
  model.extra.emplace_back("certificate", result.certificate.text());
}

const metric::Info& metric_of(const TrainSettings& settings, const Model& model) {
  return find_metric(settings.metric == "auto" ? default_metric(task_of(Predictor(model)))
                                               : std::string_view(settings.metric));
}

std::unique_ptr<Validation> validate(const TrainSettings& settings, const TrainData& data,
                                     const Problem& problem, const std::string& solver, TrainHooks& hooks) {
  if (!data.valid) return nullptr;
  Model model =
      finished_model(settings, problem, data.labels, solver, std::vector<double>(problem.dimension()));
  const metric::Info& judge_by = metric_of(settings, model);
  auto validation = std::make_unique<Validation>(*data.valid, problem, std::move(model), judge_by);
  hooks.validate = [&judge = *validation](std::span<const double> w, TraceRow& row) { judge(w, row); };
  hooks.larger_is_better = validation->metric().larger_is_better;
  return validation;
}

TraceRun trace_run(const TrainSettings& settings, const Fit& fit, std::uint64_t run) {
  TraceRun constants{std::to_string(run),         "", fit.solver, settings.loss, fit.l1, fit.l2, fit.threads,
                     settings.solver_options.seed};
  for (const std::string& path : settings.data)
    constants.dataset += (constants.dataset.empty() ? "" : " ") + path;
  return constants;
}

}  // namespace sparselearn::cli
