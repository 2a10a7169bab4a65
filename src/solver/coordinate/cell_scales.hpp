// By how much a step on a row moves each cell of a view, as a multiple of the row's entry: sigma_j of parts
// that work at the same time (dual_damping.hpp) over 1 + rho_j of the proximal term (proximal_term.hpp). Both
// depend on a cell's group alone: the octave of a frequent feature, or the exponent of rho_j where features
// are in no order.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/group_scales.hpp"
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
      : intercept_(damping.of(DualDamping::intercept)) {
    scales_.end = static_cast<std::uint32_t>(std::max(damping.frequent(), proximal.cells()));
    scales_.others = damping.of(DualDamping::others);
    scales_.group = proximal.exponents();
    for (std::size_t group = 0; group < GroupScales::groups; ++group) {
      const std::size_t first = group == 0 ? 0 : std::size_t{1} << (group - 1);
      const std::size_t damped =
          proximal.by_octave() && first < damping.frequent() ? group : DualDamping::others;
      scales_.scale[group] = damping.of(damped);
      if (proximal.cells() > 0) scales_.scale[group] /= proximal.stiffness(group);
    }
  }

  /// Of the features that have no scale of their own, and of the intercept.
  double others() const { return scales_.others; }
  double intercept() const { return intercept_; }

  /// Looks up scale_j x_j of the first entries of x, those of features that have a scale of their own, with
  /// the sum of (scale_j - others()) x_j^2 over them. `scaled` grows as rows ask for it.
  [[gnu::always_inline]] GroupScales::Found look_up(const RowView& x, std::vector<double>& scaled) const {
    if (scales_.end == 0) return {};
    if (scaled.size() < x.size) scaled.resize(x.size);
    return scale_row(x, scales_, scaled.data());
  }
  /// view_j += scale_j a x_j, `scaled` being what look_up() found of x.
  [[gnu::always_inline]] void axpy(double a, const RowView& x, std::span<const double> scaled,
                                   double* view) const {
    const std::uint32_t* const index = x.index;
    for (std::size_t k = 0; k < scaled.size(); ++k) view[index[k]] += a * scaled[k];
    const std::size_t own = scaled.size();
    sparselearn::axpy(scales_.others * a, {x.index + own, x.value ? x.value + own : nullptr, x.size - own},
                      view);
  }

 private:
  GroupScales scales_;
  double intercept_;
};

}  // namespace sparselearn::solver
