// The yardstick of "no worse than plain SAGA": uniform sampling with replacement, step 1/(3L), the gradient table starting
// at grad f_i(0); coordinates outside a row catch up in closed form. Built and called by plain_saga.py.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace {

double derivative(int squared_hinge, double z, double y) {
  if (squared_hinge) return -2 * y * std::max(0.0, 1 - y * z);
  return -y / (1 + std::exp(y * z));
}

}  // namespace

// x in CSR with `rows` rows and `features` columns; writes the weights after `passes` passes to w.
extern "C" void plain_saga(std::int64_t rows, std::int64_t features, const std::int32_t* offsets,
                           const std::int32_t* indices, const double* values, const double* y, int squared_hinge,
                           double l2, double step, std::int64_t passes, std::uint64_t seed, double* w) {
  const double n = static_cast<double>(rows), shrink = 1 - step * l2;
  std::vector<double> stored(rows), mean(features);
  std::vector<std::int64_t> seen(features);
  std::fill_n(w, features, 0.0);
  for (std::int64_t i = 0; i < rows; ++i) {
    stored[i] = derivative(squared_hinge, 0, y[i]);
    for (auto k = offsets[i]; k < offsets[i + 1]; ++k) mean[indices[k]] += stored[i] * values[k] / n;
  }
  // `owed` steps w <- shrink w - step mean at once.
  const auto catch_up = [&](std::int64_t j, std::int64_t now) {
    const double owed = static_cast<double>(now - seen[j]);
    const double power = std::pow(shrink, owed);
    w[j] = power * w[j] - mean[j] * (1 - power) / l2;
    seen[j] = now;
  };
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::int64_t> pick(0, rows - 1);
  for (std::int64_t t = 0; t < passes * rows; ++t) {
    const std::int64_t i = pick(random);
    double z = 0;
    for (auto k = offsets[i]; k < offsets[i + 1]; ++k) {
      catch_up(indices[k], t);
      z += values[k] * w[indices[k]];
    }
    const double change = derivative(squared_hinge, z, y[i]) - stored[i];
    for (auto k = offsets[i]; k < offsets[i + 1]; ++k) {
      const auto j = indices[k];
      w[j] = shrink * w[j] - step * (change * values[k] + mean[j]);
      mean[j] += change * values[k] / n;
      seen[j] = t + 1;
    }
    stored[i] += change;
  }
  for (std::int64_t j = 0; j < features; ++j) catch_up(j, passes * rows);
}
