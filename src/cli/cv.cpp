// sparselearn cv: k-fold cross-validation over penalties, and the model of the point chosen.
#include <atomic>
#include <chrono>
#include <memory>

#include "cli/cv_settings.hpp"
#include "cli/cv_table.hpp"
#include "cli/fitting.hpp"
#include "cli/interrupt.hpp"
#include "cli/train_progress.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/train/penalty_path.hpp"

namespace sparselearn::cli {
namespace {

std::string point_text(double l1, double l2) { return "l1 " + to_text(l1, 4) + ", l2 " + to_text(l2, 4); }

// One call of `cv`, after the data has been read.
class Validating {
 public:
  Validating(const CvSettings& settings, TrainData& data, Screen& screen)
      : settings_(settings), data_(data), screen_(screen), loss_(make_loss(settings.fit, data.labels)) {
    results_.total_weight = data.rows.total_weight();
    chains_ = settings.path ? path_chains() : grid_chains();
    metric_ = &check_points();
    results_.metric = metric_->name;
  }

  ExitCode run() {
    Folds folds = deal();
    validate_points(folds);
    screen_.clear();
    if (interrupted()) return interrupted_exit();
    if (const ExitCode code = choose(); code != ExitCode::success) return code;
    const std::string& table = settings_.csv == "-" ? cv_csv(results_) : cv_table(results_);
    write_file("-", table);
    if (!settings_.csv.empty() && settings_.csv != "-") write_file(settings_.csv, cv_csv(results_));
    const ExitCode code = tell_choice();
    if (settings_.fit.model.empty()) return code;
    data_.rows = folds.rejoin();
    const ExitCode refitted = refit();
    return refitted == ExitCode::success ? code : refitted;
  }

 private:
  // Each point by itself.
  std::vector<PenaltyChain> grid_chains() const {
    std::vector<PenaltyChain> chains;
    for (const auto& l2 : settings_.l2)
      for (const double l1 : settings_.l1) chains.push_back({{l1, l2}});
    return chains;
  }

  // A walk for each value of the other penalty, all down the same values.
  std::vector<PenaltyChain> path_chains() const {
    const PathSettings& path = *settings_.path;
    const Problem unpenalised = problem({0, 0.0});
    const double first = path.over_l1 ? smallest_empty_l1(unpenalised) : strong_l2(unpenalised);
    if (!(first > 0)) throw DataError("no feature tells anything of the labels: there is no path to walk");
    std::vector<PenaltyChain> chains(path.over_l1 ? settings_.l2.size() : settings_.l1.size());
    for (const double value : geometric_path(first, path.ratio, path.length))
      for (std::size_t c = 0; c < chains.size(); ++c)
        chains[c].push_back(path.over_l1 ? PenaltyPoint{value, settings_.l2[c]}
                                         : PenaltyPoint{settings_.l1[c], value});
    return chains;
  }

  Problem problem(const PenaltyPoint& point) const {
    return Problem(data_.rows, *loss_, point.on(data_.rows), settings_.fit.intercept);
  }

  Model model_of(const Problem& problem, std::span<const double> weights) const {
    return finished_model(settings_.fit, problem, data_.labels, settings_.fit.solver,
                          {weights.begin(), weights.end()});
  }

  // An hour of fits must not end in "does not support": solver and metric suit all points, or there is none.
  const metric::Info& check_points() const {
    for (const PenaltyChain& chain : chains_)
      for (const PenaltyPoint& point : chain) pick_solver(settings_.fit, problem(point));
    const Problem first = problem(chains_.front().front());
    const std::vector<double> zero(first.dimension());
    Model model = model_of(first, zero);
    const metric::Info& metric = metric_of(settings_.fit, model);
    return Validation(data_.rows, first, std::move(model), metric).metric();
  }

  Folds deal() {
    const bool stratified = data_.labels.classes() > 0;
    std::size_t points = 0;
    for (const PenaltyChain& chain : chains_) points += chain.size();
    fits_ = points * settings_.folds;
    screen_.note(with_commas(data_.rows.rows()) + " rows, " + with_commas(data_.features()) + " features; " +
                 std::to_string(settings_.folds) +
                 (stratified ? " folds stratified by label, " : " folds, ") + with_commas(points) +
                 (points == 1 ? " point, " : " points, ") + with_commas(fits_) + " fits");
    std::vector<std::uint16_t> fold =
        deal_rows(data_.rows, settings_.folds, stratified, settings_.fit.solver_options.seed);
    return Folds(std::move(data_.rows), std::move(fold), settings_.folds);
  }

  void validate_points(const Folds& folds) {
    CrossValidation run{*loss_, settings_.fit.intercept, *metric_, {}, {}, settings_.fit.train, {}, {}, {}};
    run.train.time_limit = 0;  // that of the whole is looked at between epochs
    run.judging_weights = data_.own_weights;
    run.solver = [&](const Problem& p) {
      return make_solver(settings_.fit, *pick_solver(settings_.fit, p).info);
    };
    run.model = [&](const Problem& p, std::span<const double> weights) { return model_of(p, weights); };
    run.keep_going = [&] { return !interrupted() && !out_of_time(); };
    run.on_fit = [&](std::size_t fold, const PenaltyPoint& point, const FoldScore& score) {
      tell_fit(fold, point, score);
    };
    results_.scores = cross_validate(run, folds, chains_);
    for (const PenaltyChain& chain : chains_)
      for (const PenaltyPoint& point : chain)
        results_.points.push_back(summarise(point, results_.scores[results_.points.size()]));
  }

  void tell_fit(std::size_t fold, const PenaltyPoint& point, const FoldScore& score) {
    ++done_;
    std::string text = "fold " + std::to_string(fold + 1) + ", l1 " + to_text(point.l1, 4) + ", l2 " +
                       (point.l2 ? to_text(*point.l2, 4) : "1/S") + ": " + results_.metric + " " +
                       to_text(score.metric, 6) + ", loss " + to_text(score.loss, 6);
    if (screen_.verbose()) screen_.note(text + ", " + score.certificate.text());
    screen_.progress(static_cast<double>(done_) / static_cast<double>(fits_), text);
  }

  bool out_of_time() {
    const double limit = settings_.fit.train.time_limit;
    if (limit <= 0) return false;
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin_;
    if (spent.count() < limit) return false;
    timed_out_ = true;
    return true;
  }

  ExitCode interrupted_exit() {
    screen_.note("interrupted: nothing is written");
    return ExitCode::interrupted;
  }

  ExitCode choose() {
    if (const auto choice = choose_point(results_.points, metric_->larger_is_better)) {
      results_.choice = *choice;
      return ExitCode::success;
    }
    if (timed_out_)
      say_error("the time limit was over before any point was fitted on all folds; raise --time-limit");
    else
      say_error(
          "no point has the metric " + results_.metric +
          " on all folds: fits diverged, or it is undefined there; try fewer folds, another --metric, or a "
          "stronger penalty");
    return ExitCode::not_converged;
  }

  std::size_t chosen() const {
    return settings_.one_standard_error ? results_.choice.one_standard_error : results_.choice.best;
  }

  // What was chosen, and how far it can be trusted.
  ExitCode tell_choice() {
    const PointSummary& point = results_.points[chosen()];
    std::size_t converged = 0, fitted = 0;
    for (const PointSummary& each : results_.points) {
      converged += each.converged;
      fitted += each.fitted;
    }
    if (fitted < fits_)
      screen_.note("note: " + with_commas(fits_ - fitted) + " of " + with_commas(fits_) + " fits " +
                   (timed_out_ ? "were not reached in the time limit" : "diverged"));
    if (converged < fitted)
      screen_.note("note: " + with_commas(fitted - converged) + " of " + with_commas(fits_) +
                   " fits did not converge; more --epochs or a larger --tol would help");
    screen_.note("chosen: " + point_text(point.point.l1, results_.l2(chosen())) +
                 (settings_.one_standard_error ? ", by the one-standard-error rule: " : ", the best: ") +
                 results_.metric + " " + to_text(point.metric.mean, 6) + ", standard error " +
                 to_text(point.metric.error, 2));
    const bool failed = settings_.fit.require_convergence && converged < fits_;
    return failed ? ExitCode::not_converged : ExitCode::success;
  }

  // The model of all rows at the point chosen: what `train` makes of these penalties.
  ExitCode refit() {
    const Problem all = problem(results_.points[chosen()].point);
    const SolverPick pick = pick_solver(settings_.fit, all);
    const std::unique_ptr<Solver> solver = make_solver(settings_.fit, *pick.info);
    Progress progress(screen_, settings_.fit.train.epochs, "all rows  ");
    TrainHooks hooks;
    hooks.on_row = [&](const TraceRow& row) { progress.row(row); };
    hooks.keep_going = [&] {
      progress.tick(solver->epochs());
      return !interrupted();
    };
    const TrainResult result = train(all, *solver, settings_.fit.train, hooks);
    screen_.clear();
    const Certificate& certificate = result.certificate;
    if (certificate.reason == "interrupted") return interrupted_exit();
    if (certificate.reason != "diverged") {
      Model model = finished_model(settings_.fit, all, data_.labels, pick.name, result.weights);
      data_.complete(model);
      add_outcome(model, result);
      write_model(model, settings_.fit.model, settings_.fit.model_format);
    }
    return exit_of(certificate);
  }

  ExitCode exit_of(const Certificate& certificate) {
    const bool failed =
        certificate.reason == "diverged" || (settings_.fit.require_convergence && !certificate.converged);
    if (failed && screen_.quiet()) say_error(certificate.text());
    screen_.note(certificate.text());
    return failed ? ExitCode::not_converged : ExitCode::success;
  }

  const CvSettings& settings_;
  TrainData& data_;
  Screen& screen_;
  const std::unique_ptr<Loss> loss_;
  std::vector<PenaltyChain> chains_;
  const metric::Info* metric_ = nullptr;
  CvResults results_;
  std::size_t fits_ = 0, done_ = 0;
  std::atomic<bool> timed_out_ = false;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

ExitCode cv_command(const Arguments& arguments) {
  const CvSettings settings = cv_settings(arguments);
  for (const std::string& path : {settings.fit.model, settings.csv})
    if (!path.empty()) require_writable(path);
  Screen screen(arguments);
  const ThreadLimit limit(settings.fit.threads);
  TrainData data = read_train_data(arguments, settings.fit, screen);
  catch_interrupts();
  return Validating(settings, data, screen).run();
}

}  // namespace sparselearn::cli
