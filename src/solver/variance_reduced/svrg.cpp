// SVRG (Johnson & Zhang 2013; proximal: Xiao & Zhang 2014; loopless: Kovalev, Horvath & Richtarik 2020),
// snapshot u, r_i = N s_i / S:
//   w <- prox_{a l1}(w - a [r_i (loss'(x_i'w) - loss'(x_i'u)) x_i / (N p_i) + grad f(u) + l2 w])
// for m inner steps, then u <- w (or, with --snapshot random, a random inner iterate, as the theorem has it)
// and a full gradient. Loopless: after every step u <- w with probability 1/m. The snapshot's loss
// derivatives are kept, one number a row, so that an inner step costs one gradient. m defaults to 2.4 N: a
// snapshot at the end of reshuffled epochs (m = N, 2N) resonates with the order and is unstable at steps
// that a snapshot inside an epoch stands easily. Sparse rows: exactly the iterates of the dense loop, to
// rounding (lazy_step.hpp).
#include "solver/hogwild/factories.hpp"
#include "solver/largest_curvature.hpp"
#include "solver/snapshot_times.hpp"
#include "solver/variance_reduced/variance_reduced.hpp"

namespace sparselearn {
namespace {

class Svrg final : public VarianceReduced {
 public:
  using VarianceReduced::VarianceReduced;

  void start(const Problem& problem, std::span<const double> w0) override {
    VarianceReduced::start(problem, w0);
    times_ = SnapshotTimes(options_, problem.rows());
    full_gradients_ = curvature_passes(problem);
    left_ = 0;
    set_step(options_.step.value_or(automatic_step(svrg_first_step)));
    take_snapshot();
  }

  // As many steps as there are rows; full gradients on the way count besides.
  void epoch() override {
    std::vector<double> change(problem_->outputs());
    for_each_row([&](const Visit& visit, const RowView& row) {
      if (left_ == 0) take_snapshot();
      --left_;
      gradient_at(visit.place, row, change.data());
      for (std::size_t c = 0; c < change.size(); ++c) change[c] -= stored_[visit.number * change.size() + c];
      move(row, change.data(), visit.scale * visit.importance, 0);
    });
    iterate_.catch_up();
    if (!options_.step && !curvature_is_bounded(*problem_)) take_snapshot();
  }

  double epochs() const override { return passes(); }
  double passes() const override {
    return full_gradients_ + static_cast<double>(updates_) / static_cast<double>(problem_->rows());
  }
  std::optional<Duals> duals() override { return std::nullopt; }
  void state(Archive& archive) override {
    VarianceReduced::state(archive);
    times_.state(archive);
    archive(full_gradients_)(left_);
  }

 private:
  void take_snapshot() {
    full_gradients_ += 1;
    const double objective = refill_table();
    if (!options_.step) {
      const double tried = step();
      const bool good = guard(objective);
      if (!good) full_gradients_ += 1;
      set_step(guard_.next_step(tried, good, automatic_step(svrg_longest_step)));
    }
    left_ = times_.next();
  }

  SnapshotTimes times_;
  std::uint64_t left_ = 0;  // inner steps until the next snapshot
  double full_gradients_ = 0;
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_svrg(const SolverOptions& options) {
  if (options.mode == "hogwild") return make_hogwild_svrg(options);
  return std::make_unique<Svrg>(options);
}
}  // namespace solver
}  // namespace sparselearn
