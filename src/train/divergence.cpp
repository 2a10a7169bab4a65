#include "train/divergence.hpp"

#include <cmath>

#include "sparselearn/base/number.hpp"

namespace sparselearn {

std::string divergence_text(const Problem& problem, double epoch, double step) {
  constexpr double outstanding = 100;
  std::string text = " in epoch " + to_text(std::ceil(epoch));
  if (std::isfinite(step)) text += " with step " + to_text(step, 3);
  double largest = 0, sum = 0, squares = 0;  // s_i |x_i|^2
  std::uint64_t row = 0, worst = 0;
  for (const RowBlock& block : problem.data().blocks())
    for (std::size_t r = 0; r < block.rows(); ++r, ++row) {
      const double norm = squared_norm(block.row(r)), weighted = block.weight(r) * norm;
      sum += weighted;
      if (!(weighted > largest)) continue;
      largest = weighted;
      squares = norm;
      worst = row;
    }
  if (problem.rows() < 2) return text;
  const double others = (sum - largest) / static_cast<double>(problem.rows() - 1);
  if (largest > outstanding * others)
    text += ", row " + std::to_string(worst + 1) + " stands out with |x|^2 = " + to_text(squares, 3) +
            " where the others have " + to_text(others, 3) + " on average";
  return text;
}

}  // namespace sparselearn
