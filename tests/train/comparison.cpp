#include "sparselearn/train/comparison.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sparselearn/base/error.hpp"
#include "sparselearn/train/trace_reader.hpp"
#include "temporary_folder.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

TraceRow evaluation(double passes, double seconds, double objective, double gap = TraceRow::unknown) {
  TraceRow row;
  row.passes = passes;
  row.seconds = seconds;
  row.objective = objective;
  row.duality_gap = gap;
  return row;
}

}  // namespace

TEST_CASE("Optimum: the smallest objective and the largest bound of all rows, gaps where there are any") {
  Optimum optimum;
  optimum.at_zero = 4;
  CHECK(std::isnan(optimum.gap()));
  optimum.offer(std::vector<TraceRow>{evaluation(0, 0, 4), evaluation(1, 1, 3)});
  CHECK(optimum.value == 3);
  CHECK(std::isnan(optimum.gap()));
  optimum.offer(std::vector<TraceRow>{evaluation(0, 0, 3.5, 1), evaluation(1, 1, 3.25, 1)});
  CHECK(optimum.value == 3);
  CHECK(optimum.lower_bound == 2.5);
  CHECK(optimum.gap() == 0.5);
  CHECK(optimum.suboptimality(5) == 0.5);
}

TEST_CASE("effort_to: the first evaluation within the level, nothing where there is none") {
  Optimum optimum{1, TraceRow::unknown, 2};
  const std::vector<TraceRow> rows{evaluation(0, 0, 2), evaluation(2, 0.5, 1.25), evaluation(3, 0.75, 1),
                                   evaluation(4, 1, 1.5)};
  CHECK(effort_to(0.5, rows, optimum).passes == 0);
  CHECK(effort_to(0.125, rows, optimum).passes == 2);
  CHECK(effort_to(0.125, rows, optimum).seconds == 0.5);
  CHECK(effort_to(0.1, rows, optimum).passes == 3);
  optimum.value = 0.5;
  CHECK(std::isnan(effort_to(0.1, rows, optimum).seconds));
}

TEST_CASE("quartiles: linear between sorted values, never is larger than all") {
  const Quartiles five = quartiles({5, 1, 4, 2, 3});
  CHECK(five.first == 2);
  CHECK(five.median == 3);
  CHECK(five.third == 4);
  const Quartiles two = quartiles({10, 20});
  CHECK(two.first == 12.5);
  CHECK(two.median == 15);
  const Quartiles one = quartiles({7});
  CHECK(one.first == 7);
  CHECK(one.third == 7);
  const double never = TraceRow::unknown;
  const Quartiles some = quartiles({never, 1, never, 2, 3});
  CHECK(some.first == 2);
  CHECK(some.median == 3);
  CHECK(std::isnan(some.third));
  CHECK(std::isnan(quartiles({}).median));
}

TEST_CASE("read_trace: what TraceWriter wrote, run by run; a damaged number tells its line") {
  const TemporaryFolder folder;
  const std::string path = folder / "t.csv";
  const TraceRun first{"1", "a,b", "saga", "logistic", 0, 1e-3, 2, 42}, second{"2", "c", "gd", "squared"};
  {
    TraceWriter writer(path, TraceWriter::Existing::replace);
    writer.write(first, evaluation(0, 0, 1.0 / 3));
    writer.write(second, evaluation(0, 0, 2));
    writer.write(first, evaluation(1, 0.1, 0.3, 1e-9));
    writer.commit();
  }
  const std::vector<TraceOfRun> traces = read_trace(path);
  REQUIRE(traces.size() == 2);
  CHECK(traces[0].run.dataset == "a,b");
  CHECK(traces[0].run.seed == 42);
  CHECK(traces[0].run.l2 == 1e-3);
  REQUIRE(traces[0].rows.size() == 2);
  CHECK(traces[0].rows[0].objective == 1.0 / 3);
  CHECK(traces[0].rows[1].duality_gap == 1e-9);
  CHECK(std::isnan(traces[0].rows[0].duality_gap));
  CHECK(traces[1].run.solver == "gd");

  std::string text = read_text(path);
  text.replace(text.find("0.1,0.3"), 3, "x.1");
  write_text(path, text);
  CHECK_THROWS_WITH_AS(read_trace(path),
                       (path + ":4: error: expected a number in the column seconds, found 'x.1'").c_str(),
                       DataError);
}
