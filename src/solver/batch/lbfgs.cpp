// L-BFGS (Liu & Nocedal 1989; Nocedal & Wright 2006, alg. 7.4): d = -H g, H from the two-loop recursion over
// the last --memory pairs
//   s = w_{k+1} - w_k,   y = g_{k+1} - g_k
// and H_0 = gamma D^-p, gamma = s'y / y'D^-p y of the last pair, D the Hessian's diagonal, renewed every 10
// iterations; p = 1/2, with several scores 1/3. Unless given, the memory is what makes the recursion cost
// about a pass over the data: 10 to 100 pairs.
// The step, by --line-search:
//   wolfe (auto)   to the strong Wolfe conditions with 0.9, tried first at 1
//   backtracking   to the Armijo condition alone
// With l1 > 0, OWL-QN (Andrew & Gao 2007): the pseudo-gradient p (the subgradient of F of least norm) takes
// g's place in the recursion; d keeps only coordinates whose sign opposes it; the step is projected onto the
// orthant of w (of -p where w_j = 0), w+ = pi(w + a d), with a halved from 1 until
//   F(w+) <= F(w) + 1e-4 p'(w+ - w)
// Exact on sparse data. The first choice for smooth problems of any size.
#include <algorithm>
#include <cmath>
#include <vector>

#include "solver/batch/batch_solver.hpp"
#include "solver/batch/inverse_scaling.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/vector.hpp"

namespace sparselearn {
namespace batch {
namespace {

class Lbfgs final : public BatchSolver {
 public:
  explicit Lbfgs(const SolverOptions& options)
      : BatchSolver("lbfgs", options),
        backtracking_(line_search_of(options, "lbfgs", {LineSearch::wolfe, LineSearch::backtracking}) ==
                      LineSearch::backtracking) {}

 private:
  struct Pair {
    Vector s, y;
    double s_y = 0;
  };

  void begin() override {
    step_ = 0;
    pairs_.clear();
    memory_ = options().memory > 0 ? options().memory : affordable_memory();
    renew_scaling();
  }

  void iterate() override {
    if (iteration() > 1 && iteration() % scaling_lasts == 1) renew_scaling();
    const bool moved = problem().penalty().l1 > 0 ? orthant_step() : smooth_step();
    if (moved) return remember_pair();
    if (pairs_.empty()) return stall();
    pairs_.clear();  // worn out by rounding: once more from the scaling
    gamma_ = 1;
  }

  // Where many rows change sides on the way (softmax), the first diagonal soon tells nothing.
  void renew_scaling() {
    scaling_ = inverse_scaling(objective(), problem().outputs() > 1 ? 1.0 / 3 : 0.5);
    find_gamma();
  }

  void find_gamma() {
    gamma_ = 1;
    if (pairs_.empty()) return;
    const Pair& last = pairs_.back();
    double scaled_norm = 0;
    for (std::size_t j = 0; j < dimension(); ++j) scaled_norm += scaling_[j] * last.y[j] * last.y[j];
    gamma_ = last.s_y / scaled_norm;
  }

  // The recursion multiplies 4 m d times, a pass 2 nnz times or, with K scores, 2 nnz K.
  std::size_t affordable_memory() const {
    const std::uint64_t features = std::max<std::uint64_t>(1, problem().features());
    return static_cast<std::size_t>(
        std::clamp<std::uint64_t>(problem().data().nonzeros() / (4 * features), 10, 100));
  }

  bool smooth_step() {
    const Vector d = direction(here_.gradient);
    return line_search(d, 1, {1e-4, 0.9}, backtracking_);
  }

  // -H g by the two-loop recursion.
  Vector direction(const Vector& g) const {
    Vector q(g);
    std::vector<double> a(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      a[i] = vector::dot(pairs_[i].s, q) / pairs_[i].s_y;
      vector::axpy(-a[i], pairs_[i].y, q);
    }
    for (std::size_t j = 0; j < q.size(); ++j) q[j] *= gamma_ * scaling_[j];
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const double b = vector::dot(pairs_[i].y, q) / pairs_[i].s_y;
      vector::axpy(a[i] - b, pairs_[i].s, q);
    }
    vector::scale(-1, q);
    return q;
  }

  bool orthant_step() {
    const Vector pseudo = pseudo_gradient();
    Vector d = direction(pseudo);
    for (std::size_t j = 0; j < d.size(); ++j)
      if (d[j] * pseudo[j] >= 0) d[j] = 0;
    if (!(vector::dot(d, pseudo) < 0)) return false;
    double a = 1;
    for (int attempt = 0; attempt < most_attempts; ++attempt, a /= 2) {
      project(d, a, pseudo);
      evaluate(trial_);
      double decrease = 0;  // pseudo-gradient'(w+ - w)
      for (std::size_t j = 0; j < d.size(); ++j) decrease += pseudo[j] * (trial_.w[j] - here_.w[j]);
      if (decrease < 0 && trial_.value <= here_.value + 1e-4 * decrease) {
        step_ = a;
        accept();
        return true;
      }
    }
    evaluate(here_);
    return false;
  }

  Vector pseudo_gradient() const {
    Vector pseudo(here_.gradient);
    const double l1 = problem().penalty().l1;
    for (std::size_t j = 0; j < problem().penalized(); ++j)
      pseudo[j] = projected_gradient(here_.w[j], here_.gradient[j], l1);
    return pseudo;
  }

  // trial_.w = pi(w + a d): coordinates that would leave the orthant stop at zero. The intercept has no
  // orthant.
  void project(const Vector& d, double a, const Vector& pseudo) {
    vector::combine(here_.w, a, d, trial_.w);
    for (std::size_t j = 0; j < problem().penalized(); ++j) {
      const double side = here_.w[j] != 0 ? here_.w[j] : -pseudo[j];
      if (trial_.w[j] * side <= 0) trial_.w[j] = 0;
    }
  }

  // here_ is k+1; trial_ still holds k.
  void remember_pair() {
    Pair pair;
    if (pairs_.size() == memory_) {  // reuse the oldest's memory
      pair = std::move(pairs_.front());
      pairs_.erase(pairs_.begin());
    }
    pair.s.resize(dimension());
    pair.y.resize(dimension());
    vector::combine(here_.w, -1, trial_.w, pair.s);
    vector::combine(here_.gradient, -1, trial_.gradient, pair.y);
    pair.s_y = vector::dot(pair.s, pair.y);
    if (!(pair.s_y > 1e-14 * vector::norm(pair.s) * vector::norm(pair.y)))
      return;  // no curvature beyond rounding
    pairs_.push_back(std::move(pair));
    find_gamma();
  }

  void own_state(Archive& archive) override {
    std::uint64_t count = pairs_.size();
    archive(scaling_)(gamma_)(count);
    archive.require(count <= memory_);
    if (archive.loading()) pairs_.assign(count, {Vector(dimension()), Vector(dimension())});
    for (Pair& pair : pairs_) archive(pair.s)(pair.y)(pair.s_y);
  }

  bool backtracking_;
  double gamma_ = 1;
  std::size_t memory_ = 0;
  static constexpr std::uint64_t scaling_lasts = 10;
  Vector scaling_;           // D^-p
  std::vector<Pair> pairs_;  // the oldest first
};

}  // namespace
}  // namespace batch

namespace solver {
std::unique_ptr<Solver> make_lbfgs(const SolverOptions& options) {
  return std::make_unique<batch::Lbfgs>(options);
}
}  // namespace solver
}  // namespace sparselearn
