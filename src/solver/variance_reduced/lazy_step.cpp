#include "solver/variance_reduced/lazy_step.hpp"

namespace sparselearn {

PowerTable::PowerTable(double c, std::uint64_t limit) {
  const auto fill = [](double ratio, std::size_t count, double first_sum, std::vector<double>& powers,
                       std::vector<double>& sums) {
    powers.resize(count);
    sums.resize(count);
    double power = 1, sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
      powers[i] = power;
      sums[i] = sum;
      sum += first_sum * power;
      power *= ratio;
    }
    return power;
  };
  const double wide = fill(c, width, 1, low_power_, low_geometric_);
  const double wide_sum = low_geometric_.back() + low_power_.back();
  fill(wide, static_cast<std::size_t>(limit / width) + 1, wide_sum, high_power_, high_geometric_);
}

LazyStep::LazyStep(double step, Penalty penalty, std::uint64_t limit)
    : step_(step),
      shrink_(1 - step * penalty.l2),
      threshold_(step * penalty.l1),
      l1_(penalty.l1),
      table_(shrink_, limit) {}

double LazyStep::advance_with_l1(double w, double m, std::uint64_t k) const {
  while (k > 0) {
    if (w == 0) {
      if (m <= l1_ && m >= -l1_) return 0;
    } else {
      const double drift = w > 0 ? m + l1_ : m - l1_;
      const double end = affine(w, drift, k);
      if ((w > 0) == (end > 0) && end != 0) return end;
      // The sign is lost on the way: find the first step that loses it. The affine path is monotone up to
      // there.
      std::uint64_t keeps = 0, loses = k;
      while (loses - keeps > 1) {
        const std::uint64_t middle = keeps + (loses - keeps) / 2;
        const double there = affine(w, drift, middle);
        if ((w > 0) == (there > 0) && there != 0)
          keeps = middle;
        else
          loses = middle;
      }
      if (keeps > 0) w = affine(w, drift, keeps);
      k -= keeps;
    }
    w = soft_threshold(shrink_ * w - step_ * m, threshold_);
    --k;
  }
  return w;
}

}  // namespace sparselearn
