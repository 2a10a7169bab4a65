// Several solvers one after another, each beginning at the weights of the last, as one solver: a switch of
// the solver in mid-run, and continuation along decreasing penalties or ever less smoothing of the loss.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "sparselearn/solver/solver.hpp"

namespace sparselearn {

class Relay final : public Solver {
 public:
  struct Leg {
    std::unique_ptr<Solver> solver;
    double epochs = 0;   // handed on after this many of its own; the last leg never is
    double settled = 0;  // or after an epoch that moved the weights by at most this part of their length
  };
  /// What a leg solves instead of the problem itself.
  struct Easier {
    Penalty penalty;
    std::unique_ptr<Loss> loss = nullptr;  // null: the problem's own
  };
  /// Those of the legs but the last; may add to the passes made.
  using Path = std::function<std::vector<Easier>(const Problem&, double& passes)>;

  /// The solver of the last leg, when so many epochs are over.
  using MakeLast = std::function<std::unique_ptr<Solver>(double epochs)>;

  /// Every leg on the problem itself, or on an easier one. With `make_last` the last leg comes without a
  /// solver.
  explicit Relay(std::vector<Leg> legs, Path path = {}, MakeLast make_last = {});

  void start(const Problem& problem, std::span<const double> w0) override;
  void epoch() override;
  std::span<const double> weights() override { return now().weights(); }
  bool write_weights(std::vector<double>& w) override { return now().write_weights(w); }
  double epochs() const override { return epochs_ + now().epochs(); }
  double passes() const override { return passes_ + now().passes(); }
  std::uint64_t updates() const override { return updates_ + now().updates(); }
  double step() const override { return now().step(); }
  bool stalled() const override { return last_leg() && now().stalled(); }
  std::optional<Duals> duals() override;
  std::optional<Evaluated> evaluated() const override;
  void state(Archive& archive) override;

 private:
  Solver& now() const { return *legs_[leg_].solver; }
  bool last_leg() const { return leg_ + 1 == legs_.size(); }
  const Problem& problem_of(std::size_t leg) const;
  void try_later_legs();
  void start_leg();
  bool settled(const std::vector<double>& before);
  void hand_on();

  std::vector<Leg> legs_;
  Path path_;
  MakeLast make_last_;
  const Problem* problem_ = nullptr;
  std::vector<std::unique_ptr<Loss>> losses_;
  std::vector<std::unique_ptr<Problem>> easier_;  // of the legs but the last, where they have their own
  std::size_t leg_ = 0, first_leg_ = 0;
  double epochs_ = 0, passes_ = 0;  // of the legs before
  std::uint64_t updates_ = 0;
  std::vector<double> received_;  // the weights this leg began at
};

/// Runs `first` for so many epochs, then `second` from where it got (adam -> sgd, say).
std::unique_ptr<Solver> switch_solver(std::unique_ptr<Solver> first, double epochs,
                                      std::unique_ptr<Solver> second);

/// Penalties of a path of `steps` down to the problem's own, which is left out: l1 in equal ratios from where
/// all weights are zero; without l1, l2 from the mean Lipschitz constant of the losses. Empty where the
/// problem's own penalty is zero or no smaller. Costs up to one pass.
std::vector<Penalty> continuation_path(const Problem& problem, std::size_t steps, double& passes);

/// The widths 1, 1/4, 1/16, ... of a path of `steps` down to the loss itself, 0, which is left out.
std::vector<double> smoothing_path(std::size_t steps);

enum class ContinuationBy { penalty, smoothing };

/// Runs `make(its epochs)` on each step of the path for epochs / (2 steps) at most and at least one, then on
/// the problem itself for those that are left. By smoothing, the loss must have Loss::smoothed().
std::unique_ptr<Solver> continuation(const std::function<std::unique_ptr<Solver>(double epochs)>& make,
                                     std::size_t steps, double epochs,
                                     ContinuationBy by = ContinuationBy::penalty);

}  // namespace sparselearn
