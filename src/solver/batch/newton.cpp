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
// Where H is formed and rows abound, the first iteration begins at the minimiser, roughly, of F over one row
// in 4, itself found by this method: most of the way costs a quarter, and what a sample tells of the
// minimiser is worth no more steps (Daneshmand, Lucchi & Hofmann, "Starting small: learning with adaptive
// sample sizes", 2016). Not from a start point other than 0; and not where the sample is no guide, as F over
// all rows is far above its minimum over the sample: too few rows of one label, say.
// Exact on sparse data. Converges quadratically; the choice for few features, and for high accuracy on
// ill-conditioned problems.
#include <algorithm>
#include <cmath>

#include "solver/batch/second_order.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/sample.hpp"

namespace sparselearn {
namespace batch {
namespace {

class Newton final : public SecondOrder {
 public:
  explicit Newton(const SolverOptions& options) : SecondOrder("newton", options, Curvature::Kind::hessian) {}

 private:
  void begin() override {
    SecondOrder::begin();
    sample_passes_ = 0;
  }
  void iterate() override {
    if (iteration() == 1 && sample_is_worth_it()) start_on_sample();
    if (!stalled()) SecondOrder::iterate();
  }
  double other_passes() const override { return SecondOrder::other_passes() + sample_passes_; }

  // A sample that determines the weights, of rows that take longer than a few calls of threads.
  bool sample_is_worth_it() const {
    return dense() && problem().rows() >= least_rows &&
           problem().rows() >= stratum * rows_per_weight * dimension() &&
           std::all_of(here_.w.begin(), here_.w.end(), [](double w) { return w == 0; });
  }

  void start_on_sample() {
    const Dataset rows = sample_strata(problem().data(), stratum, options().seed);
    if (!(rows.total_weight() > 0)) return;
    const Problem sample(rows, problem().loss(), problem().penalty(), problem().intercept());
    Newton solver(options());
    try {
      solver.start(sample, here_.w);
      solver.go_on_while_it_pays();
    } catch (const DivergedError&) {
      return;  // all rows may do better
    }
    sample_passes_ =
        solver.passes() * static_cast<double>(rows.rows()) / static_cast<double>(problem().rows());
    trial_.w = solver.here_.w;
    evaluate(trial_);
    const double least = solver.here_.value;  // about the minimum over the sample
    if (trial_.value < here_.value && trial_.value - least <= 2 * std::abs(least))
      accept();
    else
      evaluate(here_);  // back, with its scores
  }

  // Until an iteration gains less than a tenth.
  void go_on_while_it_pays() {
    constexpr int most = 10;
    for (int k = 0; k < most && !stalled(); ++k) {
      const double before = here_.value;
      epoch();
      if (before - here_.value < 0.1 * std::abs(before)) return;
    }
  }

  static constexpr std::uint64_t stratum = 4, least_rows = 16384, rows_per_weight = 16;
  double sample_passes_ = 0;  // passes over the sample, as passes over all rows
};

}  // namespace
}  // namespace batch

namespace solver {
std::unique_ptr<Solver> make_newton(const SolverOptions& options) {
  return std::make_unique<batch::Newton>(options);
}
}  // namespace solver
}  // namespace sparselearn
