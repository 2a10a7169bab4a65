#include "solver/coordinate/dual_parts.hpp"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

namespace sparselearn::solver {
namespace {

constexpr std::size_t hot_cells = std::size_t{1} << 13, cells_in_cache = std::size_t{1} << 17;

// Of rows that lie evenly over the data.
struct Sample {
  double overlap = 0;  // mean of x_i'x_k over pairs of rows, as a share of the mean |x_i|^2
  double front = 0;    // share of the nonzeros that the first cells hold
};

Sample sample_of(const Dataset& data) {
  constexpr std::uint64_t most_rows = 256;
  const std::uint64_t rows = std::min(data.rows(), most_rows);
  std::vector<std::pair<std::uint32_t, double>> entries;
  double apart = 0, front = 0;
  for (std::uint64_t k = 0; k < rows; ++k) {
    const RowView x = data.row(data.place(data.rows() * k / rows));
    for (std::size_t e = 0; e < x.size; ++e) {
      entries.emplace_back(x.index[e], static_cast<double>(x.value_at(e)));
      front += x.index[e] < hot_cells ? 1 : 0;
    }
    apart += squared_norm(x);
  }
  std::sort(entries.begin(), entries.end());
  double joint = 0;  // |sum_i x_i|^2
  for (std::size_t begin = 0, end = 0; begin < entries.size(); begin = end) {
    double sum = 0;
    for (; end < entries.size() && entries[end].first == entries[begin].first; ++end)
      sum += entries[end].second;
    joint += sum * sum;
  }
  if (!(apart > 0) || rows < 2) return {};
  return {(joint - apart) / (static_cast<double>(rows - 1) * apart),
          front / static_cast<double>(entries.size())};
}

// A power of two, to be shared evenly by the usual numbers of threads.
std::uint64_t parts_that_pay(const Problem& problem, bool tiered, bool held_back) {
  // Below so many nonzeros a part, or a cell of v, a merge costs more than it gives.
  constexpr std::uint64_t worth_a_part = 2'000'000, worth_a_cell = 8, worth_a_cell_each_time = 16, most = 8;
  // Where rows have much in common, parts that ascend at the same time take each other's steps once more; two
  // parts do so little where a proximal term holds back what is common (four take a third more passes on
  // url-like data). And where the first cells are not the frequent ones (the order of the file was kept),
  // merging them often helps little.
  constexpr double much_in_common = 0.15, too_much_in_common = 0.5, much_in_front = 0.25;
  const std::uint64_t nonzeros = problem.data().nonzeros(), cells = problem.dimension() + 1;
  const std::uint64_t paying = std::min(
      nonzeros / worth_a_part, nonzeros / ((tiered ? worth_a_cell : worth_a_cell_each_time) * cells));
  if (paying > 1 && tiered) {
    const Sample sample = sample_of(problem.data());
    const bool wide = problem.dimension() > cells_in_cache;
    if (wide && sample.front < much_in_front) return 1;
    if (sample.overlap > much_in_common) return held_back && sample.overlap < too_much_in_common ? 2 : 1;
  }
  return std::bit_floor(std::clamp<std::uint64_t>(paying, 1, most));
}

}  // namespace

DualParts::DualParts(const Problem& problem, std::uint64_t wanted, bool held_back) {
  const std::uint64_t rows = problem.rows(), nonzeros = problem.data().nonzeros();
  const std::size_t cells = problem.dimension();
  tiered = cells > hot_cells;
  parts = wanted > 0 ? std::min(wanted, std::max<std::uint64_t>(1, rows))
                     : parts_that_pay(problem, tiered, held_back);
  // A merge costs a few passes over P vectors; there are as many of them as cost about a tenth of a pass.
  const auto rows_between = [&](std::size_t of_cells, std::uint64_t least, std::uint64_t most) {
    const std::uint64_t merges = nonzeros / (8 * parts * of_cells + 1);
    return std::max(parts, rows / std::clamp(merges, least, most));
  };
  if (!tiered) {
    rows_a_round = rows_between(cells, 4, 64);
    return;
  }
  if (cells <= cells_in_cache) {  // in the order of the file: no cells are merged more often than others
    front = middle = cells;
    rows_a_round = rows_between(cells, 8, 64);  // with 4 rcv1-like data takes a third more passes
    rows_a_span = rows / 2;
    return;
  }
  front = hot_cells;
  middle = cells_in_cache;
  // Merges of the frequent cells wait for all parts: with a quarter as many, passes are a twentieth shorter
  // and hardly more, as the proximal term lets these cells move little within a sweep.
  constexpr std::size_t fewer = 4;
  rows_a_round = rows_between(fewer * front, 4, 4096);
  rounds_a_middle = rows_between(fewer * middle, 4, 512) / rows_a_round + 1;
  rows_a_span = rows_between(cells, 2, 16);
}

}  // namespace sparselearn::solver
