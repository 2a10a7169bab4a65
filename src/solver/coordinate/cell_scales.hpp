// By how much a step on a row moves each cell of a view, as a multiple of the row's entry: sigma_j of parts
// that work at the same time (dual_damping.hpp) over 1 + rho_j of the proximal term (proximal_term.hpp). Both
// depend on a cell's group alone: the octave of a frequent feature, or the exponent of rho_j where features
// are in no order.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "solver/coordinate/dual_damping.hpp"
#include "solver/coordinate/proximal_term.hpp"
#include "sparselearn/data/row_block.hpp"
#include "sparselearn/engine/kernels.hpp"

namespace sparselearn::solver {

class CellScales {
 public:
  CellScales() : CellScales(DualDamping(), ProximalTerm()) {}
  /// Refers to the proximal term's exponents.
  CellScales(const DualDamping& damping, const ProximalTerm& proximal)
      : own_(std::max(damping.frequent(), proximal.cells())),
        others_(damping.of(DualDamping::others)),
        intercept_(damping.of(DualDamping::intercept)),
        exponent_(proximal.exponents().data()) {
    for (std::size_t group = 0; group < scale_.size(); ++group) {
      const std::size_t first = group == 0 ? 0 : std::size_t{1} << (group - 1);
      const std::size_t damped =
          proximal.by_octave() && first < damping.frequent() ? group : DualDamping::others;
      scale_[group] = damping.of(damped);
      if (proximal.cells() > 0) scale_[group] /= proximal.stiffness(group);
    }
  }

  /// Of the features that have no scale of their own, and of the intercept.
  double others() const { return others_; }
  double intercept() const { return intercept_; }

  /// Looks up scale_j x_j of the first entries of x, those of features that have a scale of their own.
  /// Returns sum_j (scale_j - others()) x_j^2 over the features.
  [[gnu::always_inline]] double look_up(const RowView& x, std::vector<double>& scaled) const {
    if (own_ == 0) {
      scaled.clear();
      return 0;
    }
    if (exponent_ != nullptr) return look_up(x, scaled, [this](std::uint32_t j) { return exponent_[j]; });
    // The octave of j is the place of the highest bit of 2 j + 1.
    return look_up(x, scaled, [](std::uint32_t j) { return 63 - __builtin_clzll(2 * std::uint64_t{j} + 1); });
  }
  /// view_j += scale_j a x_j, `scaled` being what look_up() found of x.
  [[gnu::always_inline]] void axpy(double a, const RowView& x, std::span<const double> scaled,
                                   double* view) const {
    const std::uint32_t* const index = x.index;
    for (std::size_t k = 0; k < scaled.size(); ++k) view[index[k]] += a * scaled[k];
    const std::size_t own = scaled.size();
    sparselearn::axpy(others_ * a, {x.index + own, x.value ? x.value + own : nullptr, x.size - own}, view);
  }

 private:
  template <class Group>
  [[gnu::always_inline]] double look_up(const RowView& x, std::vector<double>& scaled,
                                        const Group& group) const {
    scaled.resize(x.size);
    double* const to = scaled.data();
    double sum = 0;
    std::size_t k = 0;
    for (; k < x.size && x.index[k] < own_; ++k) {
      const auto value = static_cast<double>(x.value_at(k));
      const double scale = scale_[static_cast<std::size_t>(group(x.index[k]))];
      to[k] = scale * value;
      sum += (scale - others_) * (value * value);
    }
    scaled.resize(k);
    return sum;
  }

  std::size_t own_;  // features from here on share others_
  double others_, intercept_;
  const std::uint8_t* exponent_;
  std::array<double, ProximalTerm::groups> scale_{};
};

}  // namespace sparselearn::solver
