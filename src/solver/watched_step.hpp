// For a loss without a curvature bound an automatic step is a guess. F is looked at after every epoch; where
// StepGuard says so, the run goes back to the best point, and the caller halves the step.
#pragma once
#include <tuple>

#include "solver/largest_curvature.hpp"
#include "solver/step_guard.hpp"
#include "sparselearn/engine/objective.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn {

/// `State`: the types of what an epoch changes, of which a copy is kept.
template <class... State>
class WatchedStep {
 public:
  void begin(const Problem& problem, const SolverOptions& options) {
    on_ = !options.step && !curvature_is_bounded(problem);
    guard_.reset();
  }
  /// Whether there is anything to watch.
  bool on() const { return on_; }

  /// One pass. F at w is the best so far: keeps `now`. False: `now` is again what was kept.
  bool holds(const Problem& problem, std::span<const double> w, State&... now) {
    const bool good = guard_.accepts(Objective(problem).value(w).total, w);
    if (!good)
      std::tie(now...) = kept_;
    else if (guard_.at_best())
      kept_ = std::tie(now...);
    return good;
  }

  template <std::size_t part>
  auto& kept() {
    return std::get<part>(kept_);
  }

  void state(Archive& archive) {
    if (!on_) return;
    guard_.state(archive);
    std::apply([&](auto&... kept) { (save_or_load(archive, kept), ...); }, kept_);
  }

 private:
  template <class Kept>
  static void save_or_load(Archive& archive, Kept& kept) {
    if constexpr (requires { kept.state(archive); })
      kept.state(archive);
    else
      archive(kept);
  }

  bool on_ = false;
  StepGuard guard_;
  std::tuple<State...> kept_;
};

}  // namespace sparselearn
