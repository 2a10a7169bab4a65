// Absolute loss with a free zone of half-width epsilon (Laplace 1774; Vapnik 1995), r = z - y:
//   value               max(0, |r| - epsilon)
//   derivative          sign(r) for |r| > epsilon, else 0 (a subgradient at the kinks |r| = epsilon)
//   second derivative   0
//   conjugate           u y + epsilon |u|, for |u| <= 1
//   dual step           alpha + delta = clip(S(q alpha - r, epsilon) / q, -1, 1), S the soft threshold (Ho &
//   Lin 2012) link                none
#include "loss/dual_step.hpp"
#include "loss/option_check.hpp"
#include "loss/scalar_loss.hpp"
#include "sparselearn/base/math.hpp"

namespace sparselearn::loss {
namespace {

class Absolute final : public ScalarLoss<Absolute> {
 public:
  explicit Absolute(double epsilon) : epsilon_(epsilon) {}

  std::string_view name() const override { return "absolute"; }
  LabelKind labels() const override { return LabelKind::real; }
  double value(double z, double y) const override {
    const double excess = math::abs(z - y) - epsilon_;
    return excess > 0 ? excess : 0.0;
  }
  double derivative(double z, double y) const override {
    const double r = z - y;
    return (r > epsilon_ ? 1.0 : 0.0) - (r < -epsilon_ ? 1.0 : 0.0);
  }
  double second_derivative(double, double) const override { return 0; }
  double curvature_bound() const override { return infinite; }

  bool has_conjugate() const override { return true; }
  double conjugate(double u, double y) const override {
    return math::abs(u) <= 1 ? u * y + epsilon_ * math::abs(u) : infinite;
  }
  Domain conjugate_domain(double) const override { return {-1, 1}; }
  double dual_step(double alpha, double z, double y, double q) const override {
    const double pull = q * alpha - (z - y);
    const double beyond = pull > epsilon_ ? pull - epsilon_ : (pull < -epsilon_ ? pull + epsilon_ : 0.0);
    return dual::delta_to(std::clamp(dual::ratio(beyond, q), -1.0, 1.0), alpha, conjugate_domain(y));
  }

  std::vector<double> sample_labels() const override { return {-2.5, 0, 0.7, 3}; }
  std::vector<double> kinks(double y) const override {
    if (epsilon_ == 0) return {y};
    return {y - epsilon_, y + epsilon_};
  }

 private:
  double epsilon_;
};

}  // namespace

std::unique_ptr<Loss> make_absolute(const LossOptions& options) {
  const double epsilon = options.epsilon_insensitive;
  require(epsilon >= 0 && epsilon <= 1e100, "epsilon-insensitive", "between 0 and 1e100", epsilon);
  return std::make_unique<Absolute>(epsilon);
}

}  // namespace sparselearn::loss
