#include "solver/batch/inverse_scaling.hpp"

#include <algorithm>
#include <cmath>

namespace sparselearn::batch {

Vector inverse_scaling(Objective& objective, double power) {
  Vector diagonal(objective.dimension());
  objective.hessian_diagonal(diagonal);
  double least = Loss::infinite;
  for (const double h : diagonal)
    if (h > 0) least = std::min(least, h);
  if (least == Loss::infinite) least = 1;
  for (double& h : diagonal) h = 1 / std::pow(std::max(h, least), power);
  return diagonal;
}

}  // namespace sparselearn::batch
