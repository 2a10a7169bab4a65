#include "sparselearn/train/comparison.hpp"

#include <algorithm>
#include <cmath>

namespace sparselearn {
namespace {

// `sorted` with NaN last; q in [0, 1].
double quantile(const std::vector<double>& sorted, double q) {
  if (sorted.empty()) return TraceRow::unknown;
  const double place = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double part = place - static_cast<double>(below);
  if (part == 0) return sorted[below];  // not touched by what stands above
  return sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

}  // namespace

void Optimum::offer(std::span<const TraceRow> rows) {
  for (const TraceRow& row : rows) {
    value = std::fmin(value, row.objective);  // the other one, where one is NaN
    lower_bound = std::fmax(lower_bound, row.objective - row.duality_gap);
  }
}

double Optimum::gap() const {
  return std::isnan(lower_bound) ? TraceRow::unknown : std::max(0.0, value - lower_bound);
}

Effort effort_to(double level, std::span<const TraceRow> rows, const Optimum& optimum) {
  const auto there = std::find_if(rows.begin(), rows.end(), [&](const TraceRow& row) {
    return optimum.suboptimality(row.objective) <= level;
  });
  return there == rows.end() ? Effort{} : Effort{there->passes, there->seconds};
}

Quartiles quartiles(std::vector<double> values) {
  std::sort(values.begin(), values.end(),
            [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; });
  return {quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75)};
}

}  // namespace sparselearn
