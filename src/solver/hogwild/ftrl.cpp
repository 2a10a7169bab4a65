// Lock-free FTRL-Proximal (McMahan et al. 2013), the formulas of online/ftrl.cpp on shared z and n:
//   n' = n + g^2;  sigma = (sqrt(n') - sqrt(n)) / a;  z <- z + g - sigma w
//   w = -S(z, t l1) / ((beta + sqrt(n)) / a + t l2),   t the rows seen (`--ftrl-penalty total`: 1)
// z is added to atomically, so that no gradient is lost; t is the row's turn in the order, not in time. On
// one thread these are the iterates of the dense loop.
#include <cmath>

#include "solver/hogwild/factories.hpp"
#include "solver/hogwild/hogwild.hpp"
#include "sparselearn/base/error.hpp"

namespace sparselearn {
namespace {

class HogwildFtrl final : public Hogwild {
 public:
  using Hogwild::Hogwild;

  void start(const Problem& problem, std::span<const double> w0) override {
    if (options_.ftrl_penalty != "average" && options_.ftrl_penalty != "total")
      throw UsageError("--ftrl-penalty takes average or total, not '" + options_.ftrl_penalty + "'");
    if (!(options_.beta > 0)) throw UsageError("--beta must be positive");
    Hogwild::start(problem, w0);
    choose_sampling("uniform", 1.0);
    rate_ = options_.step ? *options_.step : serial_step(solver::make_ftrl);
    // z that gives w0 at once.
    const double t = times(0);
    sums_.assign(slots_.size(), {});
    for (std::size_t j = 0; j < sums_.size(); ++j) {
      const Penalty penalty = penalty_of(j);
      sums_[j].z = -w0[j] * (options_.beta / rate_ + t * penalty.l2) -
                   (w0[j] != 0 ? std::copysign(t * penalty.l1, w0[j]) : 0.0);
    }
  }

  void epoch() override {
    visit_epoch([&](const Visit& visit, const RowView& row, double* g) { learn(visit, row, g); });
  }

  std::span<const double> weights() override {
    const double t = times(updates_);
    for (std::size_t j = 0; j < slots_.size(); ++j) slots_[j].w = weight(sums_[j], t, penalty_of(j));
    return Hogwild::weights();
  }
  double step() const override { return rate_; }
  void state(Archive& archive) override {
    Hogwild::state(archive);
    archive(sums_)(rate_);
  }

 private:
  struct Sums {
    double z = 0;
    double root = 0;  // sqrt(n)
  };

  void learn(const Visit& visit, const RowView& row, double* g) {
    const double t = times(updates_ + visit.turn), share = visit.scale * visit.importance;
    const Penalty penalty = problem_->penalty();
    const auto settle = [&](Slot& slot, const Penalty& its) { store(slot.w, weight(sums_of(slot), t, its)); };
    for_each_coordinate(
        row, [&](Slot& slot, std::size_t, double) { settle(slot, penalty); },
        [&](Slot& slot, std::size_t) { settle(slot, {}); });
    gradient_at(visit, row, g);
    for_each_coordinate(
        row, [&](Slot& slot, std::size_t c, double x) { move(slot, share * g[c] * x); },
        [&](Slot& slot, std::size_t c) { move(slot, share * g[c]); });
  }

  void move(Slot& slot, double g) {
    Sums& sums = sums_of(slot);
    const double root = load(sums.root), moved = std::sqrt(root * root + g * g);
    add(sums.z, g - (moved - root) / rate_ * load(slot.w));
    store(sums.root, moved);
  }

  double weight(const Sums& sums, double t, const Penalty& penalty) const {
    return -soft_threshold(load(sums.z), t * penalty.l1) /
           ((options_.beta + load(sums.root)) / rate_ + t * penalty.l2);
  }

  Sums& sums_of(const Slot& slot) { return sums_[static_cast<std::size_t>(&slot - slots_.data())]; }
  Penalty penalty_of(std::size_t j) const {
    return j < problem_->penalized() ? problem_->penalty() : Penalty{};
  }
  double times(std::uint64_t rows) const {
    return options_.ftrl_penalty == "average" ? static_cast<double>(rows) : 1;
  }

  HugeVector<Sums> sums_;
  double rate_ = 1;  // a
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_hogwild_ftrl(const SolverOptions& options) {
  return std::make_unique<HogwildFtrl>(options);
}
}  // namespace solver
}  // namespace sparselearn
