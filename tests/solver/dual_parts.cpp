// Into how many parts sdca cuts its rows by itself: only large data, and wide data only where parts help.
#include "solver/coordinate/dual_parts.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "sparselearn/base/random.hpp"
#include "sparselearn/data/dataset.hpp"
#include "sparselearn/loss/loss.hpp"
#include "sparselearn/solver/solver.hpp"

using namespace sparselearn;
using solver::DualParts;

namespace {

constexpr std::uint64_t rows = 42'000, nonzeros_a_row = 100;

// Entries of a row: one in each of `count` stretches of equal width between two features.
struct Stretches {
  std::size_t count;
  std::uint64_t begin, end;
};

// Rows of ones with an entry in each of the stretches, 4.2 million entries in all.
Dataset rows_over(std::uint64_t features, std::initializer_list<Stretches> all) {
  Random random(5);
  RowBlock block;
  for (std::uint64_t i = 0; i < rows; ++i) {
    for (const Stretches& stretches : all)
      for (std::size_t k = 0; k < stretches.count; ++k) {
        const std::uint64_t width = (stretches.end - stretches.begin) / stretches.count;
        block.indices.push_back(
            static_cast<std::uint32_t>(stretches.begin + k * width + random.below(width)));
      }
    block.offsets.push_back(block.indices.size());
    block.labels.push_back(i % 2 == 0 ? 1 : -1);
  }
  REQUIRE(block.indices.size() == rows * nonzeros_a_row);
  Dataset data;
  data.append(std::move(block));
  data.set_features(features);
  return data;
}

DualParts parts_of(const Dataset& data, std::uint64_t wanted = 0, bool held_back = false) {
  const auto loss = loss::make("hinge", {});
  const Problem problem(data, *loss, {0, 1e-4});
  return DualParts(problem, wanted, held_back);
}

}  // namespace

TEST_CASE("dual parts: wide data is cut where rows differ and most of what they read lies in front") {
  constexpr std::uint64_t wide = 140'000, front = 8192;
  const DualParts apart = parts_of(rows_over(wide, {{50, 0, front}, {50, front, wide}}));
  CHECK(apart.parts == 2);
  CHECK(apart.tiered);
  CHECK(apart.front < apart.middle);
  CHECK(apart.middle < wide);
  CHECK(apart.rows_a_round < apart.rows_a_span);

  // 60 features that all rows have: each part would take the others' steps once more.
  CHECK(parts_of(rows_over(wide, {{60, 0, 60}, {40, 60, wide}})).parts == 1);
  // The first cells hold little of the rows.
  const Dataset scattered = rows_over(wide, {{10, 0, front}, {90, front, wide}});
  CHECK(parts_of(scattered).parts == 1);
  CHECK(parts_of(scattered, 0, true).parts == 1);
  // Where what is common is held back, two parts go with less than half in common.
  CHECK(parts_of(rows_over(wide, {{60, 0, 60}, {40, 60, wide}}), 0, true).parts == 1);
  const Dataset alike = rows_over(wide, {{40, 0, 40}, {60, 40, wide}});
  CHECK(parts_of(alike).parts == 1);
  CHECK(parts_of(alike, 0, true).parts == 2);
}

TEST_CASE("dual parts: narrow data is cut by its size where rows differ, any data as it is asked for") {
  const Dataset narrow = rows_over(20'000, {{100, 0, 20'000}});
  const DualParts large = parts_of(narrow);
  CHECK(large.parts == 2);
  CHECK(large.tiered);
  CHECK(large.front == 20'000);  // every merge is one of all cells
  CHECK(large.middle == 20'000);
  CHECK(large.rows_a_round < large.rows_a_span);
  CHECK(parts_of(rows_over(20'000, {{60, 0, 60}, {40, 60, 20'000}})).parts == 1);
  const DualParts few = parts_of(rows_over(5000, {{100, 0, 5000}}));
  CHECK(few.parts == 2);
  CHECK(!few.tiered);
  CHECK(parts_of(rows_over(130'000, {{100, 0, 130'000}})).parts == 2);  // 16 nonzeros a cell for each part
  CHECK(parts_of(narrow, 5).parts == 5);
  CHECK(parts_of(narrow, 10 * rows).parts == rows);
}

TEST_CASE("dual parts: sdca cuts rows that have much in common in two where it holds that back") {
  Dataset alike = rows_over(140'000, {{40, 0, 40}, {60, 40, 140'000}});
  const auto weights = [&](const char* loss_name, std::uint64_t parts) {
    const auto loss = loss::make(loss_name, {});
    const Problem problem(alike, *loss, {0, 1e-5});
    SolverOptions options;
    options.parts = parts;
    const auto sdca = solver::make("sdca", options);
    sdca->start(problem, std::vector<double>(problem.dimension()));
    sdca->epoch();
    const auto w = sdca->weights();
    return std::vector<double>(w.begin(), w.end());
  };
  CHECK(weights("logistic", 0) == weights("logistic", 1));  // no order of features, and too many of them
  alike.set_frequent_first(true);
  CHECK(weights("hinge", 0) == weights("hinge", 1));
  CHECK(weights("logistic", 0) == weights("logistic", 2));
}
