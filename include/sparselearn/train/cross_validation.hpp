// k-fold cross-validation of penalties: every point of a grid or a path is fitted on the rows of all folds
// but one and judged on that one, for each fold. The fits run at the same time on the one copy of the rows;
// beside it each needs what a solver needs for a fit of its own.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sparselearn/metric/metric.hpp"
#include "sparselearn/model/model.hpp"
#include "sparselearn/train/folds.hpp"
#include "sparselearn/train/train.hpp"

namespace sparselearn {

/// The penalties of one point; l2 empty: 1/S, S the sum of the weights of the rows that are trained on.
struct PenaltyPoint {
  double l1 = 0;
  std::optional<double> l2;
  Penalty on(const Dataset& rows) const { return {l1, l2.value_or(1 / rows.total_weight())}; }
};

/// Points that are fitted one after the other, each from the weights of the one before; the first from 0.
using PenaltyChain = std::vector<PenaltyPoint>;

/// One fit, judged on the rows held out.
struct FoldScore {
  bool fitted = false;  // false: not reached, interrupted or diverged
  double metric = TraceRow::unknown;
  double loss = TraceRow::unknown;  // mean over the rows held out, without penalties
  std::uint64_t nonzeros = 0;       // of the penalised weights
  Certificate certificate;
};

struct CrossValidation {
  const Loss& loss;
  bool intercept = false;
  const metric::Info& metric;
  /// A solver for a problem, and the model of its weights with labels and loss options filled in. Both are
  /// called by several threads at once.
  std::function<std::unique_ptr<Solver>(const Problem&)> solver;
  std::function<Model(const Problem&, std::span<const double> weights)> model;
  TrainOptions train;
  std::function<bool()> keep_going;  // asked between epochs, by any thread; once false, fits end
  /// Told of every fit, by one thread at a time, in the order in which they end.
  std::function<void(std::size_t fold, const PenaltyPoint&, const FoldScore&)> on_fit;
  /// Weights of the rows, by which they are judged when held out, in file order; empty: those they are
  /// trained with.
  std::span<const float> judging_weights;
};

/// Scores of each point, in the order of the chains and the points in them; one a fold. They do not depend on
/// the number of threads. Throws UsageError for a metric that does not fit the loss.
std::vector<std::vector<FoldScore>> cross_validate(const CrossValidation& run, const Folds& folds,
                                                   std::span<const PenaltyChain> chains);

/// Mean over folds, and its standard error: the deviation between folds / sqrt(folds).
struct FoldMean {
  double mean = TraceRow::unknown;
  double error = TraceRow::unknown;
};
FoldMean fold_mean(std::span<const double> values);

/// What the folds say of one point. Unknown values where a fit is missing.
struct PointSummary {
  PenaltyPoint point;
  FoldMean metric, loss;
  double nonzeros = TraceRow::unknown;    // mean
  std::size_t fitted = 0, converged = 0;  // folds
};
PointSummary summarise(const PenaltyPoint& point, std::span<const FoldScore> folds);

/// Of points with a known metric: `best` has the best mean, `one_standard_error` the strongest penalty (l1
/// first, then l2) among those whose mean is within the best's standard error of it. Of equals the stronger
/// penalty is taken. Empty when no point has a known metric.
struct Choice {
  std::size_t best, one_standard_error;
};
std::optional<Choice> choose_point(std::span<const PointSummary> points, bool larger_is_better);

}  // namespace sparselearn
