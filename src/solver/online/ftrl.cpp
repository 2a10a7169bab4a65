// FTRL-Proximal (McMahan et al. 2013, algorithm 1), solving F: with t the rows seen, for every coordinate
// that a row touches
//   n' = n + g^2;  sigma = (sqrt(n') - sqrt(n)) / a;  z <- z + g - sigma w
//   w = -S(z, t l1) / ((beta + sqrt(n)) / a + t l2)
// The row's loss is penalised by l1 and l2 once a row, hence t; `--ftrl-penalty total` gives McMahan's form,
// with l1 and l2 in place of t l1 and t l2. Sparse rows, exactly the dense iterates: an idle coordinate has g
// = 0, and w follows from z, n and t.
#include <algorithm>
#include <cmath>
#include <vector>

#include "base/widest.hpp"
#include "solver/hogwild/factories.hpp"
#include "solver/stochastic/stochastic.hpp"

namespace sparselearn {
namespace {

class Ftrl {
 public:
  struct Slot {
    double z = 0;
    double root = 0;  // sqrt(n)
  };

  Ftrl() = default;
  Ftrl(const Problem&, const SolverOptions& options, Penalty penalty)
      : penalty_(penalty),
        beta_(options.beta),
        average_(options.ftrl_penalty == "average"),
        times_(average_ ? 0 : 1) {
    if (!average_ && options.ftrl_penalty != "total")
      throw UsageError("--ftrl-penalty takes average or total, not '" + options.ftrl_penalty + "'");
    if (!(beta_ > 0)) throw UsageError("--beta must be positive");
  }

  /// Rates are a / sqrt(sum g^2): of the order of the weights, whatever the scale of the rows.
  static double first_step(double mean_squared_norm) {
    return mean_squared_norm > 0 ? 1 / std::sqrt(mean_squared_norm) : 1;
  }
  /// The search judges one pass, which likes larger rates than the last of many passes does (measured on the
  /// bench's data).
  static constexpr double of_searched_step = 0.4;
  static constexpr bool judged_on_training_rows = true;
  static std::unique_ptr<Schedule> schedule(const ScheduleOptions& options, const std::string&) {
    return schedule::make("constant", options);
  }

  void set(Slot& slot, double w, double step) {
    set_rate(step);
    slot = {
        -w * (beta_ / step + times_ * penalty_.l2) - (w != 0 ? std::copysign(times_ * penalty_.l1, w) : 0.0),
        0};
  }
  double weight(const Slot& slot) const {
    return weight(slot.z, slot.root, times_ * penalty_.l1, times_ * penalty_.l2);
  }

  /// x'w. Divisions and roots are what a row costs: its coordinates are laid side by side, so that several
  /// are taken at once.
  double score(const RowView& row, const Slot* slots) {
    weights_.resize(row.size);
    const double l1 = times_ * penalty_.l1, l2 = times_ * penalty_.l2;
    double z = 0;
    run_widest([&] {
      for (std::size_t first = 0; first < row.size; first += piece) {
        const Piece at(row, first, slots);
        double* const w = &weights_[first];
        for (std::size_t k = 0; k < at.size; ++k) w[k] = weight(at.z[k], at.root[k], l1, l2);
      }
      z = four_lane_sum(row.size,
                        [&](std::size_t k) { return static_cast<double>(row.value_at(k)) * weights_[k]; });
    });
    return z;
  }
  void move(const RowView& row, double derivative, Slot* slots) const {
    run_widest([&] {
      for (std::size_t first = 0; first < row.size; first += piece) {
        Piece at(row, first, slots);
        const double* const w = &weights_[first];
        for (std::size_t k = 0; k < at.size; ++k) step(at.z[k], at.root[k], derivative * at.x[k], w[k]);
        for (std::size_t k = 0; k < at.size; ++k) slots[row.index[first + k]] = {at.z[k], at.root[k]};
      }
    });
  }

  /// Weights are asked for before the update begins, so t still counts the earlier rows then.
  void next(double step) {
    set_rate(step);
    rows_ += 1;
    before_ = times_;
    times_ = average_ ? rows_ : 1;
  }
  void update(Slot& slot, double g) const {
    const double w = weight(slot.z, slot.root, before_ * penalty_.l1, before_ * penalty_.l2);
    step(slot.z, slot.root, g, w);
  }

  double solution(const Slot& slot) const { return weight(slot); }
  bool worn() const { return false; }
  void renew(Slot&) const {}
  void renewed() {}
  void state(Archive& archive) {
    double rate = rate_;
    archive(rate)(rows_)(times_);
    set_rate(rate);
  }

 private:
  static constexpr std::size_t piece = 64;
  // Up to so many of a row's coordinates and values.
  struct Piece {
    double z[piece], root[piece], x[piece];
    std::size_t size;
    Piece(const RowView& row, std::size_t first, const Slot* slots)
        : size(std::min(piece, row.size - first)) {
      for (std::size_t k = 0; k < size; ++k) {
        const Slot& slot = slots[row.index[first + k]];
        z[k] = slot.z;
        root[k] = slot.root;
        x[k] = static_cast<double>(row.value_at(first + k));
      }
    }
  };

  void set_rate(double rate) {
    rate_ = rate;
    inverse_rate_ = 1 / rate;
  }
  // z <- z + g - sigma w;  root <- sqrt(n').
  void step(double& z, double& root, double g, double w) const {
    const double next = std::sqrt(root * root + g * g);
    z += g - (next - root) * inverse_rate_ * w;
    root = next;
  }
  // -S(z, l1) / ((beta + root) / a + l2).
  double weight(double z, double root, double l1, double l2) const {
    return -soft_threshold(z, l1) / ((beta_ + root) * inverse_rate_ + l2);
  }

  Penalty penalty_;
  double beta_ = 1;
  bool average_ = true;
  double rate_ = 1;                // a
  double inverse_rate_ = 1;        // 1 / a
  std::vector<double> weights_;    // of the row in hand
  double rows_ = 0;                // rows seen
  double times_ = 0, before_ = 0;  // t of the penalty, now and before the update under way
};

}  // namespace

namespace solver {
std::unique_ptr<Solver> make_ftrl(const SolverOptions& options) {
  if (options.mode == "hogwild") return make_hogwild_ftrl(options);
  return std::make_unique<Stochastic<Ftrl>>(options);
}
}  // namespace solver
}  // namespace sparselearn
