// What SAG and SAGA share beyond variance_reduced.hpp: the table holds the gradient of every row at its last
// visit, and its mean goes along; they differ in how much of a row's news a step takes.
#pragma once
#include <vector>

#include "solver/variance_reduced/variance_reduced.hpp"

namespace sparselearn {

class GradientTable : public VarianceReduced {
 public:
  /// The automatic step is step_times_smoothness / L to begin with, for guard() to watch.
  GradientTable(const SolverOptions& options, double step_times_smoothness)
      : VarianceReduced(options), step_times_smoothness_(step_times_smoothness) {}

  void start(const Problem& problem, std::span<const double> w0) override;
  void epoch() override;
  double epochs() const override { return epochs_; }
  double passes() const override { return passes_; }
  /// The table is a dual point: alpha_i = -g_i, and v = -mean.
  std::optional<Duals> duals() override;
  void state(Archive& archive) override;

 protected:
  /// The factor `visit` of the step (variance_reduced.hpp).
  virtual double visit_factor(const Visit& visit) const = 0;
  /// Whether refill_table() computes N row gradients, an epoch's work.
  virtual bool table_costs_gradients() const { return true; }
  /// Its factor `refresh`: r_i / N.
  double refresh_factor(const Visit& visit) const {
    return visit.scale / static_cast<double>(problem_->rows());
  }

 private:
  void watch_step();

  const double step_times_smoothness_;
  double epochs_ = 0, passes_ = 0, next_guard_ = 0;
  std::vector<double> alpha_, v_;
};

}  // namespace sparselearn
