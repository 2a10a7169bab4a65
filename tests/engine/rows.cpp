// Cutting rows into parts, ordering them, sampling them.
#include <doctest/doctest.h>

#include <map>
#include <numeric>

#include "engine/small_problem.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/engine/importance.hpp"
#include "sparselearn/engine/row_order.hpp"
#include "sparselearn/engine/row_parts.hpp"
#include "sparselearn/engine/sample.hpp"

using namespace sparselearn;

namespace {

std::vector<std::uint64_t> visits(RowOrder& order, const Dataset& data) {
  std::vector<std::uint64_t> seen;
  order.begin_epoch();
  for (auto group = order.next_group(); !group.empty(); group = order.next_group())
    for (const RowPlace place : group) seen.push_back(data.number(place));
  return seen;
}

}  // namespace

TEST_CASE("parts hold every row once, in order, with about equal work") {
  Shape shape;
  shape.rows = 1000;
  const SmallData made = random_rows(shape, 2);
  for (const std::size_t parts : {1U, 2U, 3U, 7U, 16U, 5000U}) {
    CAPTURE(parts);
    const auto cut = cut_rows(made.data, parts);
    CHECK(cut.size() <= parts);
    std::uint64_t next = 0, heaviest = 0;
    for (const RowPart& part : cut) {
      std::uint64_t work = 0;
      for (const RowRange& range : part) {
        CHECK(range.first == next);
        CHECK(range.begin < range.end);
        next += range.end - range.begin;
        const auto& offsets = made.data.blocks()[range.block].offsets;
        work += offsets[range.end] - offsets[range.begin] + 8 * (range.end - range.begin);
      }
      heaviest = std::max(heaviest, work);
    }
    CHECK(next == made.data.rows());
    const std::uint64_t total = made.data.nonzeros() + 8 * made.data.rows();
    CHECK(heaviest <= total / parts + 2 * (8 + shape.features));
  }
}

TEST_CASE("every order but random visits each row once an epoch") {
  Shape shape;
  shape.rows = 3000;
  const SmallData made = random_rows(shape, 2);
  for (const char* name : {"reshuffle", "once", "sequential"}) {
    CAPTURE(name);
    RowOrder order(made.data, RowOrder::kind_of(name), 5);
    const auto first = visits(order, made.data), second = visits(order, made.data);
    auto sorted = first;
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::uint64_t> all(made.data.rows());
    std::iota(all.begin(), all.end(), 0);
    CHECK(sorted == all);
    CHECK((first == all) == (std::string_view(name) == "sequential"));
    CHECK((first == second) == (std::string_view(name) != "reshuffle"));
    RowOrder again(made.data, RowOrder::kind_of(name), 5);
    CHECK(visits(again, made.data) == first);
  }
  CHECK_THROWS_AS(RowOrder::kind_of("shuffled"), UsageError);
}

TEST_CASE("an epoch is dealt out to streams, no row to two of them") {
  Shape shape;
  shape.rows = 3000;
  const SmallData made = random_rows(shape, 2);
  for (const std::size_t streams : {2U, 3U, 8U})
    for (const char* name : {"reshuffle", "once", "sequential", "curriculum", "random"}) {
      CAPTURE(streams);
      CAPTURE(name);
      RowOrder order(made.data, RowOrder::kind_of(name), 5, streams);
      Archive saved;
      for (int epoch = 0; epoch < 2; ++epoch) {
        CAPTURE(epoch);
        order.state(saved);
        order.begin_epoch();
        std::map<std::uint64_t, std::size_t> stream_of;
        std::vector<std::vector<std::uint64_t>> seen(streams);
        std::uint64_t visited = 0;
        bool apart = true, more = true;
        while (more) {  // by turns
          more = false;
          for (std::size_t s = 0; s < streams; ++s) {
            for (const RowPlace place : order.next_group(s)) {
              const std::uint64_t i = made.data.number(place);
              apart = apart && stream_of.try_emplace(i, s).first->second == s;
              seen[s].push_back(i);
              more = true;
            }
          }
        }
        CHECK(apart);
        for (std::size_t s = 0; s < streams; ++s) {
          visited += seen[s].size();
          CHECK(seen[s].size() == doctest::Approx(double(shape.rows) / double(streams)).epsilon(0.05));
        }
        CHECK(visited == shape.rows);
        if (std::string_view(name) != "random") CHECK(stream_of.size() == shape.rows);
        CHECK(std::is_sorted(seen[0].begin(), seen[0].end()) == (std::string_view(name) == "sequential"));

        // One stream after the other, resumed.
        RowOrder again(made.data, RowOrder::kind_of(name), 5, streams);
        Archive loaded(saved.bytes());
        for (int k = 0; k <= epoch; ++k) again.state(loaded);
        again.begin_epoch();
        for (std::size_t s = 0; s < streams; ++s) {
          std::vector<std::uint64_t> rows;
          for (auto group = again.next_group(s); !group.empty(); group = again.next_group(s))
            for (const RowPlace place : group) rows.push_back(made.data.number(place));
          CHECK(rows == seen[s]);
        }
      }
    }
}

TEST_CASE("a curriculum visits short rows first, in its first epoch only, and mixes rows of a length") {
  Shape shape;
  shape.rows = 6000;
  const SmallData made = random_rows(shape, 2);
  const auto length = [&](std::uint64_t i) { return made.data.row(made.data.place(i)).size; };
  const auto shorter = [&](std::uint64_t a, std::uint64_t b) { return length(a) < length(b); };
  RowOrder order(made.data, RowOrder::Kind::curriculum, 5);
  const auto first = visits(order, made.data);
  CHECK(std::is_sorted(first.begin(), first.end(), shorter));
  CHECK_FALSE(std::is_sorted(first.begin(), std::upper_bound(first.begin(), first.end(), first[0], shorter)));
  Archive saved;
  order.state(saved);
  const auto second = visits(order, made.data);
  CHECK_FALSE(std::is_sorted(second.begin(), second.end(), shorter));
  for (auto seen : {first, second}) {
    std::sort(seen.begin(), seen.end());
    for (std::uint64_t i = 0; i < shape.rows; ++i) REQUIRE(seen[i] == i);
  }
  RowOrder resumed(made.data, RowOrder::Kind::curriculum, 5);
  Archive loaded(saved.bytes());
  resumed.state(loaded);
  CHECK(visits(resumed, made.data) == second);
}

TEST_CASE(
    "with probabilities, row i is visited N p_i times on average, within one visit of it unless random") {
  const SmallData made = random_rows({}, 2);
  const std::size_t n = made.data.rows();
  std::vector<double> p(n);
  for (std::size_t i = 0; i < n; ++i)
    p[i] = static_cast<double>(i + 1) / (static_cast<double>(n * (n + 1)) / 2);
  for (const char* name : {"reshuffle", "random", "curriculum"}) {
    CAPTURE(name);
    RowOrder order(made.data, RowOrder::kind_of(name), 9);
    order.set_probabilities(p);
    std::vector<double> count(n);
    const int epochs = 4000;
    for (int e = 0; e < epochs; ++e) {
      std::vector<double> here(n);
      for (const std::uint64_t i : visits(order, made.data)) here[i] += 1;
      for (std::size_t i = 0; i < n; ++i) {
        count[i] += here[i] / epochs;
        if (std::string_view(name) != "random")
          CHECK(std::abs(here[i] - static_cast<double>(n) * p[i]) < 1 + 1e-9);
      }
    }
    // 5 standard errors of a binomial count.
    for (std::size_t i = 0; i < n; ++i) {
      const double mean = static_cast<double>(n) * p[i];
      CHECK(std::abs(count[i] - mean) < 5 * std::sqrt(mean / epochs));
    }
  }
}

TEST_CASE("importance undoes the probabilities and brings max L_i near mean L_i") {
  RowBlock block;
  for (int r = 0; r < 100; ++r) {
    const std::size_t count = r == 7 ? 50 : r == 8 ? 0 : 2;
    for (std::size_t k = 0; k < count; ++k) block.indices.push_back(static_cast<std::uint32_t>(k));
    block.offsets.push_back(block.indices.size());
    block.labels.push_back(r % 2 ? 1 : -1);
  }
  Dataset data;
  data.append(std::move(block));
  const auto loss = loss::make("logistic");
  const Problem problem(data, *loss, Penalty{0, 0.1});
  const Importance found = importance_of_rows(problem, "auto", 0.25);
  REQUIRE(found.probabilities.size() == 100);
  CHECK(std::accumulate(found.probabilities.begin(), found.probabilities.end(), 0.0) == doctest::Approx(1));
  for (std::size_t i = 0; i < 100; ++i)
    CHECK(found.probabilities[i] * 100 * static_cast<double>(found.importance[i]) ==
          doctest::Approx(1).epsilon(1e-6));
  const auto smoothness = problem.smoothness();
  CHECK(smoothness.max == doctest::Approx(12.5));
  CHECK(found.smoothness <= 2 * smoothness.mean);
  CHECK(importance_of_rows(problem, "uniform", 0.25).importance.empty());
  CHECK_THROWS_AS(importance_of_rows(problem, "norms", 0.25), UsageError);
}

TEST_CASE("a stratified sample has one row of every stretch of rows") {
  Shape shape;
  shape.rows = 203;
  Dataset data = random_rows(shape, 4).data;
  std::vector<double> numbers(data.rows());
  std::iota(numbers.begin(), numbers.end(), 0.0);
  data.set_labels(numbers);  // each row tells which it is
  for (const std::uint64_t stratum : {1U, 4U, 7U, 1000U}) {
    const Dataset sample = sample_strata(data, stratum, 3);
    REQUIRE(sample.rows() == (data.rows() + stratum - 1) / stratum);
    CHECK(sample.features() == data.features());
    for (std::uint64_t k = 0; k < sample.rows(); ++k) {
      const RowPlace place = sample.place(k);
      const double number = sample.blocks()[place.block].labels[place.row];
      CHECK(static_cast<std::uint64_t>(number) / stratum == k);
      const RowView row = sample.row(place),
                    source = data.row(data.place(static_cast<std::uint64_t>(number)));
      CHECK(std::equal(row.index, row.index + row.size, source.index, source.index + source.size));
    }
  }
}

TEST_CASE("a sample is two disjoint halves over one renumbering of the features") {
  Shape shape;
  shape.rows = 500;
  shape.features = 90;
  shape.density = 0.05;
  const SmallData made = random_rows(shape, 4);
  const Sample sample = sample_rows(made.data, 50, 3);
  CHECK(sample.training.rows() == 50);
  CHECK(sample.held_out.rows() == 50);
  CHECK(sample.training.features() == sample.held_out.features());
  CHECK(sample.training.features() <= 90);
  const Sample again = sample_rows(made.data, 50, 3);
  CHECK(again.training.blocks()[0].indices == sample.training.blocks()[0].indices);
  CHECK(sample_rows(made.data, 5000, 3).training.rows() + sample_rows(made.data, 5000, 3).held_out.rows() ==
        500);
}
