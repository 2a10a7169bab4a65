#include "cli/calibrating.hpp"

#include "cli/interrupt.hpp"
#include "cli/train_progress.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/train/calibration.hpp"
#include "sparselearn/train/folds.hpp"
#include "sparselearn/train/to_model.hpp"

namespace sparselearn::cli {
namespace {

constexpr std::size_t folds_without_validation = 3;

HeldOutScores of_validation(const TrainSettings& settings, const TrainData& data, const Fit& fit) {
  const std::unique_ptr<Loss> loss = make_loss(settings, data.labels);
  const Problem problem(data.rows, *loss, {fit.l1, fit.l2}, settings.intercept);
  HeldOutScores scores;
  scores.add(finished_model(settings, problem, data.labels, fit.solver, fit.result.weights), *data.valid);
  return scores;
}

// Each fold scored by a model of the others, made as the model of all rows was.
class FoldScores {
 public:
  FoldScores(const TrainSettings& settings, TrainData& data, Screen& screen)
      : settings_(settings), data_(data), screen_(screen), loss_(make_loss(settings, data.labels)) {}

  std::optional<HeldOutScores> operator()() {
    std::vector<std::uint16_t> fold =
        deal_rows(data_.rows, folds_without_validation, true, settings_.solver_options.seed);
    Folds folds(std::move(data_.rows), std::move(fold), folds_without_validation);
    bool whole = true;
    for (std::size_t k = 0; k < folds.count() && whole; ++k) whole = score_fold(folds, k);
    if (whole) undo_class_weights(folds);
    data_.rows = folds.rejoin();
    return whole ? std::optional(std::move(scores_)) : std::nullopt;
  }

 private:
  bool score_fold(const Folds& folds, std::size_t k) {
    const Dataset rows = folds.training(k);
    const Problem problem(rows, *loss_, {settings_.l1, settings_.l2.value_or(1 / rows.total_weight())},
                          settings_.intercept);
    const SolverPick pick = pick_solver(settings_, problem);
    const std::unique_ptr<Solver> solver = make_solver(settings_, *pick.info);
    Progress progress(screen_, settings_.train.epochs, "calibration, fold " + std::to_string(k + 1) + "  ");
    TrainHooks hooks;
    hooks.on_row = [&](const TraceRow& row) { progress.row(row); };
    hooks.keep_going = [&] {
      progress.tick(solver->epochs());
      return !interrupted();
    };
    const TrainResult result = train(problem, *solver, settings_.train, hooks);
    if (interrupted()) return false;
    if (result.certificate.reason == "diverged")
      throw DivergedError("training diverged on a fold of the calibration: " + result.certificate.text());
    scores_.add(finished_model(settings_, problem, data_.labels, pick.name, result.weights),
                folds.held_out(k));
    return true;
  }

  // Probabilities are those of the rows as they are; --class-weight is for the fit alone.
  void undo_class_weights(const Folds& folds) {
    if (data_.own_weights.empty()) return;
    scores_.weights.clear();
    for (std::size_t k = 0; k < folds.count(); ++k)
      for (std::size_t i = 0; i < data_.own_weights.size(); ++i)
        if (folds.fold_of_row()[i] == k) scores_.weights.push_back(static_cast<double>(data_.own_weights[i]));
  }

  const TrainSettings& settings_;
  TrainData& data_;
  Screen& screen_;
  const std::unique_ptr<Loss> loss_;
  HeldOutScores scores_;
};

}  // namespace

std::string calibration_text(const Calibration& calibration) {
  if (calibration.kind == Calibration::Kind::isotonic)
    return "isotonic, " + with_commas(calibration.scores.size()) + " points";
  return "platt, a " + to_text(calibration.a, 6) + ", b " + to_text(calibration.b, 6);
}

std::optional<Calibration> calibration_of(const TrainSettings& settings, TrainData& data, const Fit& fit,
                                          Screen& screen) {
  if (interrupted()) return {};
  std::optional<HeldOutScores> rows =
      data.valid ? of_validation(settings, data, fit) : FoldScores(settings, data, screen)();
  screen.clear();
  if (!rows) return {};
  const bool platt = settings.calibrate == Calibration::Kind::platt;
  Calibration found = platt ? fit_platt(*rows) : fit_isotonic(*rows);
  screen.note("calibration: " + calibration_text(found) + ", fitted to " + with_commas(rows->scores.size()) +
              (data.valid ? " validation rows" : " rows held out of folds"));
  return found;
}

}  // namespace sparselearn::cli
