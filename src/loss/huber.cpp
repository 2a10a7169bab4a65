// Huber loss (Huber 1964), r = z - y, width delta, a = min(|r|, delta):
//   value               a (|r| - a/2): r^2/2 up to delta, delta (|r| - delta/2) beyond
//   derivative          clip(r, -delta, delta)
//   second derivative   1 for |r| < delta, else 0; <= 1
//   conjugate           u y + u^2 / 2, for |u| <= delta
//   dual step           alpha + step = clip((y - z + q alpha) / (1 + q), -delta, delta)
//   link                none
#include "loss/dual_step.hpp"
#include "loss/option_check.hpp"
#include "loss/scalar_loss.hpp"
#include "sparselearn/base/math.hpp"

namespace sparselearn::loss {
namespace {

class Huber final : public ScalarLoss<Huber> {
 public:
  explicit Huber(double delta) : delta_(delta) {}

  std::string_view name() const override { return "huber"; }
  LabelKind labels() const override { return LabelKind::real; }
  double value(double z, double y) const override {
    const double r = math::abs(z - y);
    const double a = r < delta_ ? r : delta_;
    return a * (r - a / 2);
  }
  double derivative(double z, double y) const override {
    const double r = z - y;
    const double below = r < delta_ ? r : delta_;
    return below > -delta_ ? below : -delta_;
  }
  double second_derivative(double z, double y) const override {
    return math::abs(z - y) < delta_ ? 1.0 : 0.0;
  }
  double curvature_bound() const override { return 1; }

  bool has_conjugate() const override { return true; }
  double conjugate(double u, double y) const override {
    return math::abs(u) <= delta_ ? u * y + 0.5 * u * u : infinite;
  }
  Domain conjugate_domain(double) const override { return {-delta_, delta_}; }
  double dual_step(double alpha, double z, double y, double q) const override {
    const double target = std::clamp((y - z + q * alpha) / (1 + q), -delta_, delta_);
    return dual::delta_to(target, alpha, conjugate_domain(y));
  }

  std::vector<double> sample_labels() const override { return {-2.5, 0, 0.7, 3}; }
  std::vector<double> kinks(double y) const override { return {y - delta_, y + delta_}; }

 private:
  double delta_;
};

}  // namespace

std::unique_ptr<Loss> make_huber(const LossOptions& options) {
  const double delta = options.huber_delta;
  require(delta >= 1e-100 && delta <= 1e100, "huber-delta", "between 1e-100 and 1e100", delta);
  return std::make_unique<Huber>(delta);
}

}  // namespace sparselearn::loss
