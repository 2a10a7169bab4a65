// K-FAC for the softmax model, one layer (Martens & Grosse 2015, sec. 3, 6.3, 6.4 and 7):
//   Delta_k = -(A + sqrt(lambda) I)^-1 grad F (G_k + sqrt(lambda) I)^-1,   lambda = l2 + damping
//   w_{k+1} = w_k + alpha Delta_k + mu (w_k - w_{k-1})
// with the factors A = E[x x'] and G_k = E[g g'] of the Fisher matrix, exact for w = 0 where all rows have
// the same probabilities. alpha and mu minimise the second-order model with the exact curvature in the plane
// of the two directions, for two Hessian products; a line search to the strong Wolfe conditions guards the
// step. A is formed and factored once for up to 2,000 features, else its system is solved by conjugate
// gradients for all classes at once. --damping is 0 unless given; with l2 = 0 too, lambda is 1e-4 of the
// mean diagonals' product.
// Exact on sparse data. For softmax with few features and many classes; lbfgs or newton elsewhere.
#include <cmath>
#include <optional>

#include "solver/batch/kronecker.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/vector.hpp"

namespace sparselearn {
namespace batch {
namespace {

class Kfac final : public BatchSolver {
 public:
  explicit Kfac(const SolverOptions& options) : BatchSolver("kfac", options) {
    if (!(options.damping >= 0)) throw UsageError("solver kfac: --damping must not be negative");
  }

 private:
  void begin() override {
    if (problem().outputs() == 1)
      throw UsageError(
          "solver kfac is for losses with a score per class (softmax); use newton, natural-gradient or "
          "lbfgs");
    factors_.emplace(problem());
    const double lambda = problem().penalty().l2 + options().damping;
    factors_->set_damping(lambda > 0 ? lambda : 1e-4 * factors_->mean_diagonal());
    move_.assign(dimension(), 0.0);
    step_ = 0;
  }

  void iterate() override {
    factors_->refresh(objective().scores());
    Vector d(dimension());
    factors_->solve(here_.gradient, d);
    combine_with_last_move(d);
    if (!line_search(d, 1, {1e-4, 0.9})) {
      std::fill(move_.begin(), move_.end(), 0.0);
      factors_->solve(here_.gradient, d);
      if (!line_search(d, 1, {1e-4, 0.9})) return stall();
    }
    vector::combine(here_.w, -1, trial_.w, move_);
  }

  // d <- alpha d + mu move, the least of g's + s'Bs/2 in their plane, B = Hessian + damping I.
  void combine_with_last_move(Vector& d) {
    const Vector b_d = curvature_product(d);
    const double d_d = vector::dot(d, b_d), g_d = vector::dot(here_.gradient, d);
    if (!(d_d > 0)) return;
    double alpha = -g_d / d_d, mu = 0;
    if (vector::norm_inf(move_) > 0) {
      const Vector b_m = curvature_product(move_);
      const double m_m = vector::dot(move_, b_m), d_m = vector::dot(d, b_m),
                   g_m = vector::dot(here_.gradient, move_);
      const double determinant = d_d * m_m - d_m * d_m;
      if (determinant > 1e-12 * d_d * m_m) {
        alpha = (d_m * g_m - m_m * g_d) / determinant;
        mu = (d_m * g_d - d_d * g_m) / determinant;
      }
    }
    vector::scale(alpha, d);
    vector::axpy(mu, move_, d);
  }

  Vector curvature_product(const Vector& v) {
    Vector product(dimension());
    objective().hessian_product(v, product);
    vector::axpy(options().damping, v, product);
    return product;
  }

  double other_passes() const override { return factors_ ? factors_->passes() : 0; }
  void own_state(Archive& archive) override { archive(move_); }

  std::optional<KroneckerFactors> factors_;
  Vector move_;  // w_k - w_{k-1}
};

}  // namespace
}  // namespace batch

namespace solver {
std::unique_ptr<Solver> make_kfac(const SolverOptions& options) {
  return std::make_unique<batch::Kfac>(options);
}
}  // namespace solver
}  // namespace sparselearn
