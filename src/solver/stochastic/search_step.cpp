#include <algorithm>
#include <cmath>
#include <functional>

#include "solver/stochastic/stochastic.hpp"
#include "sparselearn/engine/sample.hpp"

namespace sparselearn {

double search_step(const Problem& problem, double first, std::uint64_t seed,
                   const std::function<double(const Problem&, double)>& run, double& passes) {
  constexpr std::uint64_t fewest = 1000, most = 20000;
  const std::uint64_t rows = std::clamp<std::uint64_t>(problem.rows() / 10, fewest, most);
  const Dataset data = sample_rows(problem.data(), rows, seed);
  if (!(data.total_weight() > 0) || !(first > 0) || !std::isfinite(first)) return first > 0 ? first : 1;
  const Problem sample(data, problem.loss(), problem.penalty(), problem.intercept());
  const double cost = static_cast<double>(data.rows()) / static_cast<double>(problem.rows());
  const auto value = [&](double step) {
    passes += 2 * cost;
    const double f = run(sample, step);
    return std::isfinite(f) ? f : std::numeric_limits<double>::infinity();
  };
  // Downhill by factors of two, up first and then down.
  double best = first, lowest = value(first);
  for (const double factor : {2.0, 0.5}) {
    const double begin = best;
    for (int k = 0; k < 40; ++k) {
      const double next = best * factor, f = value(next);
      if (!(f < lowest)) break;
      best = next;
      lowest = f;
    }
    if (best != begin) break;
  }
  return best;
}

}  // namespace sparselearn
