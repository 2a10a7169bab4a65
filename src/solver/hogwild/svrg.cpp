// Lock-free SVRG with sparse steps (Mania et al. 2017; Leblond, Pedregosa & Lacoste-Julien 2018), snapshot u,
// r_i = N s_i / S, m = grad f(u):
//   w_j <- prox_{a d_j h}(w_j - a [r_i (loss'(x_i'w) - loss'(x_i'u)) x_ij / (N p_i) + d_j m_j]),  j in T_i
// with snapshots as svrg's own (snapshot_times.hpp); the threads meet at each.

#include "solver/hogwild/factories.hpp"
#include "solver/hogwild/variance_reduced.hpp"
#include "solver/largest_curvature.hpp"
#include "solver/snapshot_times.hpp"

namespace sparselearn {
namespace {

class HogwildSvrg final : public HogwildVarianceReduced {
 public:
  using HogwildVarianceReduced::HogwildVarianceReduced;

  void start(const Problem& problem, std::span<const double> w0) override {
    HogwildVarianceReduced::start(problem, w0);
    times_ = SnapshotTimes(options_, problem.rows());
    step_ = options_.step.value_or(automatic_step(svrg_first_step));
    full_gradients_ = curvature_passes(problem);
    take_snapshot();
  }

  // As many steps as there are rows; full gradients on the way count besides.
  void epoch() override {
    order_->begin_epoch();
    for (auto rows = order_->next_group(); !rows.empty(); rows = order_->next_group())
      while (!rows.empty()) {
        if (left_ == 0) take_snapshot();
        const auto count = std::min<std::uint64_t>(left_, rows.size());
        visit_rows(rows.first(count),
                   [&](const Visit& visit, const RowView& row, double* g) { learn(visit, row, g); });
        rows = rows.subspan(count);
        left_ -= count;
        updates_ += count;
      }
    if (!options_.step && !curvature_is_bounded(*problem_)) take_snapshot();
    count_passes();
  }

  void state(Archive& archive) override {
    HogwildVarianceReduced::state(archive);
    times_.state(archive);
    archive(left_)(full_gradients_);
    if (archive.loading()) count_passes();  // so that train() sees epochs that are no count
  }

 private:
  void learn(const Visit& visit, const RowView& row, double* change) {
    const std::size_t outputs = problem_->outputs();
    gradient_at(visit, row, change);
    for (std::size_t c = 0; c < outputs; ++c) change[c] -= stored_[visit.number * outputs + c];
    const double share = visit.scale * visit.importance;
    for_each_coordinate(
        row, [&](Slot& slot, std::size_t c, double x) { step_along(slot, share * change[c] * x); },
        [&](Slot& slot, std::size_t c) { step_free(slot, share * change[c]); });
  }

  void take_snapshot() {
    full_gradients_ += 1;
    const double objective = refill_table();
    if (!options_.step) {
      const double tried = step_;
      const bool good = guard(objective);
      if (!good) full_gradients_ += 1;
      step_ = guard_.next_step(tried, good, automatic_step(svrg_longest_step));
    }
    left_ = times_.next();
    count_passes();
  }

  void count_passes() {
    epochs_ = full_gradients_ + static_cast<double>(updates_) / static_cast<double>(problem_->rows());
    passes_ = epochs_ + 1;  // how often features occur
  }

  SnapshotTimes times_;
  std::uint64_t left_ = 0;  // inner steps until the next snapshot
  double full_gradients_ = 0;
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_hogwild_svrg(const SolverOptions& options) {
  return std::make_unique<HogwildSvrg>(options);
}
}  // namespace solver
}  // namespace sparselearn
