// A step with a curvature matrix B, B s = -g, by Cholesky where that is cheaper, else by truncated conjugate
// gradients, and an almost exact line search along s: what newton and natural-gradient share.
#pragma once
#include <optional>

#include "solver/batch/curvature.hpp"

namespace sparselearn::batch {

class SecondOrder : public BatchSolver {
 protected:
  SecondOrder(std::string_view name, const SolverOptions& options, Curvature::Kind kind);

  void begin() override;
  void iterate() override;
  double other_passes() const override { return curvature_ ? curvature_->passes() : 0; }
  /// The matrix is formed and factored.
  bool dense() const { return curvature_ && curvature_->dense(); }

 private:
  void own_state(Archive& archive) override;

  Vector direction();
  void learn_from_step();

  Curvature::Kind kind_;
  std::optional<Curvature> curvature_;
  double accuracy_ = 0;    // of conjugate gradients
  double caution_ = 0;     // several scores: B gets caution D_0 besides
  Vector first_diagonal_;  // several scores: D_0, the diagonal of B at w_0
};

}  // namespace sparselearn::batch
