// Preconditioned conjugate gradients for B s = -g, stopped early: what a Newton step needs far from the
// solution is a good direction, not an exact one.
#pragma once
#include <span>

#include "solver/batch/curvature.hpp"

namespace sparselearn::batch {

/// An approximate minimiser s of q(s) = g's + s'Bs/2, begun at zero, so that g's < 0. With r = -g - B s it
/// stops at |r| <= accuracy |g|, in the norm of M^-1, or at step k when k (q_{k-1} - q_k) <= 3 accuracy |q_k|
/// (Nash & Sofer 1990).
Vector truncated_cg(Curvature& curvature, std::span<const double> preconditioner, std::span<const double> g,
                    double accuracy);

/// M = 0.99 l2 I + 0.01 diag B (Hsia, Chiang & Lin 2018): helps on badly scaled features and cannot hurt much
/// elsewhere. One pass.
Vector truncated_cg_preconditioner(Curvature& curvature, double l2);

}  // namespace sparselearn::batch
