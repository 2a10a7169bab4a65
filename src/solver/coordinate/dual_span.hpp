// The rounds of dual coordinate ascent from one merge of all cells to the next. In between only a front of v
// is merged, by whole steps; what the dual objective has gained is known at the end. Where it fell, the dual
// variables go back to where they were.
#pragma once
#include <cstdint>
#include <span>

#include "sparselearn/base/huge_vector.hpp"

namespace sparselearn::solver {

class DualSpan {
 public:
  void begin(std::span<const double> alpha) {
    alpha_.assign(alpha.begin(), alpha.end());
    gain_ = excess_ = 0;
    visits_ = 0;
  }
  void add_visits(std::uint64_t visits) { visits_ += visits; }
  /// `gain` is a lower bound of what steps gained, each in its part's view; `excess` is by how much the views
  /// together overrate it in the cells just merged. Both in units of the dual objective.
  void add_gain(double gain, double excess) {
    gain_ += gain;
    excess_ += excess;
  }

  std::uint64_t visits() const { return visits_; }
  /// What the steps have gained together.
  double gain() const { return gain_ - excess_; }
  /// The dual variables at the begin; rows.
  std::span<const double> alpha() const { return alpha_; }

 private:
  HugeVector<double> alpha_;
  double gain_ = 0, excess_ = 0;
  std::uint64_t visits_ = 0;
};

}  // namespace sparselearn::solver
