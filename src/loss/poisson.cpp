// Poisson loss (Nelder & Wedderburn 1972): the negative log-likelihood of a count y >= 0 with mean exp(z),
// without log y!:
//   value               exp(z) - y z
//   derivative          exp(z) - y
//   second derivative   exp(z), unbounded
//   conjugate           c log c - c, c = u + y >= 0
//   dual step           with c = y - alpha: c = exp(zeta), zeta = z - q (c - c0), by Newton's method
//   link                exp(z) is the mean of y; no P(y = +1)
#include "loss/dual_step.hpp"
#include "loss/scalar_loss.hpp"
#include "sparselearn/base/math.hpp"

namespace sparselearn::loss {
namespace {

class Poisson final : public ScalarLoss<Poisson> {
 public:
  std::string_view name() const override { return "poisson"; }
  LabelKind labels() const override { return LabelKind::positive_count; }
  double value(double z, double y) const override { return math::exp(z) - y * z; }
  double derivative(double z, double y) const override { return math::exp(z) - y; }
  double second_derivative(double z, double) const override { return math::exp(z); }
  double curvature_bound() const override { return infinite; }
  bool differentiable() const override { return true; }

  bool has_conjugate() const override { return true; }
  double conjugate(double u, double y) const override {
    const double c = u + y;
    if (c <= 0) return c == 0 ? 0 : infinite;
    return c * math::log(c) - c;
  }
  Domain conjugate_domain(double y) const override { return {-y, infinite}; }
  double dual_step(double alpha, double z, double y, double q) const override {
    const double c = dual::solve_exponential(-z, q, y - alpha);
    return dual::delta_to(y - c, alpha, conjugate_domain(y));
  }

  std::vector<double> sample_labels() const override { return {0, 1, 4}; }
};

}  // namespace

std::unique_ptr<Loss> make_poisson(const LossOptions&) { return std::make_unique<Poisson>(); }

}  // namespace sparselearn::loss
