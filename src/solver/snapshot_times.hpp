// When SVRG takes its next snapshot: every m inner steps; with --snapshot random after a uniform number of
// steps up to m, which takes a uniform one of the m inner iterates; loopless (Kovalev, Horvath & Richtarik
// 2020) after every step with probability 1/m.
#pragma once
#include <algorithm>
#include <cmath>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/math.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn {

/// SVRG's automatic step as a multiple of 1/L. The theorem has steps below 1/4; where data allows more, and
/// much of it does, steps grow up to the longest.
inline constexpr double svrg_first_step = 0.2, svrg_longest_step = 2;

class SnapshotTimes {
 public:
  SnapshotTimes() = default;
  SnapshotTimes(const SolverOptions& options, std::uint64_t rows)
      : random_(~options.seed), loopless_(options.loopless), uniform_(options.snapshot == "random") {
    if (!(options.inner > 0)) throw UsageError("--inner must be positive");
    if (!uniform_ && options.snapshot != "last")
      throw UsageError("--snapshot takes last or random, not '" + options.snapshot + "'");
    if (loopless_ && uniform_) throw UsageError("--loopless does not go with --snapshot random");
    inner_ =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(options.inner * static_cast<double>(rows)));
  }

  /// Inner steps to the next snapshot.
  std::uint64_t next() {
    if (loopless_) {  // geometric with mean m
      const double u = random_.uniform(), m = static_cast<double>(inner_);
      return 1 + static_cast<std::uint64_t>(math::log1p(-u) / math::log1p(-1 / std::max(m, 1.0 + 1e-9)));
    }
    return uniform_ ? 1 + random_.below(inner_) : inner_;
  }

  void state(Archive& archive) { archive(random_); }

 private:
  Random random_{1};  // a stream of its own: the order of the rows draws from the seed itself
  bool loopless_ = false, uniform_ = false;
  std::uint64_t inner_ = 1;
};

}  // namespace sparselearn
