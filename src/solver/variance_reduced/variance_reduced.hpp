// What SAG, SAGA and SVRG share: one stored gradient scalar a row and score (grad f_i = g_i x_i), the mean of
// the stored gradients, coordinates that catch up lazily (lazy_iterate.hpp), row order and importance
// sampling, and one step along a row. With r_i = N s_i / S the objective is (1/N) sum_i r_i loss_i + penalty,
// and the step at row i, sampled with probability p_i, is
//   w <- prox_{a l1}(w - a [visit (g_new - g_i) x_i + mean + l2 w]);    mean += refresh (g_new - g_i) x_i
// with visit and refresh chosen by the solver. The iterates are those of the
// dense loop.
#pragma once
#include <memory>
#include <vector>

#include "solver/step_guard.hpp"
#include "solver/variance_reduced/lazy_iterate.hpp"
#include "sparselearn/engine/kernels.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/row_order.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn {

class VarianceReduced : public Solver {
 public:
  explicit VarianceReduced(const SolverOptions& options) : options_(options) {}

  void start(const Problem& problem, std::span<const double> w0) override;
  std::span<const double> weights() override;
  std::uint64_t updates() const override { return updates_; }
  double step() const override { return iterate_.step(); }
  void state(Archive& archive) override;

 protected:
  /// What the step at a row needs besides the row itself.
  struct Visit {
    RowPlace place;
    std::uint64_t number;  // of the row
    double scale;          // r_i = N s_i / S
    double importance;     // 1 / (N p_i)
  };
  /// body(visit, row view) for the rows of one epoch, in order.
  template <class Body>
  void for_each_row(const Body& body) {
    const Dataset& data = problem_->data();
    const double scale = static_cast<double>(data.rows()) / data.total_weight();
    const auto of_row = [&](std::uint64_t i) {
      __builtin_prefetch(&stored_[i * problem_->outputs()], 1);
      if (!importance_.empty()) __builtin_prefetch(&importance_[i]);
    };
    order_->begin_epoch();
    for (auto group = order_->next_group(); !group.empty(); group = order_->next_group())
      for (std::size_t k = 0; k < group.size(); ++k) {
        iterate_.prefetch(data, group.subspan(k), of_row);
        const std::uint64_t i = data.number(group[k]);
        body(Visit{group[k], i, scale * data.weight(group[k]),
                   importance_.empty() ? 1.0 : static_cast<double>(importance_[i])},
             data.row(group[k]));
      }
  }

  /// g_new of row i at the current iterate: outputs() values.
  void gradient_at(RowPlace place, const RowView& row, double* g_new);
  /// The step at the head of this file. change = g_new - g_i; gradient_at() must have been called for this
  /// row.
  void move(const RowView& row, const double* change, double visit, double refresh) {
    iterate_.move(row, change, visit, refresh);
    ++updates_;
  }
  /// Changes the step size.
  void set_step(double step);
  /// The table and its mean as they are where a run begins or goes back to: the gradients at the current
  /// iterate, by a full pass. Returns F there.
  virtual double refill_table();
  /// Watches an automatic step; where StepGuard says so, goes back to the best point, halves the step,
  /// refills the table there and returns false. Two passes at most.
  bool guard(double objective);
  /// multiple / L, for guard() to watch.
  double automatic_step(double multiple) const;

  void choose_sampling();

  const SolverOptions options_;
  const Problem* problem_ = nullptr;
  std::unique_ptr<RowOrder> order_;
  std::unique_ptr<Objective> objective_;
  LazyIterate iterate_;
  std::vector<double> stored_;     // g_i: rows * outputs
  std::vector<float> importance_;  // 1/(N p_i), rows; empty: all 1
  std::vector<double> weights_, gradient_, scores_;
  StepGuard guard_;
  std::uint64_t updates_ = 0;
  double smoothness_ = 0;  // L: Lipschitz constant of the sampled, reweighted grad f_i
};

}  // namespace sparselearn
