#include "sparselearn/train/auto_solver.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/gram.hpp"

namespace sparselearn {
namespace {

struct Preference {
  std::vector<std::string_view> names;
  std::string reason;
};

// Newton's method with few features: a step forms and factors the Hessian, at about a nanosecond an entry of
// an outer product and 0.2 a Cholesky flop, and half a dozen steps end at rounding. Worth it while a step
// costs no more than so many nanoseconds a nonzero, two or three sweeps of dual coordinate ascent.
bool newton_is_cheap(const Problem& problem, double scale) {
  constexpr double worth = 20, most_features = 4000;
  const auto side = static_cast<double>(problem.dimension());
  if (problem.outputs() > 1 || !problem.loss().differentiable() || side > most_features) return false;
  const double step = scale * Gram(problem).dense_cost() + 0.2 * side * side * side / 3;
  return step <= scale * worth * static_cast<double>(problem.data().nonzeros());
}

// With l1 an iteration of lbfgs is a pass over the rows and ten over its vectors, a pass of cd one over the
// columns: measured, lbfgs is the faster on a9a (five times), w8a, reuters and the url sample, which has 16
// nonzeros a feature that occurs; cd on news20-like data, which have 9, and on imdb, which has 3.
bool has_many_rows_a_feature(const Problem& problem) {
  constexpr std::uint64_t many = 16;
  return problem.data().nonzeros() >= many * problem.features();
}

// Dual coordinate ascent proves its own accuracy and needs no step; it wants l2 > 0 and a conjugate. Where l1
// makes most weights of many zero, coordinate descent visits the others alone. Variance reduction serves
// every smooth loss, the plain stochastic rules the rest.
Preference preference(const Problem& problem, double scale) {
  const Loss& loss = problem.loss();
  const std::string name(loss.name());
  if (problem.outputs() > 1) return {{"lbfgs", "saga", "svrg", "sgd"}, "a score a class"};
  if (problem.penalty().l1 > 0) {
    if (loss.differentiable() && has_many_rows_a_feature(problem))
      return {{"lbfgs", "cd", "saga", "svrg", "sgd"}, "an l1 penalty, and many rows a feature"};
    return {{"cd", "saga", "svrg", "ftrl", "sgd"}, "an l1 penalty"};
  }
  if (newton_is_cheap(problem, scale))
    return {{"newton", "sdca", "saga", "svrg", "lbfgs", "sgd"},
            "few features, and loss " + name + " is smooth"};
  if (loss.has_conjugate() && problem.penalty().l2 > 0)
    return {{"sdca", "saga", "svrg", "lbfgs", "sgd"}, "loss " + name + " has a dual, and l2 > 0"};
  if (loss.smooth()) return {{"saga", "svrg", "lbfgs", "sgd"}, "loss " + name + " is smooth"};
  if (loss.differentiable())
    return {{"lbfgs", "newton", "sgd"}, "the curvature of loss " + name + " is unbounded"};
  return {{"sgd", "adagrad", "ftrl"}, "loss " + name + " has kinks"};
}

bool supports(const solver::Info& info, const Problem& problem, bool lock_free) {
  try {
    solver::require_support(info, problem, lock_free);
  } catch (const UsageError&) {
    return false;
  }
  return true;
}

// With l1 a batch method must find out which weights are zero; coordinate descent knows.
std::vector<std::string_view> precise_solvers(const Problem& problem) {
  if (problem.penalty().l1 > 0) return {"cd", "lbfgs"};
  if (problem.loss().differentiable()) return {"newton", "lbfgs"};
  return {"sdca"};
}

}  // namespace

SolverChoice choose_solver(const Problem& problem, std::span<const std::string> options, bool lock_free,
                           double scale) {
  const Preference wish = preference(problem, scale);
  const auto fits = [&](const solver::Info* info) {
    return info && supports(*info, problem, lock_free) &&
           std::all_of(options.begin(), options.end(), [&](const std::string& o) { return info->reads(o); });
  };
  for (const std::string_view name : wish.names)
    if (const solver::Info* info = solver::find(name); fits(info)) return {info, wish.reason};
  for (const solver::Info& info : solver::all())
    if (fits(&info)) return {&info, "the first that supports the problem and reads the options given"};
  throw UsageError(
      "no solver supports this problem and reads all solver options given; name one with --solver");
}

SolverChoice choose_precise_solver(const Problem& problem) {
  for (const std::string_view name : precise_solvers(problem))
    if (const solver::Info* info = solver::find(name); info && supports(*info, problem, false))
      return {info, "high precision"};
  return choose_solver(problem, {});
}

}  // namespace sparselearn
