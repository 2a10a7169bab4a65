// Softmax cross-entropy (Bridle 1990), K scores z, label y in {0, ..., K-1}, label smoothing s,
// t_k = (1 - s) [k = y] + s/K, p = softmax(z):
//   value               log sum_k exp(z_k) - sum_k t_k z_k
//   gradient            p - t
//   Hessian             diag(p) - p p', at most 1/2 in any direction (Boehning 1992)
//   conjugate           sum_k (u_k + t_k) log(u_k + t_k), for u + t on the probability simplex
//   link                p
// With smoothing the value is the Kullback-Leibler divergence from t to p plus a constant, the entropy of t.
// Everything is computed from z - max(z), so that no exponential overflows.
#include <algorithm>
#include <stdexcept>

#include "loss/option_check.hpp"
#include "sparselearn/base/lane_sum.hpp"
#include "sparselearn/base/math.hpp"
#include "sparselearn/loss/loss.hpp"

namespace sparselearn::loss {
namespace {

class Softmax final : public Loss {
 public:
  Softmax(std::size_t classes, double label_smoothing) : classes_(classes), smoothing_(label_smoothing) {}

  std::string_view name() const override { return "softmax"; }
  LabelKind labels() const override { return LabelKind::classes; }
  std::size_t outputs() const override { return classes_; }
  double curvature_bound() const override { return 0.5; }

  double value_at(const double* z, double y) const override {
    constexpr std::size_t chunk = 64;
    double powers[chunk];
    const double top = *std::max_element(z, z + classes_);
    LaneSum sum;
    for (std::size_t begin = 0; begin < classes_; begin += chunk) {
      const std::size_t count = std::min(chunk, classes_ - begin);
      exponentials(z + begin, top, count, powers);
      sum.add(powers, count);
    }
    return math::log(sum.total()) - expected_score(z, top, y);
  }

  double gradient_at(const double* z, double y, double* g) const override {
    const double top = *std::max_element(z, z + classes_);
    const double sum = normalized(z, top, g);
    const double uniform = smoothing_ / static_cast<double>(classes_);
    if (uniform > 0)
      for (std::size_t k = 0; k < classes_; ++k) g[k] -= uniform;
    g[static_cast<std::size_t>(y)] -= 1 - smoothing_;
    return math::log(sum) - expected_score(z, top, y);
  }

  // out = (diag(p) - p p') u
  void curvature_product_at(const double* z, double, const double* u, double* out) const override {
    probabilities_at(z, out);
    double mean = 0;
    for (std::size_t k = 0; k < classes_; ++k) mean += out[k] * u[k];
    for (std::size_t k = 0; k < classes_; ++k) out[k] *= u[k] - mean;
  }

  void probabilities_at(const double* z, double* p) const override {
    normalized(z, *std::max_element(z, z + classes_), p);
  }

  double conjugate_at(const double* u, double y) const override {
    constexpr double slack = 1e-9;  // rounding of the K probabilities that u was computed from
    double sum = 0, negative_entropy = 0;
    for (std::size_t k = 0; k < classes_; ++k) {
      const double p = u[k] + target(k, y);
      if (!(p >= -slack)) return infinite;
      if (p > 0) negative_entropy += p * math::log(p);
      sum += p;
    }
    return math::abs(sum - 1) <= slack ? negative_entropy : infinite;
  }

  double value(double, double) const override { several_scores(); }
  double derivative(double, double) const override { several_scores(); }
  double second_derivative(double, double) const override { several_scores(); }
  double gradients(std::span<const double>, std::span<const double>, std::span<const float>,
                   std::span<double>) const override {
    several_scores();
  }
  double values(std::span<const double>, std::span<const double>, std::span<const float>) const override {
    several_scores();
  }
  void second_derivatives(std::span<const double>, std::span<const double>, std::span<const float>,
                          std::span<double>) const override {
    several_scores();
  }

  std::vector<double> sample_labels() const override { return {0, static_cast<double>(classes_ - 1)}; }

 private:
  static void exponentials(const double* __restrict z, double top, std::size_t count,
                           double* __restrict out) {
    for (std::size_t k = 0; k < count; ++k) out[k] = math::exp(z[k] - top);
  }

  // p = softmax(z); returns sum_k exp(z_k - top).
  double normalized(const double* z, double top, double* p) const {
    exponentials(z, top, classes_, p);
    LaneSum sum;
    sum.add(p, classes_);
    for (std::size_t k = 0; k < classes_; ++k) p[k] /= sum.total();
    return sum.total();
  }

  double target(std::size_t k, double y) const {
    return (static_cast<double>(k) == y ? 1 - smoothing_ : 0.0) + smoothing_ / static_cast<double>(classes_);
  }

  // sum_k t_k (z_k - top)
  double expected_score(const double* z, double top, double y) const {
    const double own = (1 - smoothing_) * (z[static_cast<std::size_t>(y)] - top);
    if (smoothing_ == 0) return own;
    double all = 0;
    for (std::size_t k = 0; k < classes_; ++k) all += z[k] - top;
    return own + smoothing_ / static_cast<double>(classes_) * all;
  }

  [[noreturn]] static void several_scores() {
    throw std::logic_error("softmax has several scores a row; use the functions for arrays of scores");
  }

  std::size_t classes_;
  double smoothing_;
};

}  // namespace

std::unique_ptr<Loss> make_softmax(const LossOptions& options) {
  require(options.classes >= 2, "classes", "at least 2", static_cast<double>(options.classes));
  const double s = options.label_smoothing;
  require(s >= 0 && s < 1, "label-smoothing", "at least 0 and below 1", s);
  return std::make_unique<Softmax>(options.classes, s);
}

}  // namespace sparselearn::loss
