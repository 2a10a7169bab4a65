#include "sparselearn/penalty/penalty.hpp"

#include <algorithm>

#include "sparselearn/base/lane_sum.hpp"
#include "sparselearn/base/math.hpp"

namespace sparselearn {
namespace {

// sum_j term(w_j), in the fixed order of LaneSum.
template <class Term>
double sum_of(std::span<const double> w, const Term& term) {
  constexpr std::size_t chunk = 256;
  double terms[chunk];
  LaneSum sum;
  for (std::size_t begin = 0; begin < w.size(); begin += chunk) {
    const std::size_t count = std::min(chunk, w.size() - begin);
    for (std::size_t j = 0; j < count; ++j) terms[j] = term(w[begin + j]);
    sum.add(terms, count);
  }
  return sum.total();
}

}  // namespace

double penalty_value(const Penalty& penalty, std::span<const double> w) {
  double value = 0;
  if (penalty.l1 > 0) value += penalty.l1 * sum_of(w, [](double v) { return math::abs(v); });
  if (penalty.l2 > 0) value += penalty.l2 / 2 * sum_of(w, [](double v) { return v * v; });
  return value;
}

}  // namespace sparselearn
