// Squared loss (Legendre 1805; Gauss 1809):
//   value               (z - y)^2 / 2
//   derivative          z - y
//   second derivative   1
//   conjugate           u y + u^2 / 2
//   dual step           delta = (y - z - alpha) / (1 + q)
//   link                none for labels -1, +1; z is the mean of a normal distribution of variance 1
#include "loss/dual_step.hpp"
#include "loss/scalar_loss.hpp"

namespace sparselearn::loss {
namespace {

class Squared final : public ScalarLoss<Squared> {
 public:
  std::string_view name() const override { return "squared"; }
  LabelKind labels() const override { return LabelKind::real; }
  double value(double z, double y) const override { return 0.5 * (z - y) * (z - y); }
  double derivative(double z, double y) const override { return z - y; }
  double second_derivative(double, double) const override { return 1; }
  double curvature_bound() const override { return 1; }

  bool has_conjugate() const override { return true; }
  double conjugate(double u, double y) const override { return u * y + 0.5 * u * u; }
  Domain conjugate_domain(double) const override { return {-infinite, infinite}; }
  double dual_step(double alpha, double z, double y, double q) const override {
    return (y - z - alpha) / (1 + q);
  }

  std::vector<double> sample_labels() const override { return {-2.5, 0, 0.7, 3}; }
};

}  // namespace

std::unique_ptr<Loss> make_squared(const LossOptions&) { return std::make_unique<Squared>(); }

}  // namespace sparselearn::loss
