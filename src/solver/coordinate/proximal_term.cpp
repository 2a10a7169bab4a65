#include "solver/coordinate/proximal_term.hpp"

#include "sparselearn/engine/kernels.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn::solver {
namespace {

constexpr double least_curvature = 5;  // gamma c_j up to which rho_j is 0
constexpr int first_limit = 2;

// g of gamma c / least_curvature.
std::uint8_t exponent_of(double ratio) {
  if (!(ratio >= 2)) return 0;
  return static_cast<std::uint8_t>(std::min(std::ilogb(ratio), ProximalTerm::highest_exponent));
}

// Sums over rows that lie evenly over the data.
struct Sample {
  double scale = 0;               // 1 / (l2 times the sum of their weights)
  double norm = 0;                // mean of s_i |x_i|^2
  std::vector<double> of_groups;  // sum_i s_i x_ij^2, of each feature or each octave
};

Sample sample_of(const Problem& problem, bool by_octave) {
  constexpr std::uint64_t most_rows = 1 << 16;
  const Dataset& data = problem.data();
  const std::uint64_t rows = std::min(data.rows(), most_rows);
  Sample sample;
  sample.of_groups.resize(by_octave ? ProximalTerm::groups : data.features());
  double weights = 0;
  for (std::uint64_t k = 0; k < rows; ++k) {
    if (k % 256 == 0) data.relieve();
    const RowPlace place = data.place(data.rows() * k / rows);
    const RowView x = data.row(place);
    const double weight = data.weight(place);
    for (std::size_t e = 0; e < x.size; ++e) {
      const auto value = static_cast<double>(x.value_at(e));
      const std::uint32_t j = x.index[e];
      sample.of_groups[by_octave ? static_cast<std::size_t>(std::bit_width(j)) : j] += weight * value * value;
    }
    sample.norm += weight * squared_norm(x) / static_cast<double>(rows);
    weights += weight;
  }
  if (weights > 0) sample.scale = 1 / (problem.penalty().l2 * weights);
  return sample;
}

}  // namespace

ProximalTerm::ProximalTerm(const Problem& problem, double inverse_smoothness, std::span<const double> v) {
  const Dataset& data = problem.data();
  const bool by_octave = data.frequent_first();
  const Sample sample = sample_of(problem, by_octave);
  const double share = 1 / (problem.penalty().l2 * problem.total_weight());
  const double ratio = share * sample.norm / inverse_smoothness;
  if (ratio < 2) return;  // as short as the loss wants them, or nearly
  highest_limit_ = std::min(exponent_of(ratio) + 1, highest_exponent);
  limit_ = std::min(first_limit, highest_limit_);
  l2_ = problem.penalty().l2;

  std::size_t cells = 0;
  const double unit = sample.scale / (inverse_smoothness * least_curvature);
  if (by_octave) {
    for (std::size_t octave = 0; octave < groups; ++octave) {
      const std::size_t begin = octave == 0 ? 0 : std::size_t{1} << (octave - 1);
      const std::size_t end = std::min<std::size_t>(data.features(), std::size_t{1} << octave);
      if (begin >= end) break;
      octave_exponent_[octave] =
          exponent_of(unit * sample.of_groups[octave] / static_cast<double>(end - begin));
      if (octave_exponent_[octave] > 0) cells = end;
    }
  } else {
    exponent_.resize(data.features());
    for (std::size_t j = 0; j < exponent_.size(); ++j) {
      exponent_[j] = exponent_of(unit * sample.of_groups[j]);
      if (exponent_[j] > 0) cells = j + 1;
    }
    exponent_.resize(cells);
  }
  weights_.assign(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(cells));
  centre_ = weights_;
}

void ProximalTerm::stiffness_from(std::size_t first, std::span<double> to) const {
  std::fill(to.begin(), to.end(), 1.0);
  for (std::size_t k = 0, end = 0; k < to.size() && first + k < cells(); k = end) {
    const std::size_t cell = first + k;
    end = k + 1;
    if (!by_octave()) {
      to[k] = stiffness(exponent_[cell]);
      continue;
    }
    const auto octave = static_cast<std::size_t>(std::bit_width(cell));
    end = std::min(to.size(), (std::size_t{1} << octave) - first);
    std::fill(to.begin() + static_cast<std::ptrdiff_t>(k), to.begin() + static_cast<std::ptrdiff_t>(end),
              stiffness(octave));
  }
}

void ProximalTerm::begin_sweep(std::span<double> v) {
  centre_.assign(weights_.begin(), weights_.end());
  enter(v);
}

void ProximalTerm::enter(std::span<double> v) const {
  for_each_slice(cells(), [&](std::size_t, std::size_t begin, std::size_t end) {
    std::vector<double> stiff(end - begin);
    stiffness_from(begin, stiff);
    for (std::size_t j = begin; j < end; ++j) v[j] = centre_[j] + (v[j] - centre_[j]) / stiff[j - begin];
  });
}

void ProximalTerm::end_sweep(std::span<double> v, double gain) {
  std::vector<double> apart(slices_of(cells()));
  for_each_slice(cells(), [&](std::size_t s, std::size_t begin, std::size_t end) {
    std::vector<double> stiff(end - begin);
    stiffness_from(begin, stiff);
    for (std::size_t j = begin; j < end; ++j) {
      weights_[j] = v[j];
      v[j] = centre_[j] + (v[j] - centre_[j]) * stiff[j - begin];
      apart[s] += (v[j] - weights_[j]) * (v[j] - weights_[j]);
    }
  });
  double error = 0;
  for (const double part : apart) error += part;
  const double balance = error / (2 * l2_ * std::max(gain, last_gain_));
  last_gain_ = gain;
  if (balance > 8)
    limit_ = std::max(limit_ - 2, 0);
  else if (balance > 2)
    limit_ = std::max(limit_ - 1, 0);
  else if (balance < 0.5)
    limit_ = std::min(limit_ + 1, highest_limit_);
}

void ProximalTerm::state(Archive& archive) {
  archive(weights_)(limit_)(last_gain_);
  archive.require(limit_ >= 0 && limit_ <= highest_limit_);
}

}  // namespace sparselearn::solver
