// Sequential subspace optimisation between the passes of a coordinate solver (Elad, Matalon & Zibulevsky
// 2007, who call it CD-SESOP). After a pass F is minimised over w + span(D_1 ... D_m), the displacements of
// the last m passes, by one Newton step with a backtracking search:
//   c = -(D' H D)^-1 D' g,   then c, c/2, c/4 ... until F falls
// Scores are linear in w, so the displacements of the scores are kept beside those of w and the step never
// looks at the data. It does for coordinate descent what momentum does for gradient descent: directions in
// which single coordinates advance slowly, such as those between correlated features, are travelled at once.
// With l1 it moves the weights that are not 0, while their support lasts.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "solver/coordinate/row_scores.hpp"
#include "sparselearn/base/archive.hpp"
#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/engine/problem.hpp"

namespace sparselearn::solver {

class Subspace {
 public:
  Subspace() = default;
  /// Keeps at most `most` displacements of the scores and of these coordinates; less where they would need
  /// much more memory than the data.
  Subspace(const Problem& problem, std::vector<std::uint32_t> coordinates, std::size_t most);

  /// Numbers that a call of improve() reads.
  std::uint64_t cost() const { return most_ * size(); }
  /// To be called between passes. Moves rows and weights if that lowers F.
  void improve(RowScores& rows, std::span<double> weights);
  void state(Archive& archive);

 private:
  // Scores, then coordinates, in one vector.
  using Point = HugeVector<double>;
  std::size_t size() const { return problem_ ? problem_->rows() + coordinates_.size() : 0; }
  Penalty penalty(std::size_t c) const {
    return coordinates_[c] < problem_->penalized() ? problem_->penalty() : Penalty{};
  }
  Point here(const RowScores& rows, std::span<const double> weights) const;
  bool remember(const Point& point);
  bool keeps_signs(const Point& point) const;
  std::vector<double> newton_step(const RowScores& rows, const Point& point) const;
  double penalty_value_of(const Point& point) const;
  void move(RowScores& rows, std::span<double> weights, const Point& from, Point to);

  const Problem* problem_ = nullptr;
  std::vector<std::uint32_t> coordinates_;
  std::size_t most_ = 0;
  Point anchor_;                      // where the last call ended
  std::vector<Point> displacements_;  // the latest first
};

}  // namespace sparselearn::solver
