#include "solver/stochastic/search_step.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "sparselearn/engine/sample.hpp"

namespace sparselearn {

double search_step(const Problem& problem, double first, std::uint64_t seed,
                   const std::function<double(const Problem&, const Problem&, double)>& run, double& passes) {
  constexpr std::uint64_t fewest = 1000, most = 20000;
  const std::uint64_t rows = std::clamp<std::uint64_t>(problem.rows() / 10, fewest, most);
  const auto [data, others] = sample_rows(problem.data(), rows, seed);
  if (!(data.total_weight() > 0) || !(others.total_weight() > 0) || !(first > 0) || !std::isfinite(first))
    return first > 0 ? first : 1;
  const Problem sample(data, problem.loss(), problem.penalty(), problem.intercept());
  const Problem held_out(others, problem.loss(), problem.penalty(), problem.intercept());
  const double cost = static_cast<double>(data.rows()) / static_cast<double>(problem.rows());
  const auto value = [&](double step) {
    passes += 2 * cost;
    const double f = run(sample, held_out, step);
    return std::isfinite(f) ? f : std::numeric_limits<double>::infinity();
  };
  // Downhill by factors of two, up first and then down, on to the smallest step that is as good within a
  // tolerance: what one pass cannot tell apart, later passes can, and they prefer the smaller step.
  constexpr double tolerance = 0.03;
  double best = first, lowest = value(first);
  std::optional<double> at_half;  // of best, where it is known
  for (double next = 2 * first; next < 1e12 * first; next *= 2) {
    const double f = value(next);
    if (!(f < lowest)) break;
    best = next;
    at_half = lowest;
    lowest = f;
  }
  constexpr int most_below = 3;  // halvings below the lowest: where nothing is learned, every step is as good
  int below = 0;
  for (double next = best / 2; below < most_below && next > 1e-12 * first; next /= 2) {
    const double f = at_half ? *std::exchange(at_half, std::nullopt) : value(next);
    const double margin = tolerance * std::abs(lowest);
    if (std::isfinite(lowest) && !(f <= lowest + margin)) break;
    best = next;
    below = !std::isfinite(lowest) || f < lowest - margin ? 0 : below + 1;
    lowest = std::min(lowest, f);
  }
  return best;
}

}  // namespace sparselearn
