// SAGA (Defazio, Bach & Lacoste-Julien 2014, eq. 1 and 2), with r_i = N s_i / S and row i drawn with
// probability p_i:
//   w <- prox_{a l1}(w - a [(g_new - g_i) r_i x_i / (N p_i) + mean + l2 w]);   mean += r_i (g_new - g_i) x_i
//   / N;   g_i <- g_new
// The table starts at the gradients of w_0. Sparse rows: exactly the iterates of the dense loop, to rounding
// (lazy_step.hpp).
#include "solver/hogwild/factories.hpp"
#include "solver/variance_reduced/variance_reduced.hpp"

namespace sparselearn {
namespace {

// Twice the 1/(3L) of the theorem: about the edge is at 1/L in practice, and guard() backs it up.
constexpr double step_times_smoothness = 2.0 / 3;

class Saga final : public VarianceReduced {
 public:
  using VarianceReduced::VarianceReduced;

  void start(const Problem& problem, std::span<const double> w0) override {
    VarianceReduced::start(problem, w0);
    set_step(options_.step.value_or(automatic_step(step_times_smoothness)));
    const double objective = refill_table();
    epochs_ = passes_ = 1;
    next_guard_ = 2;
    if (!options_.step) guard(objective);
  }

  void epoch() override {
    const std::size_t outputs = problem_->outputs();
    const double n = static_cast<double>(problem_->rows());
    std::vector<double> change(outputs);
    for_each_row([&](const Visit& visit, const RowView& row) {
      gradient_at(visit.place, row, change.data());
      double* stored = &stored_[visit.number * outputs];
      for (std::size_t c = 0; c < outputs; ++c) {
        change[c] -= stored[c];
        stored[c] += change[c];
      }
      move(row, change.data(), visit.scale * visit.importance, visit.scale / n);
    });
    flush();
    epochs_ += 1;
    passes_ += 1;
    if (!options_.step && epochs_ >= next_guard_) watch_step();
  }

  double epochs() const override { return epochs_; }
  double passes() const override { return passes_; }
  std::optional<Duals> duals() override;
  void state(Archive& archive) override {
    VarianceReduced::state(archive);
    archive(epochs_)(passes_)(next_guard_);
  }

 private:
  // Checks F after 1, 2, 4, 8 ... epochs: a handful of passes in a whole run.
  void watch_step() {
    passes_ += 1;
    if (guard(objective_->value(weights()).total))
      next_guard_ = 2 * epochs_;
    else
      passes_ += 1;
  }

  double epochs_ = 0, passes_ = 0, next_guard_ = 0;
  std::vector<double> alpha_, v_;
};

// The table is a dual point: alpha_i = -g_i, and v = -mean.
std::optional<Duals> Saga::duals() {
  if (problem_->outputs() > 1) return std::nullopt;
  alpha_.resize(stored_.size());
  v_.resize(slots_.size());
  for (std::size_t i = 0; i < stored_.size(); ++i) alpha_[i] = -stored_[i];
  for (std::size_t j = 0; j < slots_.size(); ++j) v_[j] = -slots_[j].mean;
  return Duals{alpha_, v_};
}

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_saga(const SolverOptions& options) {
  if (options.mode == "hogwild") return make_hogwild_saga(options);
  return std::make_unique<Saga>(options);
}
}  // namespace solver
}  // namespace sparselearn
