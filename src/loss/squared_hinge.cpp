// Squared hinge loss (Cortes & Vapnik 1995; Chang, Hsieh & Lin 2008), m = y z, without a factor 1/2, as in
// LIBLINEAR:
//   value               max(0, 1 - m)^2
//   derivative          -2 y max(0, 1 - m)
//   second derivative   2 for m < 1, else 0; <= 2
//   conjugate           y u + u^2 / 4, for y u <= 0
//   dual step           with b = y alpha: b = max(0, (1 - m + q b0) / (q + 1/2))  (Hsieh et al. 2008, eq. 9)
//   link                none
#include "loss/dual_step.hpp"
#include "loss/scalar_loss.hpp"

namespace sparselearn::loss {
namespace {

class SquaredHinge final : public ScalarLoss<SquaredHinge> {
 public:
  std::string_view name() const override { return "squared-hinge"; }
  LabelKind labels() const override { return LabelKind::binary; }
  double value(double z, double y) const override { return shortfall(y * z) * shortfall(y * z); }
  double derivative(double z, double y) const override { return -2 * y * shortfall(y * z); }
  double second_derivative(double z, double y) const override { return y * z < 1 ? 2.0 : 0.0; }
  double curvature_bound() const override { return 2; }

  bool has_conjugate() const override { return true; }
  double conjugate(double u, double y) const override { return y * u <= 0 ? y * u + u * u / 4 : infinite; }
  Domain conjugate_domain(double y) const override {
    return y > 0 ? Domain{-infinite, 0} : Domain{0, infinite};
  }
  double dual_step(double alpha, double z, double y, double q) const override {
    const double b = std::max(0.0, (1 - y * z + q * (y * alpha)) / (q + 0.5));
    return dual::delta_to(y * b, alpha, conjugate_domain(y));
  }

  std::vector<double> sample_labels() const override { return {-1, 1}; }
  std::vector<double> kinks(double y) const override { return {y}; }

 private:
  static double shortfall(double m) { return m < 1 ? 1 - m : 0.0; }
};

}  // namespace

std::unique_ptr<Loss> make_squared_hinge(const LossOptions&) { return std::make_unique<SquaredHinge>(); }

}  // namespace sparselearn::loss
