// Exponential loss of AdaBoost (Freund & Schapire 1997; Friedman, Hastie & Tibshirani 2000), m = y z:
//   value               exp(-m)
//   derivative          -y exp(-m)
//   second derivative   exp(-m), unbounded
//   conjugate           b log b - b, b = -y u >= 0
//   dual step           with b = y alpha: b = exp(-zeta), zeta = m + q (b - b0), by Newton's method
//   link                P(y = +1) = sigmoid(2 z), from the minimiser of the expected loss (not a likelihood)
#include "loss/dual_step.hpp"
#include "loss/scalar_loss.hpp"
#include "sparselearn/base/math.hpp"

namespace sparselearn::loss {
namespace {

class Exponential final : public ScalarLoss<Exponential> {
 public:
  std::string_view name() const override { return "exponential"; }
  LabelKind labels() const override { return LabelKind::binary; }
  double value(double z, double y) const override { return math::exp(-y * z); }
  double derivative(double z, double y) const override { return -y * math::exp(-y * z); }
  double second_derivative(double z, double y) const override { return math::exp(-y * z); }
  double curvature_bound() const override { return infinite; }
  bool differentiable() const override { return true; }

  bool has_conjugate() const override { return true; }
  double conjugate(double u, double y) const override {
    const double b = -y * u;
    if (b <= 0) return b == 0 ? 0 : infinite;
    return b * math::log(b) - b;
  }
  Domain conjugate_domain(double y) const override {
    return y > 0 ? Domain{-infinite, 0} : Domain{0, infinite};
  }
  double dual_step(double alpha, double z, double y, double q) const override {
    const double b = dual::solve_exponential(y * z, q, y * alpha);
    return dual::delta_to(y * b, alpha, conjugate_domain(y));
  }

  double probability(double z) const override { return math::sigmoid(2 * z); }
  std::vector<double> sample_labels() const override { return {-1, 1}; }
};

}  // namespace

std::unique_ptr<Loss> make_exponential(const LossOptions&) { return std::make_unique<Exponential>(); }

}  // namespace sparselearn::loss
