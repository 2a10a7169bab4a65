// What the lock-free SAGA and SVRG share: the stored gradients g_i, their mean m, the step and its guard.
#pragma once
#include <memory>
#include <vector>

#include "solver/hogwild/hogwild.hpp"
#include "solver/step_guard.hpp"

namespace sparselearn {

class HogwildVarianceReduced : public Hogwild {
 public:
  using Hogwild::Hogwild;

  void start(const Problem& problem, std::span<const double> w0) override;
  double step() const override { return step_; }
  void state(Archive& archive) override;

 protected:
  /// w_j <- prox_{a d_j h}(w_j - a (gradient + d_j m_j)).
  void step_along(Slot& slot, double gradient) const {
    const double v = load(slot.w) - step_ * (gradient + slot.rarity * load(slot.mean));
    store(slot.w, proximal(v, step_, slot.rarity, problem_->penalty()));
  }
  /// The same for the intercept, which every row holds and nothing penalises.
  void step_free(Slot& slot, double gradient) const { add(slot.w, -step_ * (gradient + load(slot.mean))); }

  /// multiple / L, for guard() to watch.
  double automatic_step(double multiple) const;
  /// Stored gradients and their mean at w, by a full pass; returns F there.
  double refill_table();
  /// Watches an automatic step; where StepGuard says so, goes back to the best point, halves the step,
  /// refills the table there and returns false.
  bool guard(double objective);

  std::unique_ptr<Objective> objective_;
  std::vector<double> stored_;  // g_i: rows * outputs
  double step_ = 0;
  StepGuard guard_;

 private:
  std::vector<double> gradient_;
};

}  // namespace sparselearn
