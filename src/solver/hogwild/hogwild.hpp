// Lock-free stochastic solvers: any number of threads step along rows of their own on one shared w, without
// locks (Recht, Re, Wright & Niu 2011). A step at row i moves the coordinates T_i that the row holds and no
// others; what should move every coordinate, the penalty and a dense mean gradient m, is divided by P(j in
// T_i) (Leblond, Pedregosa & Lacoste-Julien 2017; with the proximal step Pedregosa, Leblond & Lacoste-Julien
// 2017):
//   w_j <- prox_{a d_j h}(w_j - a (g_j + d_j m_j)),  j in T_i,    d_j = 1 / P(j in T_i),  h = l1 |.| + l2/2
//   (.)^2
// In expectation over i that is the step of the dense loop, and its fixed point is the optimum; the iterates
// are others than the dense loop's, and on several threads differ from run to run.
#pragma once
#include <algorithm>
#include <atomic>
#include <memory>
#include <span>
#include <vector>

#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/engine/importance.hpp"
#include "sparselearn/engine/kernels.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/engine/row_order.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn {

// A double that other threads read and write meanwhile.
inline double load(const double& shared) {
  return std::atomic_ref(const_cast<double&>(shared)).load(std::memory_order_relaxed);
}
inline void store(double& shared, double value) {
  std::atomic_ref(shared).store(value, std::memory_order_relaxed);
}
/// No sum is lost.
inline void add(double& shared, double value) {
  std::atomic_ref(shared).fetch_add(value, std::memory_order_relaxed);
}

class Hogwild : public Solver {
 public:
  explicit Hogwild(const SolverOptions& options) : options_(options) {}

  void start(const Problem& problem, std::span<const double> w0) override;
  std::span<const double> weights() override;
  double epochs() const override { return epochs_; }
  double passes() const override { return passes_; }
  std::uint64_t updates() const override { return updates_; }
  void state(Archive& archive) override;

 protected:
  /// One coordinate: w, the mean gradient m (variance-reduced solvers) and d.
  struct Slot {
    double w = 0;
    double mean = 0;
    double rarity = 1;
  };

  /// What the step at a row needs besides the row itself.
  struct Visit {
    RowPlace place;
    std::uint64_t number;  // of the row
    std::uint64_t turn;    // in the span given to visit_rows()
    double scale;          // r_i = N s_i / S
    double importance;     // 1 / (N p_i)
  };

  /// The sampling that `--sampling` asks for, `fallback` where it says auto.
  void choose_sampling(const char* fallback, double curvature);

  /// body(visit, row view, scratch) for all these rows at once, on all threads; scratch holds 2 outputs()
  /// numbers.
  template <class Body>
  void visit_rows(std::span<const RowPlace> rows, const Body& body);

  /// learn(visit, row view, scratch) for the rows of one epoch.
  template <class Learn>
  void visit_epoch(const Learn& learn) {
    order_->begin_epoch();
    for (auto rows = order_->next_group(); !rows.empty(); rows = order_->next_group()) {
      visit_rows(rows, learn);
      updates_ += rows.size();
    }
    epochs_ += 1;
    passes_ += 1;
  }

  /// Writes loss' at the row (outputs() values), at the w that the threads have by now.
  void gradient_at(const Visit& visit, const RowView& row, double* gradient) const;

  /// body(slot, c, x) for every coordinate of the row, c its output, x its value; free(slot, c) for the
  /// intercept.
  template <class Body, class Free>
  void for_each_coordinate(const RowView& row, const Body& body, const Free& free);

  /// The proximal step at the head of this file, from v = w_j - a (...).
  static double proximal(double v, double step, double rarity, const Penalty& penalty) {
    const double s = step * rarity;
    return soft_threshold(v, s * penalty.l1) / (1 + s * penalty.l2);
  }

  /// The automatic step of the solver's deterministic form; adds the passes that it cost.
  double serial_step(std::unique_ptr<Solver> (*make)(const SolverOptions&));

  const SolverOptions options_;
  const Problem* problem_ = nullptr;
  std::unique_ptr<RowOrder> order_;
  HugeVector<Slot> slots_;
  std::vector<float> importance_;  // 1/(N p_i), rows; empty: all 1
  std::vector<double> weights_;
  double smoothness_ = 0;  // L of the sampled, reweighted grad f_i
  double epochs_ = 0, passes_ = 0;
  std::uint64_t updates_ = 0;

 private:
  void measure_rarity(const std::vector<double>& probabilities);
};

template <class Body>
void Hogwild::visit_rows(std::span<const RowPlace> rows, const Body& body) {
  constexpr std::size_t rows_a_task = 256, ahead = 4;
  const Dataset& data = problem_->data();
  const double scale = static_cast<double>(data.rows()) / data.total_weight();
  parallel_for((rows.size() + rows_a_task - 1) / rows_a_task, [&](std::size_t task) {
    std::vector<double> scratch(2 * problem_->outputs());
    const std::size_t end = std::min(rows.size(), (task + 1) * rows_a_task);
    for (std::size_t k = task * rows_a_task; k < end; ++k) {
      if (k + ahead < end) prefetch(data.row(rows[k + ahead]));
      const std::uint64_t i = data.number(rows[k]);
      const double importance = importance_.empty() ? 1.0 : static_cast<double>(importance_[i]);
      body(Visit{rows[k], i, k, scale * data.weight(rows[k]), importance}, data.row(rows[k]), scratch.data());
    }
  });
}

template <class Body, class Free>
void Hogwild::for_each_coordinate(const RowView& row, const Body& body, const Free& free) {
  const std::size_t outputs = problem_->outputs();
  for (std::size_t k = 0; k < row.size; ++k) {
    const double x = static_cast<double>(row.value_at(k));
    Slot* slots = &slots_[row.index[k] * outputs];
    for (std::size_t c = 0; c < outputs; ++c) body(slots[c], c, x);
  }
  if (!problem_->intercept()) return;
  for (std::size_t c = 0; c < outputs; ++c) free(slots_[problem_->penalized() + c], c);
}

}  // namespace sparselearn
