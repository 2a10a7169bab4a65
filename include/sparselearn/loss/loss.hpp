// Losses. A loss maps the linear score z = x'w + b and the label y to a cost; it knows nothing of rows,
// threads or files.
//   objective:  F(w, b) = (1/S) sum_i s_i loss(z_i, y_i) + l1 |w|_1 + (l2/2) |w|_2^2
// Binary losses take y in {-1, +1}; softmax takes y in {0, ..., K-1} and K scores a row.
#pragma once
#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sparselearn {

/// What the labels of a loss are.
enum class LabelKind { binary, real, positive_count, classes };

struct LossOptions {
  double huber_delta = 1.0;          // huber: width of the quadratic zone
  double epsilon_insensitive = 0.0;  // absolute: half-width of the free zone
  double quantile = 0.5;             // quantile: level tau in (0, 1)
  double hinge_smoothing = 1.0;      // smoothed-hinge: width gamma of the quadratic zone
  double label_smoothing = 0.0;  // softmax, logistic: mass moved from the label to the uniform distribution
  std::size_t classes = 2;       // softmax: K
};

class Loss {
 public:
  virtual ~Loss() = default;
  virtual std::string_view name() const = 0;
  virtual LabelKind labels() const = 0;
  /// Scores a row: 1, or K for softmax.
  virtual std::size_t outputs() const { return 1; }

  // One score. For losses with outputs() > 1 these throw std::logic_error.
  virtual double value(double z, double y) const = 0;
  /// d loss / d z; a subgradient at a kink.
  virtual double derivative(double z, double y) const = 0;
  /// d^2 loss / d z^2, generalised (0 where a piece is linear).
  virtual double second_derivative(double z, double y) const = 0;
  /// sup over z of the second derivative; infinity where unbounded (exponential, poisson) and for kinked
  /// losses.
  virtual double curvature_bound() const = 0;
  /// True where the gradient is Lipschitz: a finite curvature bound.
  virtual bool smooth() const { return curvature_bound() < infinite; }
  /// True where the derivative is continuous; exponential and poisson are, without a curvature bound.
  virtual bool differentiable() const { return smooth(); }

  // The conjugate loss*(u) = sup_z u z - loss(z, y), as a function of u. Dual variable of a row: alpha = -u.
  virtual bool has_conjugate() const { return false; }
  /// loss*(u); infinity outside the domain. Throws std::logic_error without a conjugate.
  virtual double conjugate(double u, double y) const;
  /// The domain [lower, upper] of the conjugate in u, for label y.
  struct Domain {
    double lower, upper;
  };
  virtual Domain conjugate_domain(double y) const;
  /// One dual coordinate step: the delta that maximises -loss*(-(alpha + delta)) - z delta - (q/2) delta^2,
  /// exactly or by a safeguarded Newton to rounding; q >= 0 is |x_i|^2 s_i/(l2 S). alpha + delta stays in the
  /// domain.
  virtual double dual_step(double alpha, double z, double y, double q) const;

  /// The conjugate of a loss of K scores, u in R^K: sup_z u'z - loss(z, y); infinity outside the domain.
  /// Softmax has it although has_conjugate(), which speaks of one score, is false.
  virtual double conjugate_at(const double* u, double y) const;

  /// P(y = +1 | z) where the loss is a likelihood or its usual link; NaN where there is none.
  virtual double probability(double z) const;

  // K scores, in arrays of outputs().
  virtual double value_at(const double* z, double y) const = 0;
  /// Writes g = gradient in z and returns the value.
  virtual double gradient_at(const double* z, double y, double* g) const = 0;
  /// out = (Hessian in z) * u, Gauss-Newton sense.
  virtual void curvature_product_at(const double* z, double y, const double* u, double* out) const = 0;

  /// Writes the outputs() probabilities of a row: P(y = +1), or that of each class; NaN where there is no
  /// link.
  virtual void probabilities_at(const double* z, double* p) const { *p = probability(*z); }

  // Many rows at once, one score each: the only calls inside the sweeps over all rows.
  /// g[i] = weight_i * derivative; returns sum_i weight_i * value. weights may be empty (all 1).
  virtual double gradients(std::span<const double> z, std::span<const double> y,
                           std::span<const float> weights, std::span<double> g) const = 0;
  /// sum_i weight_i * value.
  virtual double values(std::span<const double> z, std::span<const double> y,
                        std::span<const float> weights) const = 0;
  /// h[i] = weight_i * second derivative.
  virtual void second_derivatives(std::span<const double> z, std::span<const double> y,
                                  std::span<const float> weights, std::span<double> h) const = 0;
  /// sum_i weight_i * loss*(u_i). Throws std::logic_error without a conjugate.
  virtual double conjugates(std::span<const double> u, std::span<const double> y,
                            std::span<const float> weights) const;

  /// This loss with its kink rounded off over a zone of `width` > 0 of the score, which tends to it with
  /// width
  /// -> 0; null for losses without such a form.
  virtual std::unique_ptr<Loss> smoothed(double width) const;

  /// Labels to test with: a few legal y.
  virtual std::vector<double> sample_labels() const = 0;
  /// z of the kinks of value or derivative at label y (empty for smooth losses), for tests that must keep off
  /// them.
  virtual std::vector<double> kinks(double y) const;

  static constexpr double infinite = std::numeric_limits<double>::infinity();
};

namespace loss {

/// One line of losses.def.
struct Info {
  std::string_view name;
  std::string_view formula;
  std::string_view labels;
  std::string_view options;  // LossOptions it reads, as option names, comma-separated
  std::string_view source;
  std::unique_ptr<Loss> (*make)(const LossOptions&);
};

/// All losses, in the order of losses.def.
std::span<const Info> all();
/// Null if there is no such loss.
const Info* find(std::string_view name);
/// Throws UsageError for an unknown name (suggesting the nearest) or options out of range.
std::unique_ptr<Loss> make(std::string_view name, const LossOptions& options = {});

}  // namespace loss
}  // namespace sparselearn
