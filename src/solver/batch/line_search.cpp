#include "solver/batch/line_search.hpp"

#include <algorithm>
#include <cmath>

#include "sparselearn/engine/vector.hpp"

namespace sparselearn::batch {
namespace {

// Relative error of a sum over all rows, and so of phi.
constexpr double rounding = 1e-14;
constexpr int most_trials = 40;

// The root of phi' lies between `low`, where phi falls, and `high`, where it rises (or is not finite).
class Bracket {
 public:
  explicit Bracket(double slope_at_zero) : low_{0, slope_at_zero} {}

  void add(double a, const PhiPoint& at, double phi_at_zero) {
    const bool rises = !std::isfinite(at.value) || !(at.slope <= 0) ||
                       at.value > phi_at_zero + rounding * std::abs(phi_at_zero);
    if (rises) {
      high_ = {a, at.slope};
      bracketed_ = true;
    } else {
      before_ = low_;
      low_ = {a, at.slope};
    }
  }

  // The secant's root where it is of use; now and then a halving, which always is.
  double next(bool halve) const {
    if (!bracketed_) {
      const double root = secant(before_, low_);
      return std::isfinite(root) ? std::clamp(root, 1.1 * low_.a, 10 * low_.a) : 10 * low_.a;
    }
    if (!std::isfinite(high_.slope)) return low_.a + 0.1 * (high_.a - low_.a);
    const double middle = low_.a + 0.5 * (high_.a - low_.a), root = secant(low_, high_);
    return halve || !(root > low_.a && root < high_.a) ? middle : root;
  }
  bool closed() const { return bracketed_ && high_.a - low_.a <= 1e-15 * high_.a; }

 private:
  struct End {
    double a, slope;
  };
  static double secant(const End& p, const End& q) {
    return p.a - p.slope * (q.a - p.a) / (q.slope - p.slope);
  }

  End before_{0, 0}, low_, high_{0, 0};
  bool bracketed_ = false;
};

double penalized_dot(const Problem& problem, std::span<const double> a, std::span<const double> b) {
  return vector::dot(a.first(problem.penalized()), b.first(problem.penalized()));
}

}  // namespace

bool WolfeConditions::hold(const PhiPoint& start, double a, const PhiPoint& at) const {
  if (!std::isfinite(at.value) || !(std::abs(at.slope) <= curvature * std::abs(start.slope))) return false;
  if (at.value <= start.value + decrease * a * start.slope) return true;
  const bool indistinct = at.value <= start.value + rounding * std::abs(start.value);
  return indistinct && at.slope <= (2 * decrease - 1) * start.slope;
}

double wolfe_step(const std::function<PhiPoint(double)>& phi, const PhiPoint& start, double first,
                  const WolfeConditions& conditions) {
  Bracket bracket(start.slope);
  double a = first;
  for (int trial = 1; trial <= most_trials && a > 0 && !bracket.closed(); ++trial) {
    const PhiPoint at = phi(a);
    if (conditions.hold(start, a, at)) return a;
    bracket.add(a, at, start.value);
    a = bracket.next(trial % 3 == 0);
  }
  return 0;
}

double backtracking_step(const std::function<PhiPoint(double)>& phi, const PhiPoint& start, double first,
                         const WolfeConditions& conditions) {
  const WolfeConditions armijo{conditions.decrease, std::numeric_limits<double>::infinity()};
  double a = first;
  for (int trial = 0; trial < most_trials; ++trial, a /= 2)
    if (armijo.hold(start, a, phi(a))) return a;
  return 0;
}

ScoreLine::ScoreLine(const Objective& objective, std::span<const double> w, std::span<const double> d,
                     std::span<const double> z, std::span<const double> dz)
    : objective_(objective),
      z_(z),
      dz_(dz),
      w_w_(penalized_dot(objective.problem(), w, w)),
      w_d_(penalized_dot(objective.problem(), w, d)),
      d_d_(penalized_dot(objective.problem(), d, d)) {}

PhiPoint ScoreLine::operator()(double a) const {
  const double l2 = objective_.problem().penalty().l2;
  const Objective::AlongLine data = objective_.along(z_, dz_, a);
  return {data.data_loss + l2 / 2 * (w_w_ + 2 * a * w_d_ + a * a * d_d_),
          data.slope + l2 * (w_d_ + a * d_d_)};
}

double barzilai_borwein_step(std::span<const double> s, std::span<const double> y) {
  const double curvature = vector::dot(s, y);
  return curvature > 0 ? vector::dot(s, s) / curvature : 0;
}

double second_order_step(std::span<const double> g, std::span<const double> d,
                         std::span<const double> hessian_d) {
  const double curvature = vector::dot(d, hessian_d);
  return curvature > 0 ? -vector::dot(g, d) / curvature : 0;
}

double local_lipschitz(const PhiPoint& a, const PhiPoint& b, double squared_length) {
  if (!std::isfinite(b.value)) return std::numeric_limits<double>::infinity();
  if (squared_length == 0) return 0;
  const bool distinct = std::abs(b.value - a.value) > 1e-10 * std::abs(a.value);
  const double rise = distinct ? 2 * (b.value - a.value - a.slope) : b.slope - a.slope;
  return std::max(0.0, rise / squared_length);
}

}  // namespace sparselearn::batch
