// Quantile ("pinball") loss of level tau (Koenker & Bassett 1978), r = z - y:
//   value               max(-tau r, (1 - tau) r)
//   derivative          1 - tau for r > 0, -tau for r < 0, 0 at the kink r = 0 (a subgradient)
//   second derivative   0
//   conjugate           u y, for -tau <= u <= 1 - tau
//   dual step           alpha + delta = clip((q alpha - r) / q, tau - 1, tau)
//   link                none; z estimates the tau-quantile of y
#include "loss/dual_step.hpp"
#include "loss/option_check.hpp"
#include "loss/scalar_loss.hpp"

namespace sparselearn::loss {
namespace {

class Quantile final : public ScalarLoss<Quantile> {
 public:
  explicit Quantile(double tau) : tau_(tau) {}

  std::string_view name() const override { return "quantile"; }
  LabelKind labels() const override { return LabelKind::real; }
  double value(double z, double y) const override {
    const double r = z - y;
    return (r > 0 ? 1 - tau_ : -tau_) * r;
  }
  double derivative(double z, double y) const override {
    const double r = z - y;
    return (r > 0 ? 1 - tau_ : 0.0) - (r < 0 ? tau_ : 0.0);
  }
  double second_derivative(double, double) const override { return 0; }
  double curvature_bound() const override { return infinite; }

  bool has_conjugate() const override { return true; }
  double conjugate(double u, double y) const override {
    return u >= -tau_ && u <= 1 - tau_ ? u * y : infinite;
  }
  Domain conjugate_domain(double) const override { return {-tau_, 1 - tau_}; }
  double dual_step(double alpha, double z, double y, double q) const override {
    const double target = std::clamp(dual::ratio(q * alpha - (z - y), q), tau_ - 1, tau_);
    return dual::delta_to(target, alpha, conjugate_domain(y));
  }

  std::vector<double> sample_labels() const override { return {-2.5, 0, 0.7, 3}; }
  std::vector<double> kinks(double y) const override { return {y}; }

 private:
  double tau_;
};

}  // namespace

std::unique_ptr<Loss> make_quantile(const LossOptions& options) {
  const double tau = options.quantile;
  require(tau > 0 && tau < 1, "quantile", "between 0 and 1, both left out", tau);
  return std::make_unique<Quantile>(tau);
}

}  // namespace sparselearn::loss
