#include "solver/coordinate/proximal_term.hpp"

#include "sparselearn/engine/threads.hpp"

namespace sparselearn::solver {
namespace {

constexpr double least_curvature = 5;  // gamma c_j up to which rho_j is 0
constexpr int first_limit = 2;
// Of the mean q_i to 1/gamma: with less, steps are as long as the loss wants them, or nearly.
constexpr double least_ratio = 3;
// Without an order of features a term of more would cost a sweep over few rows more than its steps.
constexpr std::size_t most_cells = std::size_t{1} << 17;
// Of the rows, to be visited before the centre moves.
constexpr double enough_rows = 0.25;
// Moves of the centre during which a G that was too much is not tried.
constexpr int moves_to_forget = 8;

// g of gamma c / least_curvature.
std::uint8_t exponent_of(double ratio) {
  if (!(ratio >= 2)) return 0;
  return static_cast<std::uint8_t>(std::min(std::ilogb(ratio), ProximalTerm::highest_exponent));
}

// gamma c_j of features or, by_octave, their mean over each octave; from rows that lie evenly over the data.
std::vector<double> curvatures(const Problem& problem, double gamma, bool by_octave) {
  constexpr std::uint64_t most_rows = 1 << 16;
  const Dataset& data = problem.data();
  const std::uint64_t rows = std::min(data.rows(), most_rows);
  std::vector<double> sums(by_octave ? ProximalTerm::groups + 1 : data.features());
  double weights = 0;
  for (std::uint64_t k = 0; k < rows; ++k) {
    if (k % 256 == 0) data.relieve();
    const RowPlace place = data.place(data.rows() * k / rows);
    const RowView x = data.row(place);
    const double weight = data.weight(place);
    for (std::size_t e = 0; e < x.size; ++e) {
      const auto value = static_cast<double>(x.value_at(e));
      const std::uint32_t j = x.index[e];
      sums[by_octave ? static_cast<std::size_t>(std::bit_width(j)) : j] += weight * value * value;
    }
    weights += weight;
  }
  const double scale = weights > 0 ? gamma / (problem.penalty().l2 * weights) : 0;
  for (std::size_t j = 0; j < sums.size(); ++j) sums[j] *= scale;
  for (std::size_t octave = 2; by_octave && octave < sums.size(); ++octave) {
    const std::uint64_t first = std::uint64_t{1} << (octave - 1);
    if (first < data.features())
      sums[octave] /= static_cast<double>(std::min(first, data.features() - first));
  }
  return sums;
}

}  // namespace

bool ProximalTerm::pays(const Problem& problem, double inverse_smoothness, double mean_curvature) {
  const Dataset& data = problem.data();
  return (data.frequent_first() || data.features() <= most_cells) &&
         mean_curvature >= least_ratio * inverse_smoothness;
}

ProximalTerm::ProximalTerm(const Problem& problem, double inverse_smoothness, double mean_curvature,
                           std::span<const double> v) {
  const Dataset& data = problem.data();
  if (!pays(problem, inverse_smoothness, mean_curvature)) return;
  const bool by_octave = data.frequent_first();
  highest_limit_ = std::min(exponent_of(mean_curvature / inverse_smoothness) + 2, highest_exponent);
  l2_ = problem.penalty().l2;
  intercept_ = problem.intercept();

  const std::vector<double> curvature = curvatures(problem, 1 / inverse_smoothness, by_octave);
  std::size_t cells = 0;
  std::vector<std::uint8_t> exponent(curvature.size());
  for (std::size_t j = 0; j < exponent.size(); ++j) {
    exponent[j] = exponent_of(curvature[j] / least_curvature);
    if (exponent[j] > 0) cells = j + 1;
  }
  if (by_octave) {
    std::copy_n(exponent.begin(), groups, octave_exponent_.begin());
    cells = std::min(cells, groups);
    cells = cells > 1 ? std::min<std::size_t>(data.features(), std::size_t{1} << (cells - 1)) : cells;
  } else {
    exponent_.assign(exponent.begin(), exponent.begin() + static_cast<std::ptrdiff_t>(cells));
    if (cells > 0) exponent_.resize(cells + 3);
  }
  // Every row has the intercept: c_b = 1 / l2.
  intercept_exponent_ = cells > 0 ? exponent_of(1 / (l2_ * inverse_smoothness * least_curvature)) : 0;
  for (std::size_t group = 0; group < groups; ++group)
    discount_[group] = std::exp2(-0.5 * (by_octave ? octave_exponent_[group] : static_cast<int>(group)));
  set_limit(std::min(first_limit, highest_limit_));
  weights_.assign(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(cells));
  centre_ = weights_;
}

void ProximalTerm::set_limit(int limit) {
  limit_ = limit;
  for (std::size_t group = 0; group < groups; ++group) {
    const int exponent = by_octave() ? octave_exponent_[group] : static_cast<int>(group);
    stiffness_[group] = std::ldexp(1.0, std::min(exponent, limit));
  }
}

void ProximalTerm::begin_sweep(std::span<double> v) {
  if (visited_ >= enough_rows) {
    centre_.assign(weights_.begin(), weights_.end());
    visited_ = gain_ = 0;
  }
  enter(v);
}

void ProximalTerm::enter(std::span<double> v) const {
  for_each_slice(cells(), [&](std::size_t, std::size_t begin, std::size_t end) {
    for_each_cell(begin, end,
                  [&](std::size_t j, double stiff) { v[j] = centre_[j] + (v[j] - centre_[j]) / stiff; });
  });
}

void ProximalTerm::end_sweep(std::span<double> v, double gain, double visited) {
  if (cells() == 0) return;
  std::vector<double> apart(slices_of(cells()));
  for_each_slice(cells(), [&](std::size_t s, std::size_t begin, std::size_t end) {
    double sum = 0;
    for_each_in_group(begin, end, [&](std::size_t j, std::size_t group) {
      weights_[j] = v[j];
      v[j] = centre_[j] + (v[j] - centre_[j]) * stiffness_[group];
      sum += discount_[group] * (v[j] - weights_[j]) * (v[j] - weights_[j]);
    });
    apart[s] = sum;
  });
  gain_ += gain;
  visited_ += visited;
  if (visited_ < enough_rows) return;
  double left = intercept_ ? std::exp2(-0.5 * intercept_exponent_) * v.back() * v.back() : 0;
  for (const double part : apart) left += part;
  const double most = std::max(gain_, last_gain_);
  last_gain_ = gain_;
  if (most > 0) follow(left / (2 * l2_ * most));
}

void ProximalTerm::follow(double balance) {
  if (moves_until_tried_ > 0) --moves_until_tried_;
  const int highest = moves_until_tried_ > 0 ? std::min(too_high_ - 1, highest_limit_) : highest_limit_;
  if (balance > 1) {
    if (limit_ == 0) return;  // an intercept leaves something even now
    too_high_ = limit_;
    moves_until_tried_ = moves_to_forget;
    set_limit(std::max(limit_ - (balance > 4 ? 2 : 1), 0));
  } else if (balance < 0.4) {
    set_limit(std::clamp(limit_ + (balance < 0.02 ? 2 : 1), 0, std::max(highest, limit_)));
  }
}

void ProximalTerm::state(Archive& archive) {
  archive(weights_)(centre_)(limit_)(too_high_)(moves_until_tried_)(last_gain_)(gain_)(visited_);
  archive.require(limit_ >= 0 && limit_ <= highest_limit_ && too_high_ >= 0 && too_high_ <= highest_limit_ &&
                  moves_until_tried_ >= 0 && moves_until_tried_ <= moves_to_forget);
  set_limit(limit_);
}

}  // namespace sparselearn::solver
