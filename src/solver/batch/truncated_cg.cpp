#include "solver/batch/truncated_cg.hpp"

#include "sparselearn/engine/vector.hpp"

namespace sparselearn::batch {
namespace {

constexpr int most_products = 500;

// v'M^-1 v.
double preconditioned_square(std::span<const double> preconditioner, std::span<const double> v) {
  double sum = 0;
  for (std::size_t j = 0; j < v.size(); ++j) sum += v[j] * v[j] / preconditioner[j];
  return sum;
}

}  // namespace

Vector truncated_cg(Curvature& curvature, std::span<const double> preconditioner, std::span<const double> g,
                    double accuracy) {
  const std::size_t n = g.size();
  Vector s(n, 0.0), r(n), d(n), product(n);  // step, residual -g - B s, direction, B d
  for (std::size_t j = 0; j < n; ++j) {
    r[j] = -g[j];
    d[j] = r[j] / preconditioner[j];
  }
  double rho = preconditioned_square(preconditioner, r);
  const double target = accuracy * accuracy * rho;
  double fall = 0;  // -q(s)
  for (int k = 1; k <= most_products && rho > target; ++k) {
    curvature.product(d, product);
    const double curved = vector::dot(d, product);
    if (!(curved > 0)) {
      if (k == 1) s = d;  // no curvature seen: steepest descent, and the line search finds its length
      break;
    }
    const double a = rho / curved, gain = 0.5 * a * rho;
    vector::axpy(a, d, s);
    vector::axpy(-a, product, r);
    fall += gain;
    if (k > 1 && k * gain <= 3 * accuracy * fall) break;
    const double next = preconditioned_square(preconditioner, r), beta = next / rho;
    rho = next;
    for (std::size_t j = 0; j < n; ++j) d[j] = r[j] / preconditioner[j] + beta * d[j];
  }
  return s;
}

Vector truncated_cg_preconditioner(Curvature& curvature, double l2) {
  Vector m = curvature.diagonal();
  for (double& entry : m) entry = 0.99 * l2 + 0.01 * entry;
  return m;
}

}  // namespace sparselearn::batch
