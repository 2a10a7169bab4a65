// Natural gradient (Amari 1998):
//   w_{k+1} = w_k - a_k (Fisher + (l2 + damping) I)^-1 g
// --fisher exact: the mean over rows of E grad f_i grad f_i' for y ~ p(y | x_i, w). All likelihoods here
// (logistic, squared, poisson, softmax) have canonical links, so it is the Hessian of the data loss and the
// step is Newton's. For losses that are no likelihood it is the generalised Gauss-Newton matrix, again the
// Hessian.
// --fisher empirical: (1/S) sum_i s_i grad f_i grad f_i' at the labels seen. It is not the curvature
// (Kunstner, Hennig & Balles 2019) but small where the fit is good: steps are long and the line search
// shortens them.
// --damping is 0 unless given. Solved as newton does, by Cholesky or truncated conjugate gradients.
// Exact on sparse data. Use newton; the empirical form is here to be compared.
#include "solver/batch/second_order.hpp"
#include "sparselearn/base/error.hpp"

namespace sparselearn {
namespace batch {
namespace {

Curvature::Kind kind_of(const SolverOptions& options) {
  if (options.fisher == "exact") return Curvature::Kind::hessian;
  if (options.fisher == "empirical") return Curvature::Kind::empirical_fisher;
  throw UsageError("solver natural-gradient: --fisher is exact or empirical, not '" + options.fisher + "'");
}

class NaturalGradient final : public SecondOrder {
 public:
  explicit NaturalGradient(const SolverOptions& options)
      : SecondOrder("natural-gradient", options, kind_of(options)) {}
};

}  // namespace
}  // namespace batch

namespace solver {
std::unique_ptr<Solver> make_natural_gradient(const SolverOptions& options) {
  return std::make_unique<batch::NaturalGradient>(options);
}
}  // namespace solver
}  // namespace sparselearn
