// Runs of equal proximal steps of a coordinate, w <- S(w, tau) / (1 + kappa): what composite updates without
// gradient do. While a positive w stays positive each is the affine map (w - tau) / (1 + kappa), and so are
// runs of them, as are the sums of the weights on the way; runs are put together by doubling, log2 of the
// steps. Nothing here cancels, however small kappa is, as the geometric series in closed form would.
#pragma once
#include <bit>
#include <cstdint>

namespace sparselearn {

/// w -> slope w - offset.
struct AffineMap {
  double slope = 0, offset = 0;
  double operator()(double w) const { return slope * w - offset; }
  AffineMap after(const AffineMap& first) const {
    return {slope * first.slope, slope * first.offset + offset};
  }
  AffineMap plus(const AffineMap& other, double times = 1) const {
    return {slope + times * other.slope, offset + times * other.offset};
  }
};

/// Steps 1 .. n from w > 0 that all end above 0, as functions of w.
struct ProxRun {
  std::uint64_t steps = 0;    // n
  AffineMap end{1, 0};        // w_n
  AffineMap sum{}, moment{};  // sum_i w_i, sum_i i w_i

  ProxRun then(const ProxRun& next) const {
    const auto before = static_cast<double>(steps);
    return {steps + next.steps, next.end.after(end), sum.plus(next.sum.after(end)),
            moment.plus(next.moment.plus(next.sum, before).after(end))};
  }
};

/// `run` so many times over.
inline ProxRun repeated(ProxRun run, std::uint64_t times) {
  ProxRun all;
  for (; times > 0; times /= 2) {
    if (times % 2 == 1) all = all.steps == 0 ? run : all.then(run);
    if (times > 1) run = run.then(run);
  }
  return all;
}

/// A run where tau = 0, which is linear: the slopes of ProxRun alone, to the same bits.
struct ShrinkingRun {
  double steps = 0, end = 1, sum = 0, moment = 0;

  ShrinkingRun then(const ShrinkingRun& next) const {
    return {steps + next.steps, next.end * end, sum + next.sum * end,
            moment + (next.moment + steps * next.sum) * end};
  }
};

/// `steps` steps w <- w / (1 + kappa), without a branch a bit, which nobody could predict.
inline ShrinkingRun shrinking_run(double kappa, std::uint64_t steps) {
  const double once = 1 / (1 + kappa);
  ShrinkingRun run{1, once, once, once}, all;
  for (; steps > 0; steps /= 2) {
    const ShrinkingRun longer = all.then(run);
    const bool take = steps % 2 == 1;
    all.steps = take ? longer.steps : all.steps;
    all.end = take ? longer.end : all.end;
    all.sum = take ? longer.sum : all.sum;
    all.moment = take ? longer.moment : all.moment;
    run = run.then(run);
  }
  return all;
}

/// As many of `steps` proximal steps from w > 0 as end above 0; further ones end at 0.
inline ProxRun prox_run(double w, double tau, double kappa, std::uint64_t steps) {
  const AffineMap once{1 / (1 + kappa), tau / (1 + kappa)};
  const ProxRun one{1, once, once, once};
  const ProxRun all = repeated(one, steps);
  if (all.end(w) > 0) return all;
  // The weight gets to 0 on the way: bit by bit the longest run that does not.
  ProxRun run;
  for (std::uint64_t length = std::bit_floor(steps); length > 0; length /= 2) {
    const ProxRun longer = run.then(repeated(one, length));
    if (longer.end(w) > 0) run = longer;
  }
  return run;
}

}  // namespace sparselearn
