// Hinge loss of the support vector machine (Cortes & Vapnik 1995), m = y z:
//   value               max(0, 1 - m)
//   derivative          -y for m < 1, else 0 (a subgradient at the kink m = 1)
//   second derivative   0
//   conjugate           y u, for -1 <= y u <= 0
//   dual step           with b = y alpha: b = clip((1 - m + q b0) / q, 0, 1)  (Hsieh et al. 2008, eq. 9)
//   link                none
#include "loss/dual_step.hpp"
#include "loss/scalar_loss.hpp"

namespace sparselearn::loss {
namespace {

class Hinge final : public ScalarLoss<Hinge> {
 public:
  std::string_view name() const override { return "hinge"; }
  LabelKind labels() const override { return LabelKind::binary; }
  double value(double z, double y) const override { return y * z < 1 ? 1 - y * z : 0.0; }
  double derivative(double z, double y) const override { return y * z < 1 ? -y : 0.0; }
  double second_derivative(double, double) const override { return 0; }
  double curvature_bound() const override { return infinite; }

  bool has_conjugate() const override { return true; }
  double conjugate(double u, double y) const override { return y * u >= -1 && y * u <= 0 ? y * u : infinite; }
  Domain conjugate_domain(double y) const override { return y > 0 ? Domain{-1, 0} : Domain{0, 1}; }
  double dual_step(double alpha, double z, double y, double q) const override {
    const double b = std::clamp(dual::ratio(1 - y * z + q * (y * alpha), q), 0.0, 1.0);
    return dual::delta_to(y * b, alpha, conjugate_domain(y));
  }

  std::unique_ptr<Loss> smoothed(double width) const override {
    LossOptions options;
    options.hinge_smoothing = width;
    return make("smoothed-hinge", options);
  }

  std::vector<double> sample_labels() const override { return {-1, 1}; }
  std::vector<double> kinks(double y) const override { return {y}; }
};

}  // namespace

std::unique_ptr<Loss> make_hinge(const LossOptions&) { return std::make_unique<Hinge>(); }

}  // namespace sparselearn::loss
