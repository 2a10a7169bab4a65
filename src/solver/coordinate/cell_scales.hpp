// By how much a step on a row moves each cell of a view, as a multiple of the row's entry: sigma_j of parts
// that work at the same time (dual_damping.hpp) over 1 + rho_j of the proximal term (proximal_term.hpp). Both
// depend on a cell's group alone: the octave of a frequent feature, or the exponent of rho_j where features
// are in no order.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

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

  /// Of the features from own() on, and of the intercept.
  double others() const { return others_; }
  double intercept() const { return intercept_; }
  std::size_t own() const { return own_; }
  double of(std::size_t cell) const {
    return scale_[exponent_ == nullptr ? static_cast<std::size_t>(std::bit_width(cell)) : exponent_[cell]];
  }

  /// sum_j (scale_j - others()) x_j^2 over the features.
  double additional_norm(const RowView& x) const {
    double sum = 0;
    for (std::size_t k = 0; k < x.size && x.index[k] < own_; ++k) {
      const auto value = static_cast<double>(x.value_at(k));
      sum += (of(x.index[k]) - others_) * (value * value);
    }
    return sum;
  }
  /// view_j += scale_j a x_j.
  void axpy(double a, const RowView& x, double* view) const {
    std::size_t k = 0;
    for (; k < x.size && x.index[k] < own_; ++k)
      view[x.index[k]] += of(x.index[k]) * a * static_cast<double>(x.value_at(k));
    const RowView rest{x.index + k, x.value ? x.value + k : nullptr, x.size - k};
    sparselearn::axpy(others_ * a, rest, view);
  }

 private:
  std::size_t own_;
  double others_, intercept_;
  const std::uint8_t* exponent_;
  std::array<double, ProximalTerm::groups> scale_{};
};

}  // namespace sparselearn::solver
