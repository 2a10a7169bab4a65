// Newton's method for l1 = 0:
//   w_{k+1} = w_k + a_k s,   (H + damping I) s = -g,   H = (1/S) sum_i s_i loss''(z_i) x_i x_i' + l2 I
// solved by Cholesky where forming H is cheap (few features), else by preconditioned conjugate gradients
// without forming it, truncated at an accuracy that tightens from step to step (truncated Newton:
// Dembo & Steihaug 1983; preconditioner of Hsia, Chiang & Lin 2018). a_k meets the strong Wolfe conditions
// with 0.1, tried first at 1. The line search stands where TRON (Lin, Weng & Keerthi 2008) has a trust
// region, as in LIBLINEAR since 2.40 (Galli & Lin 2021): on squared-hinge with few errors a trust region
// shrinks at every change of the active rows, and takes ten times the iterations.
// loss'' is generalised where it jumps (squared-hinge, huber; Mangasarian 2002) and of Gauss-Newton kind for
// K scores, which is exact for softmax. --damping is 0 unless given.
// Exact on sparse data. Converges quadratically; the choice for few features, and for high accuracy on
// ill-conditioned problems.
#include "solver/batch/second_order.hpp"

namespace sparselearn {
namespace batch {
namespace {

class Newton final : public SecondOrder {
 public:
  explicit Newton(const SolverOptions& options) : SecondOrder("newton", options, Curvature::Kind::hessian) {}
};

}  // namespace
}  // namespace batch

namespace solver {
std::unique_ptr<Solver> make_newton(const SolverOptions& options) {
  return std::make_unique<batch::Newton>(options);
}
}  // namespace solver
}  // namespace sparselearn
