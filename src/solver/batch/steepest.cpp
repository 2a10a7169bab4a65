// Steepest descent with the step of the second-order model (Cauchy 1847; Nocedal & Wright 2006, eq. 3.26):
//   w_{k+1} = w_k - a_k g,   a_k = g'g / g'Hg
// H g is matrix-free. On a quadratic (squared loss) a_k is the exact minimiser along -g; elsewhere it is the
// first trial of a line search for the Armijo condition, so F never grows. Two passes an iteration.
// Exact on sparse data. Slow where the Hessian is ill-conditioned (it zigzags); of use to show what cg and
// newton gain.
#include "solver/batch/batch_solver.hpp"
#include "sparselearn/engine/vector.hpp"

namespace sparselearn {
namespace batch {
namespace {

class SteepestDescent final : public BatchSolver {
 public:
  explicit SteepestDescent(const SolverOptions& options) : BatchSolver("steepest", options) {}

 private:
  void begin() override { step_ = 0; }

  void iterate() override {
    const double a = curvature_step();
    Vector d(here_.gradient);
    vector::scale(-1, d);
    if (!line_search(d, a, {1e-4, Loss::infinite})) stall();
  }
};

}  // namespace
}  // namespace batch

namespace solver {
std::unique_ptr<Solver> make_steepest(const SolverOptions& options) {
  return std::make_unique<batch::SteepestDescent>(options);
}
}  // namespace solver
}  // namespace sparselearn
