// BFGS with a dense inverse Hessian H (Nocedal & Wright 2006, alg. 6.1 and eq. 6.17):
//   w_{k+1} = w_k - a_k H_k g_k;   s = w_{k+1} - w_k, y = g_{k+1} - g_k, rho = 1 / s'y
//   H_{k+1} = (I - rho s y') H_k (I - rho y s') + rho s s'
// H_0 = gamma D^-1/2, D the Hessian's diagonal at w_0 and gamma = s'y / y'H_0 y of the first move (eq. 6.20).
// Before later updates H is scaled by the same ratio where that enlarges it (Oren & Luenberger 1974):
// curvature guessed too large is otherwise unlearned slowly.
// The step, by --line-search:
//   wolfe (auto)   to the strong Wolfe conditions with 0.9, tried first at 1
//   backtracking   to the Armijo condition alone
//   exact          -g'd / d'Hd tried first, the minimiser of a quadratic, and H not scaled later: then H is
//                  exact after d steps on a quadratic
// Exact on sparse data. For up to 5,000 weights; H takes 8 d^2 bytes and d^2 work an iteration. lbfgs serves
// more.
#include <cmath>

#include "solver/batch/batch_solver.hpp"
#include "solver/batch/inverse_scaling.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/engine/vector.hpp"

namespace sparselearn {
namespace batch {
namespace {

constexpr std::size_t most_weights = 5000;

class Bfgs final : public BatchSolver {
 public:
  explicit Bfgs(const SolverOptions& options)
      : BatchSolver("bfgs", options),
        rule_(line_search_of(options, "bfgs",
                             {LineSearch::wolfe, LineSearch::backtracking, LineSearch::exact})) {}

 private:
  void begin() override {
    const std::size_t n = dimension();
    if (n > most_weights)
      throw UsageError("solver bfgs keeps a dense matrix of the weights and serves up to " +
                       with_commas(most_weights) + " of them, not " + with_commas(n) +
                       "; use lbfgs, newton or cg");
    step_ = 0;
    inverse_.assign(n * n, 0.0);
    const Vector scaling = inverse_scaling(objective());
    for (std::size_t j = 0; j < n; ++j) inverse_[j * n + j] = scaling[j];
    scaled_ = false;
  }

  void iterate() override {
    Vector d(dimension());
    multiply(here_.gradient, d);
    vector::scale(-1, d);
    const bool backtracking = rule_ == LineSearch::backtracking;
    if (!line_search(d, first_step(d), {1e-4, 0.9}, backtracking)) {
      if (!scaled_) return stall();
      return begin();  // H was worn out by rounding: once more from the diagonal
    }
    update();
  }

  double first_step(std::span<const double> d) {
    if (rule_ != LineSearch::exact) return 1;
    Vector product(dimension());
    objective().hessian_product(d, product);
    const double a = second_order_step(here_.gradient, d, product);
    return a > 0 ? a : 1;
  }

  // here_ is k+1; trial_ still holds k.
  void update() {
    const std::size_t n = dimension();
    Vector s(n), y(n), u(n);
    vector::combine(here_.w, -1, trial_.w, s);
    vector::combine(here_.gradient, -1, trial_.gradient, y);
    const double s_y = vector::dot(s, y);
    if (!(s_y > 1e-14 * vector::norm(s) * vector::norm(y))) return;  // no curvature seen beyond rounding
    multiply(y, u);
    double y_u = vector::dot(y, u);
    const double gamma = s_y / y_u;
    if (!scaled_ || (gamma > 1 && rule_ != LineSearch::exact)) {
      vector::scale(gamma, inverse_);
      vector::scale(gamma, u);
      y_u *= gamma;
      scaled_ = true;
    }

    // The product form multiplied out, u = H y: symmetric to the last bit.
    const double rho = 1 / s_y, along = rho * (1 + rho * y_u);
    parallel_for(n, [&](std::size_t i) {
      double* row = &inverse_[i * n];
      for (std::size_t j = 0; j < n; ++j) row[j] += along * (s[i] * s[j]) - rho * (s[i] * u[j] + u[i] * s[j]);
    });
  }

  // out = H v.
  void multiply(std::span<const double> v, Vector& out) const {
    const std::size_t n = v.size();
    parallel_for(n, [&](std::size_t i) { out[i] = vector::dot(std::span(inverse_).subspan(i * n, n), v); });
  }

  void own_state(Archive& archive) override { archive(inverse_)(scaled_); }

  LineSearch rule_;
  bool scaled_ = false;  // H_0 has its gamma
  Vector inverse_;       // H, row-major
};

}  // namespace
}  // namespace batch

namespace solver {
std::unique_ptr<Solver> make_bfgs(const SolverOptions& options) {
  return std::make_unique<batch::Bfgs>(options);
}
}  // namespace solver
}  // namespace sparselearn
