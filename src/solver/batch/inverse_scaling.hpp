// A first inverse-Hessian guess for the quasi-Newton methods.
#pragma once
#include "solver/batch/batch_solver.hpp"

namespace sparselearn::batch {

/// D^-power for the diagonal D of the smooth part's Hessian at the Objective's scores, l2 included: one pass.
/// The power 1/2 is halfway between no scaling and D^-1, as features that are correlated make D too small: on
/// the sets of a9a's kind and on text the best of the three; with several scores 1/3 is better (news20).
/// Entries without curvature (features that occur in no row, flat pieces of a loss) count as the least
/// positive one, or 1.
Vector inverse_scaling(Objective& objective, double power = 0.5);

}  // namespace sparselearn::batch
