#include "sparselearn/train/cross_validation.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

#include "sparselearn/engine/threads.hpp"
#include "sparselearn/engine/vector.hpp"
#include "sparselearn/train/validation.hpp"

namespace sparselearn {
namespace {

// What a fold trains on and is judged by: made once, used by all of its chains.
struct FoldData {
  Dataset training, held_out;
};

// The judging weights of the rows of fold k, in their order there.
std::vector<float> weights_of_fold(std::span<const float> weights, const Folds& folds, std::size_t k) {
  std::vector<float> of_fold;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (folds.fold_of_row()[i] == k) of_fold.push_back(weights[i]);
  return of_fold;
}

class Run {
 public:
  Run(const CrossValidation& run, const Folds& folds, std::span<const PenaltyChain> chains)
      : run_(run), chains_(chains) {
    for (std::size_t k = 0; k < folds.count(); ++k) folds_.push_back({folds.training(k), folds.held_out(k)});
    for (std::size_t k = 0; k < folds.count() && !run.judging_weights.empty(); ++k)
      judging_.push_back(weights_of_fold(run.judging_weights, folds, k));
    for (const PenaltyChain& chain : chains) {
      first_.push_back(scores_.size());
      scores_.resize(scores_.size() + chain.size(), std::vector<FoldScore>(folds.count()));
    }
  }

  std::vector<std::vector<FoldScore>> operator()() {
    for_each_task(folds_.size() * chains_.size(),
                  [&](std::size_t task) { fit_chain(task / folds_.size(), task % folds_.size()); });
    return std::move(scores_);
  }

 private:
  void fit_chain(std::size_t chain, std::size_t fold) {
    std::vector<double> weights;
    for (std::size_t p = 0; p < chains_[chain].size(); ++p) {
      FoldScore& score = scores_[first_[chain] + p][fold];
      score = fit(chains_[chain][p], fold, weights);
      if (!score.fitted) return;
      const std::lock_guard<std::mutex> lock(telling_);
      if (run_.on_fit) run_.on_fit(fold, chains_[chain][p], score);
    }
  }

  // Begins at `weights` and leaves the weights reached there.
  FoldScore fit(const PenaltyPoint& point, std::size_t fold, std::vector<double>& weights) {
    FoldScore score;
    if (!run_.keep_going()) return score;
    const FoldData& data = folds_[fold];
    const Problem problem(data.training, run_.loss, point.on(data.training), run_.intercept);
    const std::unique_ptr<Solver> solver = run_.solver(problem);
    TrainHooks hooks;
    hooks.keep_going = run_.keep_going;
    TrainResult result = train(problem, *solver, run_.train, hooks, weights);
    weights = std::move(result.weights);
    score.certificate = std::move(result.certificate);
    const std::string& reason = score.certificate.reason;
    score.fitted = reason != "interrupted" && reason != "diverged";
    if (score.fitted) judge(problem, weights, fold, score);
    return score;
  }

  void judge(const Problem& problem, std::span<const double> weights, std::size_t fold, FoldScore& score) {
    Validation validation(folds_[fold].held_out, problem, run_.model(problem, weights), run_.metric);
    if (!judging_.empty()) validation.judge_by(judging_[fold]);
    TraceRow row;
    validation(weights, row);
    score.metric = row.valid_metric;
    score.loss = row.valid_loss;
    score.nonzeros = vector::nonzeros(weights.first(problem.penalized()));
  }

  const CrossValidation& run_;
  std::span<const PenaltyChain> chains_;
  std::vector<FoldData> folds_;
  std::vector<std::vector<float>> judging_;  // a fold; none: the rows' own weights
  std::vector<std::size_t> first_;           // point of each chain
  std::vector<std::vector<FoldScore>> scores_;
  std::mutex telling_;
};

bool stronger(const PointSummary& a, const PointSummary& b) {
  if (a.point.l1 != b.point.l1) return a.point.l1 > b.point.l1;
  return a.point.l2.value_or(0) > b.point.l2.value_or(0);
}

}  // namespace

std::vector<std::vector<FoldScore>> cross_validate(const CrossValidation& run, const Folds& folds,
                                                   std::span<const PenaltyChain> chains) {
  return Run(run, folds, chains)();
}

FoldMean fold_mean(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  FoldMean found;
  found.mean = 0;
  for (const double value : values) found.mean += value / count;
  double squares = 0;
  for (const double value : values) squares += (value - found.mean) * (value - found.mean);
  found.error = std::sqrt(squares / (count - 1) / count);
  return found;
}

PointSummary summarise(const PenaltyPoint& point, std::span<const FoldScore> folds) {
  PointSummary summary;
  summary.point = point;
  std::vector<double> metric, loss;
  double nonzeros = 0;
  for (const FoldScore& fold : folds) {
    metric.push_back(fold.metric);  // NaN where missing, and then so is the mean
    loss.push_back(fold.loss);
    nonzeros += static_cast<double>(fold.nonzeros);
    summary.fitted += fold.fitted ? 1 : 0;
    summary.converged += fold.fitted && fold.certificate.converged ? 1 : 0;
  }
  summary.metric = fold_mean(metric);
  summary.loss = fold_mean(loss);
  if (summary.fitted == folds.size()) summary.nonzeros = nonzeros / static_cast<double>(folds.size());
  return summary;
}

std::optional<Choice> choose_point(std::span<const PointSummary> points, bool larger_is_better) {
  const double sign = larger_is_better ? 1 : -1;
  std::optional<std::size_t> best;
  for (std::size_t p = 0; p < points.size(); ++p) {
    const double mean = sign * points[p].metric.mean;
    if (std::isnan(mean)) continue;
    const double so_far = best ? sign * points[*best].metric.mean : 0;
    if (!best || mean > so_far || (mean == so_far && stronger(points[p], points[*best]))) best = p;
  }
  if (!best) return {};
  Choice choice{*best, *best};
  const double enough = sign * points[*best].metric.mean - points[*best].metric.error;
  for (std::size_t p = 0; p < points.size(); ++p)
    if (sign * points[p].metric.mean >= enough && stronger(points[p], points[choice.one_standard_error]))
      choice.one_standard_error = p;
  return choice;
}

}  // namespace sparselearn
