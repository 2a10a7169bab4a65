#include "sparselearn/train/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/math.hpp"

namespace sparselearn {
namespace {

struct Weights {
  double positive = 0, negative = 0;
};

Weights weights_of_labels(const HeldOutScores& rows) {
  Weights sum;
  for (std::size_t i = 0; i < rows.labels.size(); ++i)
    (rows.labels[i] > 0 ? sum.positive : sum.negative) += rows.weights[i];
  if (!(sum.positive > 0 && sum.negative > 0))
    throw DataError("the rows held out for the calibration have one label only; hold out more, or others");
  return sum;
}

// The objective of Platt's sigmoid at (a, b), with gradient and Hessian.
struct Likelihood {
  double value = 0;
  double in_a = 0, in_b = 0;
  double in_aa = 0, in_ab = 0, in_bb = 0;
};

class Platt {
 public:
  explicit Platt(const HeldOutScores& rows) : rows_(rows), sum_(weights_of_labels(rows)) {}

  // Algorithm 1 of Lin, Lin & Weng 2007.
  Calibration fit() const {
    constexpr int most_steps = 100;
    constexpr double ridge = 1e-12, precision = 1e-12, smallest_step = 1e-10;
    double a = 0, b = math::log((sum_.negative + 1) / (sum_.positive + 1));
    Likelihood at = likelihood(a, b);
    for (int step = 0; step < most_steps; ++step) {
      const double most = std::max(math::abs(at.in_a), math::abs(at.in_b));
      if (most <= precision * (sum_.positive + sum_.negative)) break;
      const double aa = at.in_aa + ridge, bb = at.in_bb + ridge, determinant = aa * bb - at.in_ab * at.in_ab;
      const double da = -(bb * at.in_a - at.in_ab * at.in_b) / determinant;
      const double db = -(aa * at.in_b - at.in_ab * at.in_a) / determinant;
      const double slope = at.in_a * da + at.in_b * db;
      double length = 1;
      for (; length >= smallest_step; length /= 2) {
        const Likelihood next = likelihood(a + length * da, b + length * db);
        if (!(next.value < at.value + 1e-4 * length * slope)) continue;
        a += length * da;
        b += length * db;
        at = next;
        break;
      }
      if (length < smallest_step) break;  // as far as rounding lets it come
    }
    Calibration found;
    found.kind = Calibration::Kind::platt;
    found.a = a;
    found.b = b;
    return found;
  }

 private:
  Likelihood likelihood(double a, double b) const {
    const double high = (sum_.positive + 1) / (sum_.positive + 2), low = 1 / (sum_.negative + 2);
    Likelihood sum;
    for (std::size_t i = 0; i < rows_.scores.size(); ++i) {
      const double z = rows_.scores[i], s = rows_.weights[i], t = rows_.labels[i] > 0 ? high : low;
      const double u = a * z + b, p = math::sigmoid(-u), curvature = s * p * math::sigmoid(u);
      sum.value += s * (t * math::softplus(u) + (1 - t) * math::softplus(-u));
      sum.in_a += s * (t - p) * z;
      sum.in_b += s * (t - p);
      sum.in_aa += curvature * z * z;
      sum.in_ab += curvature * z;
      sum.in_bb += curvature;
    }
    return sum;
  }

  const HeldOutScores& rows_;
  Weights sum_;
};

// Rows next to one another that share a probability.
struct Pool {
  double first, last;  // scores
  double positive, weight;
  double mean() const { return positive / weight; }
};

// Rows of equal scores first, then whatever does not ascend.
std::vector<Pool> pools_of(const HeldOutScores& rows) {
  std::vector<std::size_t> order(rows.scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return rows.scores[i] < rows.scores[j]; });
  std::vector<Pool> equal;
  for (const std::size_t i : order) {
    const double z = rows.scores[i], s = rows.weights[i];
    if (!(s > 0)) continue;
    if (equal.empty() || equal.back().last != z) equal.push_back({z, z, 0, 0});
    equal.back().positive += rows.labels[i] > 0 ? s : 0;
    equal.back().weight += s;
  }
  std::vector<Pool> pools;
  for (Pool pool : equal) {
    while (!pools.empty() && pools.back().mean() >= pool.mean()) {
      pool = {pools.back().first, pool.last, pools.back().positive + pool.positive,
              pools.back().weight + pool.weight};
      pools.pop_back();
    }
    pools.push_back(pool);
  }
  return pools;
}

}  // namespace

void HeldOutScores::add(const Model& model, const Dataset& data) {
  for (const RowBlock& block : data.blocks())
    for (std::size_t r = 0; r < block.rows(); ++r) {
      double z = 0;
      model.score(block.row(r), &z);
      scores.push_back(z);
      labels.push_back(block.labels[r]);
      weights.push_back(block.weight(r));
    }
}

Calibration fit_platt(const HeldOutScores& rows) { return Platt(rows).fit(); }

Calibration fit_isotonic(const HeldOutScores& rows) {
  weights_of_labels(rows);
  Calibration found;
  found.kind = Calibration::Kind::isotonic;
  for (const Pool& pool : pools_of(rows)) {
    found.scores.push_back(pool.first);
    found.probabilities.push_back(pool.mean());
    if (pool.last == pool.first) continue;
    found.scores.push_back(pool.last);
    found.probabilities.push_back(pool.mean());
  }
  return found;
}

}  // namespace sparselearn
