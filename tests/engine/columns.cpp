// The transposed copy against the rows, and rows that are left out of an order.
#include "sparselearn/engine/columns.hpp"

#include <doctest/doctest.h>

#include <set>

#include "engine/small_problem.hpp"
#include "sparselearn/engine/row_order.hpp"
#include "sparselearn/engine/threads.hpp"

using namespace sparselearn;

namespace {

bool same(const Columns& a, const Columns& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t j = 0; j < a.size(); ++j) {
    const ColumnView left = a[j], right = b[j];
    if (left.size != right.size || (left.value == nullptr) != (right.value == nullptr)) return false;
    for (std::size_t k = 0; k < left.size; ++k)
      if (left.row[k] != right.row[k] || left.value_at(k) != right.value_at(k)) return false;
  }
  return true;
}

void check_columns(const SmallData& made, bool ones) {
  const Columns columns(made.data, ones);
  const std::size_t features = made.data.features();
  REQUIRE(columns.size() == features + (ones ? 1 : 0));
  CHECK(columns.nonzeros() == made.data.nonzeros() + (ones ? made.data.rows() : 0));
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const ColumnView column = columns[j];
    std::size_t k = 0;
    for (std::size_t i = 0; i < made.dense.size(); ++i) {
      const double value = j < features ? made.dense[i][j] : 1;
      if (value == 0) continue;
      REQUIRE(k < column.size);
      CHECK(column.row[k] == i);
      CHECK(static_cast<double>(column.value_at(k)) == value);
      ++k;
    }
    CHECK(k == column.size);
  }
}

}  // namespace

TEST_CASE("columns are the rows transposed") {
  for (const bool all_ones : {false, true}) {
    Shape shape;
    shape.ones = all_ones;
    const SmallData made = random_rows(shape, 3);
    check_columns(made, false);
    check_columns(made, true);
    CHECK((Columns(made.data)[0].value == nullptr) == all_ones);
    CHECK(Columns(made.data).memory() > 0);
  }
  check_columns(random_rows({.rows = 6, .features = 3, .density = 0}, 1), true);
}

TEST_CASE("columns are the same on any number of threads, and cut into parts") {
  Shape shape;
  shape.rows = 20000;
  shape.features = 50;
  shape.blocks = 7;
  const SmallData made = random_rows(shape, 4);
  check_columns(made, false);
  const Columns columns(made.data);
  for (const std::size_t threads : {1U, 2U, 7U}) {
    const ThreadLimit limit(threads);
    CHECK(same(columns, Columns(made.data)));
  }
}

TEST_CASE("an order visits the rows that are due, each once") {
  Shape shape;
  shape.rows = 5000;
  const SmallData made = random_rows(shape, 2);
  std::vector<std::uint8_t> day(made.data.rows());
  for (std::size_t i = 0; i < day.size(); ++i) day[i] = static_cast<std::uint8_t>(i % 7 == 3 ? 200 : i % 5);
  for (const char* name : {"reshuffle", "once", "sequential"})
    for (const int date : {0, 3, 200, 77}) {
      const auto today = static_cast<std::uint8_t>(date);
      RowOrder order(made.data, RowOrder::kind_of(name), 5);
      order.only(day, today);
      order.begin_epoch();
      std::set<std::uint64_t> seen;
      for (auto group = order.next_group(); !group.empty(); group = order.next_group())
        for (const RowPlace place : group) CHECK(seen.insert(made.data.number(place)).second);
      for (std::uint64_t i = 0; i < day.size(); ++i) CHECK((seen.count(i) == 1) == (day[i] == today));
    }
}
