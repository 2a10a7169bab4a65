// Which rows a sweep of dual coordinate ascent leaves out. Most rows soon stop moving, as they sit at a bound
// of the dual or have settled, while a few move on; the ascent stays exact as long as every row comes back. A
// row at level k rests for 2^k - 1 sweeps after a visit. It rises a level if even by the end of the longer
// rest its visit would gain less than a share of the mean visit, and drops to the level where that holds
// otherwise: the gain of a visit is watched, and the rate at which gains decay from sweep to sweep says how
// little a row must matter to be left alone that long. This is the shrinking of Hsieh et al. 2008 with a date
// of return instead of a final check, and the importance sampling of Csiba, Qu & Richtarik 2015 (AdaSDCA)
// without its scores.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sparselearn/base/archive.hpp"
#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/base/math.hpp"

namespace sparselearn::solver {

class Resting {
 public:
  Resting() = default;
  explicit Resting(std::uint64_t rows) : day_(rows, 0), level_(rows, 0) {}

  /// The sweep, modulo 256, in which each row is due again; and the one at hand.
  std::span<const std::uint8_t> day() const { return day_; }
  std::uint8_t today() const { return today_; }

  /// Asks for what visited() reads and writes of row i. Inlined, as a call with no effect might be dropped.
  [[gnu::always_inline]] void prefetch(std::uint64_t i) const {
    __builtin_prefetch(&day_[i], 1);
    __builtin_prefetch(&level_[i], 1);
  }
  /// Sends row i to rest according to what its visit today gained.
  void visited(std::uint64_t i, double gain) {
    unsigned level = std::min(level_[i] + 1u, highest_level);
    while (level > 0 && !(gain < threshold_[level])) --level;
    level_[i] = static_cast<std::uint8_t>(level);
    day_[i] = static_cast<std::uint8_t>(today_ + (1u << level));
  }
  /// Ends a sweep of `visits` visits, which gained `gain` together.
  void end_sweep(double gain, std::uint64_t visits) {
    ++today_;
    latest_gain_ += gain;
    latest_visits_ += visits;
    if (4 * latest_visits_ >= day_.size()) {
      whole_gain_ = std::exchange(latest_gain_, 0);
      latest_visits_ = 0;
    }
    if (!(gain > 0)) return;
    if (last_gain_ > 0) {
      decay_ += newest * (math::log(gain / last_gain_) - decay_);
      seen_ += newest * (1 - seen_);
    }
    last_gain_ = gain;
    for (unsigned level = 1; level <= highest_level; ++level)
      threshold_[level] = worthwhile * gain / static_cast<double>(visits) *
                          math::exp(std::min(decay_, 0.0) * ((1u << level) - 1));
  }

  /// What all later sweeps will gain, roughly: whole_gain_ r / (1 - r), with r the mean ratio of one sweep's
  /// gain to the one's before. The duality gap is mostly some times that, as the primal objective has as far
  /// to fall.
  double gain_to_come() const {
    constexpr double slowest = 0.95;  // largest ratio of successive sweeps' gains that is relied on
    constexpr double least = 0.1;     // of whole_gain_ is assumed to come however steeply gains fall
    const double ratio = seen_ > 0 ? std::min(math::exp(decay_ / seen_), slowest) : 0.0;
    return std::max(least, ratio / (1 - ratio)) * whole_gain_;
  }

  void state(Archive& archive) {
    archive(day_)(level_)(
        today_)(threshold_)(last_gain_)(decay_)(seen_)(whole_gain_)(latest_gain_)(latest_visits_);
  }

  static constexpr unsigned highest_level = 7;
  /// Every row is visited at least once in this many sweeps.
  static constexpr unsigned longest_rest = 1u << highest_level;

 private:
  static constexpr double worthwhile = 0.3;  // measured: 0.1 to 1 differ little
  static constexpr double newest = 0.2;      // share of the newest ratio in the mean of all

  HugeVector<std::uint8_t> day_, level_;  // rows
  std::uint8_t today_ = 0;
  std::array<double, highest_level + 1> threshold_{};
  double last_gain_ = 0;
  double decay_ = 0;  // log of the ratio of successive sweeps' gains, smoothed
  double seen_ = 0;   // sum of the weights in that mean, whose start counts as ratio 1
  // Sweeps in which nearly all rows rest say little of what all have still to gain: the gain of the last
  // sweeps that visited a quarter of the rows, and that of those after them.
  double whole_gain_ = 0, latest_gain_ = 0;
  std::uint64_t latest_visits_ = 0;
};

}  // namespace sparselearn::solver
