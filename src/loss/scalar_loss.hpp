// Base of the losses of one score. A loss writes value, derivative and second_derivative as branch-free
// one-liners; this base makes the array forms of them, as plain loops over the inlined one-liners that
// compilers turn into SIMD code.
#pragma once
#include <algorithm>
#include <cstddef>
#include <span>

#include "base/widest.hpp"
#include "sparselearn/base/lane_sum.hpp"
#include "sparselearn/loss/loss.hpp"

namespace sparselearn {

// weight * v, and 0 for weight 0 even where v has overflowed.
inline double weighed(double weight, double v) { return weight == 0 ? 0.0 : weight * v; }

// Loss is the deriving class (curiously recurring template), so that its functions are called without a table
// and inlined.
template <class Derived>
class ScalarLoss : public Loss {
 public:
  double value_at(const double* z, double y) const final { return self().Derived::value(*z, y); }
  double gradient_at(const double* z, double y, double* g) const final {
    *g = self().Derived::derivative(*z, y);
    return self().Derived::value(*z, y);
  }
  void curvature_product_at(const double* z, double y, const double* u, double* out) const final {
    *out = self().Derived::second_derivative(*z, y) * *u;
  }

  double gradients(std::span<const double> z, std::span<const double> y, std::span<const float> weights,
                   std::span<double> g) const final {
    const Derived loss = self();  // a copy: stores to g cannot change its parameters
    return sum_over_rows(z, y, weights, [&](const Rows& rows, double* terms) {
      double* __restrict gradient = g.data() + rows.begin;
      for (std::size_t i = 0; i < rows.count; ++i) {
        terms[i] = loss.Derived::value(rows.z[i], rows.y[i]);
        gradient[i] = loss.Derived::derivative(rows.z[i], rows.y[i]);
      }
      rows.weigh(gradient);
    });
  }

  double values(std::span<const double> z, std::span<const double> y,
                std::span<const float> weights) const final {
    const Derived loss = self();
    return sum_over_rows(z, y, weights, [&](const Rows& rows, double* terms) {
      for (std::size_t i = 0; i < rows.count; ++i) terms[i] = loss.Derived::value(rows.z[i], rows.y[i]);
    });
  }

  double conjugates(std::span<const double> u, std::span<const double> y,
                    std::span<const float> weights) const final {
    const Derived loss = self();
    return sum_over_rows(u, y, weights, [&](const Rows& rows, double* terms) {
      for (std::size_t i = 0; i < rows.count; ++i) terms[i] = loss.Derived::conjugate(rows.z[i], rows.y[i]);
    });
  }

  void second_derivatives(std::span<const double> z, std::span<const double> y,
                          std::span<const float> weights, std::span<double> h) const final {
    const Derived loss = self();
    const Rows rows(z, y, weights, 0, z.size());
    double* __restrict curvature = h.data();
    run_widest([&] {
      for (std::size_t i = 0; i < rows.count; ++i)
        curvature[i] = loss.Derived::second_derivative(rows.z[i], rows.y[i]);
      rows.weigh(curvature);
    });
  }

 private:
  static constexpr std::size_t chunk = 256;  // rows whose values wait in the first-level cache to be summed

  struct Rows {
    Rows(std::span<const double> scores, std::span<const double> labels, std::span<const float> weights,
         std::size_t first, std::size_t size)
        : z(scores.data() + first),
          y(labels.data() + first),
          weight(weights.empty() ? nullptr : weights.data() + first),
          begin(first),
          count(size) {}

    void weigh(double* __restrict terms) const {
      if (!weight) return;
      for (std::size_t i = 0; i < count; ++i) terms[i] = weighed(static_cast<double>(weight[i]), terms[i]);
    }

    const double* __restrict z;
    const double* __restrict y;
    const float* __restrict weight;
    std::size_t begin, count;
  };

  const Derived& self() const { return static_cast<const Derived&>(*this); }

  // Calls fill(rows, terms) for a few rows at a time and returns the weighted sum of the terms.
  template <class Fill>
  static double sum_over_rows(std::span<const double> z, std::span<const double> y,
                              std::span<const float> weights, const Fill& fill) {
    LaneSum sum;
    run_widest([&] {
      double terms[chunk];
      for (std::size_t begin = 0; begin < z.size(); begin += chunk) {
        const Rows rows(z, y, weights, begin, std::min(chunk, z.size() - begin));
        fill(rows, terms);
        rows.weigh(terms);
        sum.add(terms, rows.count);
      }
    });
    return sum.total();
  }
};

}  // namespace sparselearn
