#include "sparselearn/train/penalty_path.hpp"

#include <algorithm>
#include <cmath>

#include "sparselearn/engine/objective.hpp"
#include "sparselearn/solver/solver.hpp"
#include "sparselearn/train/train.hpp"

namespace sparselearn {
namespace {

// The labels and weights of a data set on rows without features: what is left of a problem where w = 0.
Dataset without_features(const Dataset& data) {
  Dataset bare;
  for (const RowBlock& block : data.blocks()) {
    RowBlock rows;
    rows.offsets.assign(block.rows() + 1, 0);
    rows.labels = block.labels;
    rows.weights = block.weights;
    bare.append(std::move(rows));
  }
  return bare;
}

double intercept_slope(Objective& bare, double b) {
  double slope = 0;
  bare.value_and_gradient(std::span(&b, 1), std::span(&slope, 1));
  return slope;
}

// Two intercepts around the best one, as close as doubles allow; convexity makes the slope ascend. Where it
// never changes its sign (one label alone) both are the last one tried.
struct Bracket {
  double low, high;
};

Bracket bracket_intercept(Objective& bare) {
  constexpr double farthest = 1e6;
  const double direction = intercept_slope(bare, 0) > 0 ? -1 : 1;
  double near = 0, far = direction;
  while (std::abs(far) < farthest && intercept_slope(bare, far) * direction < 0) {
    near = far;
    far *= 2;
  }
  if (std::abs(far) >= farthest) return {far, far};
  Bracket found{std::min(near, far), std::max(near, far)};
  while (true) {
    const double middle = found.low + (found.high - found.low) / 2;
    if (!(found.low < middle && middle < found.high)) return found;
    (intercept_slope(bare, middle) < 0 ? found.low : found.high) = middle;
  }
}

using Vector = std::vector<double>;

Vector gradient_at(Objective& objective, const Vector& w) {
  Vector gradient(w.size());
  objective.value_and_gradient(w, gradient);
  return gradient;
}

// One score: gradients at both ends of the bracket, mixed so that the intercept's part is zero.
Vector mixed_gradient(Objective& objective, const Bracket& bracket) {
  Vector w(objective.dimension());
  w.back() = bracket.low;
  Vector low = gradient_at(objective, w);
  w.back() = bracket.high;
  const Vector high = gradient_at(objective, w);
  const double rise = high.back() - low.back();
  const double part = rise > 0 ? std::clamp(-low.back() / rise, 0.0, 1.0) : 0.0;
  for (std::size_t j = 0; j < low.size(); ++j) low[j] += part * (high[j] - low[j]);
  return low;
}

// Several scores: a solver finds the best intercepts, since their losses are smooth.
Vector gradient_at_best_intercepts(Objective& objective, const Problem& bare) {
  const std::unique_ptr<Solver> solver = solver::make("lbfgs", {});
  TrainOptions options;
  options.tolerance = 1e-12;
  options.epochs = 1000;
  const TrainResult best = train(bare, *solver, options);
  Vector w(objective.dimension());
  std::copy(best.weights.begin(), best.weights.end(),
            w.end() - static_cast<std::ptrdiff_t>(best.weights.size()));
  return gradient_at(objective, w);
}

}  // namespace

double smallest_empty_l1(const Problem& problem) {
  const Problem smooth(problem.data(), problem.loss(), {0, 0}, problem.intercept());
  Objective objective(smooth);
  Vector gradient;
  if (!problem.intercept()) {
    gradient = gradient_at(objective, Vector(smooth.dimension()));
  } else {
    const Dataset rows = without_features(problem.data());
    const Problem bare(rows, problem.loss(), {0, 0}, true);
    Objective bare_objective(bare);
    gradient = problem.outputs() == 1 ? mixed_gradient(objective, bracket_intercept(bare_objective))
                                      : gradient_at_best_intercepts(objective, bare);
  }
  double largest = 0;
  for (std::size_t j = 0; j < problem.penalized(); ++j) largest = std::max(largest, std::abs(gradient[j]));
  return largest;
}

double strong_l2(const Problem& problem) {
  const double curvature = problem.loss().curvature_bound();
  return problem.smoothness(std::isfinite(curvature) ? curvature : 1.0).mean;
}

std::vector<double> geometric_path(double first, double ratio, std::size_t length) {
  std::vector<double> values(length);
  for (std::size_t k = 0; k < length; ++k)
    values[k] = first * std::pow(ratio, static_cast<double>(k) / static_cast<double>(length - 1));
  return values;
}

}  // namespace sparselearn
