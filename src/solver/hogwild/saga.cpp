// Lock-free SAGA (Leblond, Pedregosa & Lacoste-Julien 2017; proximal: Pedregosa, Leblond & Lacoste-Julien
// 2017), with r_i = N s_i / S and row i drawn with probability p_i:
//   w_j <- prox_{a d_j h}(w_j - a [(g_new - g_i) r_i x_ij / (N p_i) + d_j m_j]),  j in T_i
//   m_j <- m_j + r_i (g_new - g_i) x_ij / N;    g_i <- g_new
// g_i is exchanged and m_j added to atomically, so m stays the mean of the table whatever the threads do;
// steps of w that collide may be lost, which the next visit makes good. The theorem's step is 1/(5L); the
// automatic one is longer (saga_step) and watched.
#include <cmath>

#include "solver/hogwild/factories.hpp"
#include "solver/hogwild/variance_reduced.hpp"
#include "solver/largest_curvature.hpp"

namespace sparselearn {
namespace {

class HogwildSaga final : public HogwildVarianceReduced {
 public:
  using HogwildVarianceReduced::HogwildVarianceReduced;

  void start(const Problem& problem, std::span<const double> w0) override {
    HogwildVarianceReduced::start(problem, w0);
    step_ = options_.step.value_or(automatic_step(saga_step));
    const double objective = refill_table();
    epochs_ = 1;
    passes_ += 1;
    next_guard_ = 2;
    if (!options_.step) guard(objective);
  }

  void epoch() override {
    visit_epoch([&](const Visit& visit, const RowView& row, double* g) { learn(visit, row, g); });
    if (!options_.step && epochs_ >= next_guard_) watch_step();
  }

  void state(Archive& archive) override {
    HogwildVarianceReduced::state(archive);
    archive(next_guard_);
  }

 private:
  void learn(const Visit& visit, const RowView& row, double* change) {
    const std::size_t outputs = problem_->outputs();
    gradient_at(visit, row, change);
    for (std::size_t c = 0; c < outputs; ++c)
      change[c] -=
          std::atomic_ref(stored_[visit.number * outputs + c]).exchange(change[c], std::memory_order_relaxed);
    const double share = visit.scale * visit.importance;
    const double refresh = visit.scale / static_cast<double>(problem_->rows());
    for_each_coordinate(
        row,
        [&](Slot& slot, std::size_t c, double x) {
          step_along(slot, share * change[c] * x);
          add(slot.mean, refresh * change[c] * x);
        },
        [&](Slot& slot, std::size_t c) {
          step_free(slot, share * change[c]);
          add(slot.mean, refresh * change[c]);
        });
  }

  // Checks F after 1, 2, 4, 8 ... epochs, a handful of passes in a whole run; every epoch where L is a guess.
  void watch_step() {
    passes_ += 1;
    if (guard(objective_->value(weights()).total))
      next_guard_ = curvature_is_bounded(*problem_) ? 2 * epochs_ : epochs_ + 1;
    else
      passes_ += 1;
  }

  double next_guard_ = 0;
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_hogwild_saga(const SolverOptions& options) {
  return std::make_unique<HogwildSaga>(options);
}
}  // namespace solver
}  // namespace sparselearn
