// How many times over a part's change of a cell of v counts in the part's own view: sigma of
// dual_replicas.hpp, a number for each group of cells. The few features that nearly every row has are moved
// by all parts, each of which alone would bring them to where they belong: with a sigma below the number of
// parts the merge would overshoot, and they would swing to and fro from merge to merge. Rare features are
// seldom moved by two parts at a time: there sigma is close to 1, and no step is shortened for the others'
// sake.
//
// That is the bound of CoCoA+ with a diagonal matrix in place of its number: where |sum_p Delta_p|_j^2 <=
// sigma_j sum_p Delta_pj^2 holds in every cell j, parts that see v + sigma_j Delta_pj and step with the
// curvature (s_i / (l2 S)) sum_j sigma_j x_ij^2 raise the dual objective together.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

#include "sparselearn/base/archive.hpp"

namespace sparselearn::solver {

class DualDamping {
 public:
  static constexpr std::size_t most_frequent_cells = 256;
  /// The octaves 0, 1, 2 .. 3, 4 .. 7, ... of the frequent cells; all other features; the intercept.
  static constexpr std::size_t others = std::bit_width(most_frequent_cells - 1) + 1, intercept = others + 1;
  static constexpr std::size_t groups = intercept + 1;

  DualDamping() : DualDamping(1, 0, false) {}
  /// Cells from `features` on are the intercept's. by_frequency: the first features are the frequent ones;
  /// else all are in one group.
  DualDamping(std::size_t parts, std::size_t features, bool by_frequency)
      : most_(static_cast<double>(parts)),
        features_(features),
        frequent_(by_frequency ? std::min(features, most_frequent_cells) : 0) {
    sigma_.fill(1);
  }

  double of(std::size_t group) const { return sigma_[group]; }
  /// Cells from here on are in one group, but for the intercept.
  std::size_t frequent() const { return frequent_; }
  std::size_t group(std::size_t cell) const {
    if (cell < frequent_) return static_cast<std::size_t>(std::bit_width(cell));
    return cell < features_ ? others : intercept;
  }
  /// The first cell after those of the same group, or SIZE_MAX.
  std::size_t end_of_group(std::size_t cell) const {
    if (cell < frequent_) return std::min(frequent_, std::size_t{1} << std::bit_width(cell));
    return cell < features_ ? features_ : static_cast<std::size_t>(-1);
  }

  /// After merges in which |sum_p Delta_p|^2 came to `joint` and sum_p |Delta_p|^2 to `apart` in a group.
  void adapt(std::size_t group, double joint, double apart) {
    const double needed = apart > 0 ? joint / apart : 1;
    sigma_[group] = std::clamp(needed, std::max(1.0, 0.9 * sigma_[group]), most_);
  }
  /// The same number everywhere.
  void set(double sigma) { sigma_.fill(sigma); }

  void state(Archive& archive) {
    archive(sigma_);
    for (const double sigma : sigma_) archive.require(sigma >= 1 && sigma <= most_);
  }

 private:
  double most_;
  std::size_t features_, frequent_;
  std::array<double, groups> sigma_;
};

}  // namespace sparselearn::solver
