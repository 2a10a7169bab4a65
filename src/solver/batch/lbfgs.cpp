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
// g's place in the recursion; the step is projected onto the orthant of w (of -p where w_j = 0),
// w+ = pi(w + a d), with a halved from 1 until
//   F(w+) <= F(w) + 1e-4 p'(w+ - w)
// Two changes spare it a third to five sixths of its iterations (l1 rows of bench/convergence). Coordinates
// that rest, w_j = p_j = 0, are left out of the recursion: H is then the inverse of the Hessian's part, and
// not a part of the inverse; a pair counts where a thousandth of its s'y is left. And d keeps only the sign
// that opposes p where w_j = 0, as pi demands: elsewhere to drop the others, as in the paper, takes a third
// of d away, and what is left overshoots. d'p = -p'Hp less what is dropped stays negative. Exact on sparse
// data. The first choice for smooth problems of any size.
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
  }

  // Where many rows change sides on the way (softmax), the first diagonal soon tells nothing.
  void renew_scaling() { scaling_ = inverse_scaling(objective(), problem().outputs() > 1 ? 1.0 / 3 : 0.5); }

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

  // -H g by the two-loop recursion, within the coordinates that do not rest.
  Vector direction(const Vector& g, const std::vector<std::size_t>& resting = {}) const {
    const auto leave_out = [&](Vector& q) {
      for (const std::size_t j : resting) q[j] = 0;
    };
    Vector q(g);
    std::vector<double> a(pairs_.size()), s_y(pairs_.size());
    double gamma = pairs_.empty() ? 1 : 0;
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      const Pair& pair = pairs_[i];
      s_y[i] = pair.s_y;
      for (const std::size_t j : resting) s_y[i] -= pair.s[j] * pair.y[j];
      if (!(s_y[i] > least_left * pair.s_y)) continue;
      if (gamma == 0) gamma = gamma_of(pair, s_y[i], resting);
      a[i] = vector::dot(pair.s, q) / s_y[i];
      vector::axpy(-a[i], pair.y, q);
      leave_out(q);
    }
    if (gamma == 0) gamma = gamma_of(pairs_.back(), pairs_.back().s_y, {});
    for (std::size_t j = 0; j < q.size(); ++j) q[j] *= gamma * scaling_[j];
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const Pair& pair = pairs_[i];
      if (!(s_y[i] > least_left * pair.s_y)) continue;
      const double b = vector::dot(pair.y, q) / s_y[i];
      vector::axpy(a[i] - b, pair.s, q);
      leave_out(q);
    }
    vector::scale(-1, q);
    return q;
  }

  double gamma_of(const Pair& pair, double s_y, const std::vector<std::size_t>& resting) const {
    Vector y(pair.y);
    for (const std::size_t j : resting) y[j] = 0;
    double scaled_norm = 0;
    for (std::size_t j = 0; j < dimension(); ++j) scaled_norm += scaling_[j] * y[j] * y[j];
    return s_y / scaled_norm;
  }

  bool orthant_step() {
    const Vector pseudo = pseudo_gradient();
    std::vector<std::size_t> resting;
    for (std::size_t j = 0; j < pseudo.size(); ++j)
      if (here_.w[j] == 0 && pseudo[j] == 0) resting.push_back(j);
    Vector d = direction(pseudo, resting);
    for (std::size_t j = 0; j < d.size(); ++j)
      if (here_.w[j] == 0 && d[j] * pseudo[j] >= 0) d[j] = 0;
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
  }

  void own_state(Archive& archive) override {
    std::uint64_t count = pairs_.size();
    archive(scaling_)(count);
    archive.require(count <= memory_);
    if (archive.loading()) pairs_.assign(count, {Vector(dimension()), Vector(dimension())});
    for (Pair& pair : pairs_) archive(pair.s)(pair.y)(pair.s_y);
  }

  bool backtracking_;
  std::size_t memory_ = 0;
  static constexpr std::uint64_t scaling_lasts = 10;
  static constexpr double least_left = 1e-3;  // of s'y where coordinates rest
  Vector scaling_;                            // D^-p
  std::vector<Pair> pairs_;                   // the oldest first
};

}  // namespace
}  // namespace batch

namespace solver {
std::unique_ptr<Solver> make_lbfgs(const SolverOptions& options) {
  return std::make_unique<batch::Lbfgs>(options);
}
}  // namespace solver
}  // namespace sparselearn
