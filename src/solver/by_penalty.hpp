// A solver that comes in two forms, one for problems without l1, whose coordinates take less memory and work.
// Which it is to be is known at the start.
#pragma once
#include <memory>
#include <optional>

#include "sparselearn/solver/solver.hpp"

namespace sparselearn {

template <class WithoutL1, class WithL1>
class ByPenalty final : public Solver {
 public:
  explicit ByPenalty(const SolverOptions& options) : options_(options) {}

  void start(const Problem& problem, std::span<const double> w0) override {
    if (problem.penalty().l1 > 0)
      form_ = std::make_unique<WithL1>(options_);
    else
      form_ = std::make_unique<WithoutL1>(options_);
    form_->start(problem, w0);
  }
  void epoch() override { form_->epoch(); }
  std::span<const double> weights() override { return form_->weights(); }
  bool write_weights(std::vector<double>& w) override { return form_->write_weights(w); }
  double epochs() const override { return form_->epochs(); }
  std::uint64_t updates() const override { return form_->updates(); }
  double passes() const override { return form_->passes(); }
  double step() const override { return form_->step(); }
  bool stalled() const override { return form_->stalled(); }
  double least_gap() const override { return form_->least_gap(); }
  std::optional<Duals> duals() override { return form_->duals(); }
  std::optional<Evaluated> evaluated() const override { return form_->evaluated(); }
  void state(Archive& archive) override { form_->state(archive); }

 private:
  const SolverOptions options_;
  std::unique_ptr<Solver> form_;
};

}  // namespace sparselearn
