// Logistic loss (Berkson 1944; Cox 1958), m = y z, label smoothing s, c = s/2:
//   value               log(1 + exp(-m)) + c m
//   derivative          y (c - sigmoid(-m))
//   second derivative   sigmoid(m) sigmoid(-m) <= 1/4
//   conjugate           b log b + (1 - b) log(1 - b), b = c - y u in [0, 1]
//   dual step           with b = c + y alpha: b = sigmoid(-zeta), zeta = m + q (b - b0), by Newton's method
//                       (Yu, Huang & Lin 2011 treat the same one-variable problem)
//   link                P(y = +1) = sigmoid(z)
// Smoothing replaces the label by +1 with probability 1 - s/2 and -1 with s/2; the value is the cross-entropy
// against that, which is the Kullback-Leibler divergence plus a constant, the entropy of the smoothed label.
#include "loss/dual_step.hpp"
#include "loss/option_check.hpp"
#include "loss/scalar_loss.hpp"
#include "sparselearn/base/math.hpp"

namespace sparselearn::loss {
namespace {

// x log x, with its limit 0 at 0.
double entropy_term(double x) { return x == 0 ? 0 : x * math::log(x); }

class Logistic final : public ScalarLoss<Logistic> {
 public:
  explicit Logistic(double label_smoothing) : c_(label_smoothing / 2) {}

  std::string_view name() const override { return "logistic"; }
  LabelKind labels() const override { return LabelKind::binary; }
  double value(double z, double y) const override { return math::softplus(-y * z) + c_ * (y * z); }
  double derivative(double z, double y) const override { return y * (c_ - math::sigmoid(-y * z)); }
  double second_derivative(double z, double) const override {
    const double smaller = math::sigmoid(-math::abs(z));
    return smaller * (1 - smaller);
  }
  double curvature_bound() const override { return 0.25; }

  bool has_conjugate() const override { return true; }
  double conjugate(double u, double y) const override {
    const double b = c_ - y * u;
    return b >= 0 && b <= 1 ? entropy_term(b) + entropy_term(1 - b) : infinite;
  }
  Domain conjugate_domain(double y) const override {
    return y > 0 ? Domain{c_ - 1, c_} : Domain{-c_, 1 - c_};
  }
  double dual_step(double alpha, double z, double y, double q) const override {
    const double b = dual::solve_sigmoid(y * z, q, y * alpha + c_);
    return dual::delta_to(y * (b - c_), alpha, conjugate_domain(y));
  }

  double probability(double z) const override { return math::sigmoid(z); }
  std::vector<double> sample_labels() const override { return {-1, 1}; }

 private:
  double c_;
};

}  // namespace

std::unique_ptr<Loss> make_logistic(const LossOptions& options) {
  const double s = options.label_smoothing;
  require(s >= 0 && s < 1, "label-smoothing", "at least 0 and below 1", s);
  return std::make_unique<Logistic>(s);
}

}  // namespace sparselearn::loss
