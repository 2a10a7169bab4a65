// A proximal term on frequent features for dual coordinate ascent. A step on row i has the curvature
//   1/gamma + q_i,   q_i = (s_i / (l2 S)) sum_j x_ij^2        (1/gamma: strong convexity of loss*)
// and where q_i, made of features that thousands of rows share, is far above 1/gamma, steps are far too short
// for what is the row's own: its loss and its rare features. So every sweep maximises the dual of
//   F(w) + (l2/2) sum_j rho_j (w_j - c_j)^2,        l2 w_j = u_j = (v_j + rho_j l2 c_j) / (1 + rho_j)
// instead, in which feature j adds x_ij^2 / (1 + rho_j) to the curvature, and then moves the centre c to w:
// the proximal point method (Rockafellar 1976), with one inexact step a sweep. Its price is that an error in
// w_j falls by no more than about rho_j l2 / (rho_j l2 + H_j) a sweep, H_j being the second derivative of F.
// With rho_j a fraction of H_j / l2 that is no loss; H_j is at most gamma l2 c_j, c_j = sum_i s_i x_ij^2 /
// (l2 S). Thus
//   1 + rho_j = 2^min(g_j, G),   g_j = floor(log2(gamma c_j / 5)), at least 0   (2.5 to 7.5 do as well as 5),
// and features that few rows share have little of it or none. G, at first 2, at most floor(log2(gamma mean_i
// q_i)) + 2, is the same for all and found by balance: what is left between the two points,
//   sum_j 2^(-g_j/2) (v_j - u_j)^2 / (2 l2),      the intercept among them,
// is compared with what was gained since the centre moved (or up to then, if that was more). (The duality gap
// counts what is left in full, F to its curvature, a part of about 2^-g_j; the weight is their geometric
// mean.) Less than 0.4: G + 1; than 0.02: G + 2; more than 1: G - 1; than 4: G - 2, at least 0, which is
// plain ascent. A G that was too much is not tried again for 8 moves of the centre. Sweeps in which most rows
// rest leave the centre and G where they are until a quarter of the rows was visited: else moving the centre
// can undo for ever what so few steps gain.
//
// The dual point is alpha with v = (1/S) sum_i s_i alpha_i x_i, and its bound that of F; the weights are w.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/group_scales.hpp"
#include "sparselearn/base/archive.hpp"
#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/engine/problem.hpp"

namespace sparselearn::solver {

class ProximalTerm {
 public:
  /// Of no feature.
  ProximalTerm() = default;
  /// Whether there is a term: mean_curvature, mean_i q_i, is enough, 3/gamma, and the features are in the
  /// order of their frequency or few. inverse_smoothness: 1/gamma > 0.
  static bool pays(const Problem& problem, double inverse_smoothness, double mean_curvature);
  /// Of no feature unless it pays.
  /// Needs l1 = 0, l2 > 0. `v` as the first sweep finds it.
  ProximalTerm(const Problem& problem, double inverse_smoothness, double mean_curvature,
               std::span<const double> v);

  /// Cells from here on have rho = 0.
  std::size_t cells() const { return weights_.size(); }
  /// The first features are the frequent ones, and have a rho for each octave 0, 1, 2 .. 3, 4 .. 7, ... of
  /// them; else each has its own.
  bool by_octave() const { return exponent_.empty(); }
  /// 1 + rho of the cells whose exponent or, by_octave(), whose octave is `group`, in this sweep.
  double stiffness(std::size_t group) const { return stiffness_[group]; }
  /// g_j of every cell below cells(), and three bytes more (group_scales.hpp); null if by_octave().
  const std::uint8_t* exponents() const { return by_octave() ? nullptr : exponent_.data(); }
  /// change(j, 1 + rho_j) for the cells from `begin` to `end`, at most cells().
  template <class Change>
  void for_each_cell(std::size_t begin, std::size_t end, const Change& change) const {
    for_each_in_group(begin, end, [&](std::size_t j, std::size_t group) { change(j, stiffness_[group]); });
  }
  /// kappa / l2 of an intercept, 1 + rho of a feature that every row has; 1 where no feature has a term.
  double stiffness_of_intercept() const { return std::ldexp(1.0, std::min(limit_, intercept_exponent_)); }

  /// v becomes u in the first cells().
  void begin_sweep(std::span<double> v);
  /// The same within a sweep: for a v that was made anew from alpha.
  void enter(std::span<double> v) const;
  /// u becomes v again. `gain` is what the sweep gained, in units of the dual objective; `visited` the share
  /// of the rows it visited.
  void end_sweep(std::span<double> v, double gain, double visited);
  /// u after the last sweep; cells().
  std::span<const double> weights() const { return weights_; }

  void state(Archive& archive);

  /// At most 1 + rho of any cell, as an exponent of two.
  static constexpr int highest_exponent = 20;
  static constexpr std::size_t groups = GroupScales::groups;

 private:
  // act(j, group of j).
  template <class Act>
  void for_each_in_group(std::size_t begin, std::size_t end, const Act& act) const {
    if (!by_octave()) {
      for (std::size_t j = begin; j < end; ++j) act(j, exponent_[j]);
      return;
    }
    for (std::size_t j = begin; j < end;) {
      const auto octave = static_cast<std::size_t>(std::bit_width(j));
      for (const std::size_t octave_end = std::min(end, std::size_t{1} << octave); j < octave_end; ++j)
        act(j, octave);
    }
  }
  void set_limit(int limit);
  void follow(double balance);

  std::array<std::uint8_t, groups> octave_exponent_{};
  std::vector<std::uint8_t> exponent_;
  HugeVector<double> weights_, centre_;
  std::array<double, groups> stiffness_{}, discount_{};  // by group; discount: 2^(-g/2)
  int limit_ = 0, highest_limit_ = 0;                    // G
  int too_high_ = 0, moves_until_tried_ = 0;             // a limit not to be tried for so many moves
  double l2_ = 1;
  bool intercept_ = false;
  int intercept_exponent_ = 0;
  double last_gain_ = 0;           // from the last move of the centre but one to the last
  double gain_ = 0, visited_ = 0;  // since the last move
};

}  // namespace sparselearn::solver
