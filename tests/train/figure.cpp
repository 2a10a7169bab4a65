#include "sparselearn/train/figure.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/program.hpp"
#include "sparselearn/train/trace_figure.hpp"

using namespace sparselearn;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const std::string csv =
    "run,dataset,solver,loss,l1,l2,seed,passes,objective\n"
    "1,d,saga,logistic,0,0.1,1,0,5\n"
    "1,d,saga,logistic,0,0.1,1,1,3\n"
    "2,d,sgd,logistic,0,0.1,1,0,5\n"
    "2,d,sgd,logistic,0,0.1,1,1,4\n"
    "3,d,sgd,logistic,0,0.2,1,0,7\n"
    "3,d,sgd,logistic,0,0.2,1,2,6\n";

}  // namespace

TEST_CASE("trace_figure: a line a run, F* per objective, labels tell what differs") {
  const Figure figure = trace_figure({CsvTable::parse("t.csv", csv)}, {});
  REQUIRE(figure.panels.size() == 1);
  const auto& series = figure.panels[0].series;
  REQUIRE(series.size() == 3);
  CHECK(figure.log_y);
  CHECK(series[0].label == "saga l2 0.1");
  CHECK(series[2].label == "sgd l2 0.2");
  using Points = std::vector<std::pair<double, double>>;
  CHECK(series[0].points == Points{{0, 2}, {1, 0}});
  CHECK(series[1].points == Points{{0, 2}, {1, 1}});  // F* is 3, of the other run
  CHECK(series[2].points == Points{{0, 1}, {2, 0}});  // another objective
}

TEST_CASE("trace_figure: a given optimum, other columns, runs that nothing tells apart") {
  const CsvTable table = CsvTable::parse("t.csv", csv);
  TraceAxes axes;
  axes.optimum = 1;
  CHECK(trace_figure({table}, axes).panels[0].series[2].points[1].second == 5);
  axes = {};
  axes.y = "objective";
  const Figure plain = trace_figure({table, table}, axes);
  CHECK_FALSE(plain.log_y);
  REQUIRE(plain.panels[0].series.size() == 6);
  CHECK(plain.panels[0].series[5].label == "sgd l2 0.2 t.csv run 3");
  axes.y = "objectiv";
  CHECK_THROWS_WITH_AS(trace_figure({table}, axes),
                       "t.csv:1: error: there is no column 'objectiv'; did you mean 'objective'?", DataError);
}

TEST_CASE("gnuplot_script: text of the user stays text, points without a logarithm are left out") {
  Figure figure{
      "x", "y", true, {{"it's `rm` \"$(x)\"\nset output 'f'", {{"a'b", {{0, 1}, {1, 0}, {2, 0.5}}}}}}};
  const std::string script = gnuplot_script(figure, FigureFormat::svg, {});
  CHECK(has(script, "set title 'it''s `rm` \"$(x)\" set output ''f'''\n"));
  CHECK(has(script, " title 'a''b'\n"));
  CHECK(has(script, "EOD\n0 1\n2 0.5\nEOD\n"));
  figure.log_y = false;
  CHECK(has(gnuplot_script(figure, FigureFormat::svg, {}), "\n1 0\n"));
  figure.panels[0].series.clear();
  CHECK_THROWS_AS(gnuplot_script(figure, FigureFormat::svg, {}), UsageError);
}

TEST_CASE("gnuplot_script: any two of forty lines differ without their colour") {
  Figure figure{"x", "y", false, {{"", {}}}};
  for (int k = 0; k < 40; ++k) figure.panels[0].series.push_back({"s", {{0, 1}}});
  const std::string script = gnuplot_script(figure, FigureFormat::png, {});
  std::vector<std::string> styles;
  for (std::size_t at = 0; (at = script.find("dashtype", at)) != std::string::npos; ++at)
    styles.push_back(script.substr(at, script.find("pointinterval", at) - at));
  REQUIRE(styles.size() == 40);
  std::sort(styles.begin(), styles.end());
  CHECK(std::unique(styles.begin(), styles.end()) == styles.end());
}

TEST_CASE("gnuplot_script: a surface becomes contours between its least and its largest height") {
  Figure figure{"x", "y", false, {{"", {{"way", {{0, 0}, {1, 1}}}}}}};
  figure.panels[0].surface = Figure::Surface{{{0, 0, 5}, {0, 1, 6}, {1, 0, 7}, {1, 1, 1005}}, 2};
  const std::string script = gnuplot_script(figure, FigureFormat::svg, {});
  CHECK(has(script, "<< EOD\n0 0 5\n0 1 6\n\n1 0 7\n1 1 1005\n\nEOD\n"));
  CHECK(has(script, "levels discrete 6,9,17,"));
  CHECK(has(script, ",705\n"));
}

TEST_CASE("run_program: input, both outputs and status come through, words are not looked at by a shell") {
  const ProgramResult result =
      run_program({"sh", "-c", "cat; echo \"$1\" >&2; exit 3", "-", "$HOME `x`"}, "in");
  CHECK(result.status == 3);
  CHECK(result.out == "in");
  CHECK(result.err == "$HOME `x`\n");
  CHECK(run_program({"sh", "-c", "kill -9 $$"}, "").status == 137);
  CHECK(run_program({"cat"}, std::string(1 << 20, 'x')).out.size() == 1 << 20);
  CHECK_THROWS_AS(run_program({"no-such-program-anywhere"}, ""), MissingProgram);
}
