// Smoothed hinge loss (Shalev-Shwartz & Zhang 2013, eq. 5), m = y z, width gamma, a = clip(1 - m, 0, gamma):
//   value               (a / gamma) (1 - m - a/2): 0 from m = 1 on, (1 - m)^2 / (2 gamma), then 1 - m -
//   gamma/2 derivative          -y a / gamma second derivative   1/gamma for 1 - gamma < m < 1, else 0; <=
//   1/gamma conjugate           y u + (gamma/2) u^2, for -1 <= y u <= 0 dual step           with b = y alpha:
//   b = clip((1 - m + q b0) / (q + gamma), 0, 1) link                none
#include "loss/dual_step.hpp"
#include "loss/option_check.hpp"
#include "loss/scalar_loss.hpp"

namespace sparselearn::loss {
namespace {

class SmoothedHinge final : public ScalarLoss<SmoothedHinge> {
 public:
  explicit SmoothedHinge(double gamma) : gamma_(gamma) {}

  std::string_view name() const override { return "smoothed-hinge"; }
  LabelKind labels() const override { return LabelKind::binary; }
  double value(double z, double y) const override {
    const double a = clipped(1 - y * z);
    return a / gamma_ * (1 - y * z - a / 2);
  }
  double derivative(double z, double y) const override { return -y * (clipped(1 - y * z) / gamma_); }
  double second_derivative(double z, double y) const override {
    const double t = 1 - y * z;
    return ((t > 0) & (t < gamma_)) ? 1 / gamma_ : 0.0;
  }
  double curvature_bound() const override { return 1 / gamma_; }

  bool has_conjugate() const override { return true; }
  double conjugate(double u, double y) const override {
    return y * u >= -1 && y * u <= 0 ? y * u + gamma_ / 2 * u * u : infinite;
  }
  Domain conjugate_domain(double y) const override { return y > 0 ? Domain{-1, 0} : Domain{0, 1}; }
  double dual_step(double alpha, double z, double y, double q) const override {
    const double b = std::clamp((1 - y * z + q * (y * alpha)) / (q + gamma_), 0.0, 1.0);
    return dual::delta_to(y * b, alpha, conjugate_domain(y));
  }

  std::vector<double> sample_labels() const override { return {-1, 1}; }
  std::vector<double> kinks(double y) const override { return {y, y * (1 - gamma_)}; }

 private:
  double clipped(double t) const {
    const double positive = t > 0 ? t : 0.0;
    return positive < gamma_ ? positive : gamma_;
  }
  double gamma_;
};

}  // namespace

std::unique_ptr<Loss> make_smoothed_hinge(const LossOptions& options) {
  const double gamma = options.hinge_smoothing;
  require(gamma >= 1e-12 && gamma <= 1e12, "hinge-smoothing", "between 1e-12 and 1e12", gamma);
  return std::make_unique<SmoothedHinge>(gamma);
}

}  // namespace sparselearn::loss
