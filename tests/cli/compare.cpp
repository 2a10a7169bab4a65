// `compare` from end to end: what runs, what the files say, what is refused.
#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <sstream>

#include "cli/run_program.hpp"
#include "sparselearn/base/csv.hpp"
#include "sparselearn/base/number.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

struct Arena : TemporaryFolder {
  std::string data, out;
  Arena() : data(*this / "data.svm"), out(*this / "out") { write_text(data, sample_data(200)); }

  Outcome compare(std::vector<std::string> options) const {
    options.insert(options.begin(), {"compare", data, "--out", out});
    return run(options);
  }
  CsvTable table(const std::string& file) const { return CsvTable::read(out + "/" + file); }
};

std::string cell(const CsvTable& table, std::size_t row, const std::string& column) {
  return table.rows().at(row).fields.at(table.require_column(column));
}

double number(const CsvTable& table, std::size_t row, const std::string& column) {
  return table.number(table.rows().at(row), table.require_column(column));
}

// Words without quotes.
std::vector<std::string> words(const std::string& command) {
  std::istringstream in(command);
  std::vector<std::string> found;
  for (std::string word; in >> word;) found.push_back(word);
  return found;
}

void check_refused(const Outcome& outcome, const std::string& message) {
  CAPTURE(outcome.err);
  CHECK(outcome.status == 2);
  CHECK(has(outcome.err, message));
}

}  // namespace

TEST_CASE("compare: solvers times grid times repeats, and every command repeats its run to the bit") {
  const Arena arena;
  const Outcome outcome = arena.compare(
      {"--solvers", "saga,lbfgs,sgd", "--grid", "l2=1e-2,1e-3", "--repeat", "2", "-e", "6", "--seed", "5"});
  CAPTURE(outcome.err);
  REQUIRE(outcome.status == 0);
  CHECK(outcome.err.empty());
  CHECK(has(outcome.out, "saga    1e-2"));
  const CsvTable summary = arena.table("summary.csv");
  REQUIRE(summary.rows().size() == 12);
  std::set<std::string> commands;
  for (std::size_t k = 0; k < 12; ++k) {
    CHECK(cell(summary, k, "run") == std::to_string(k + 1));
    CHECK(cell(summary, k, "seed") == (k % 2 == 0 ? "5" : "6"));
    const std::string command = cell(summary, k, "command");
    commands.insert(command);
    CAPTURE(command);
    std::vector<std::string> again = words(command);
    REQUIRE(again.size() > 2);
    CHECK(again[0] == "sparselearn");
    again.erase(again.begin());
    again.insert(again.end(), {"--trace", arena / "again.csv"});
    CHECK(run(again).status == 0);
    const CsvTable trace = CsvTable::read(arena / "again.csv");
    CHECK(cell(trace, trace.rows().size() - 1, "objective") == cell(summary, k, "objective"));
  }
  CHECK(commands.size() == 12);
  CHECK(arena.table("optimum.csv").rows().size() == 2);
  CHECK(arena.table("summary_quartiles.csv").rows().size() == 6);
}

TEST_CASE("compare: passes to a level are those of the trace, F* is the least objective of all, and proved") {
  const Arena arena;
  REQUIRE(arena.compare({"--solvers", "saga,lbfgs", "-e", "40", "--tol", "1e-9"}).status == 0);
  const CsvTable summary = arena.table("summary.csv"), traces = arena.table("traces.csv"),
                 optimum = arena.table("optimum.csv");
  const double best = number(optimum, 0, "optimum"), at_zero = number(optimum, 0, "at_zero");
  CHECK(at_zero == doctest::Approx(std::log(2.0)).epsilon(1e-12));
  CHECK(number(optimum, 0, "gap") <= 1e-13 * at_zero);
  CHECK(cell(optimum, 0, "solver") == "newton");
  for (std::size_t r = 0; r < summary.rows().size(); ++r) {
    std::string first;  // the first row of this run within 1e-6
    for (std::size_t k = 0; k < traces.rows().size(); ++k) {
      if (cell(traces, k, "run") != cell(summary, r, "run")) continue;
      CHECK(number(traces, k, "objective") >= best);
      if (first.empty() && (number(traces, k, "objective") - best) / at_zero <= 1e-6)
        first = cell(traces, k, "passes");
    }
    CHECK(!first.empty());
    CHECK(cell(summary, r, "passes_to_1e-6") == first);
    CHECK(number(summary, r, "suboptimality") ==
          doctest::Approx((number(summary, r, "objective") - best) / at_zero));
  }
}

TEST_CASE("compare: an option of a solver goes to those that read it, and runs alike are made once") {
  const Arena arena;
  REQUIRE(arena
              .compare({"--solvers", "lbfgs,sgd", "--grid", "batch-size=1,4", "--memory", "5", "-e", "2",
                        "--reference", "none"})
              .status == 0);
  const CsvTable summary = arena.table("summary.csv");
  REQUIRE(summary.rows().size() == 3);
  CHECK(cell(summary, 0, "batch-size").empty());
  CHECK(has(cell(summary, 0, "command"), " --memory 5 "));
  CHECK(cell(summary, 1, "batch-size") == "1");
  CHECK(cell(summary, 2, "batch-size") == "4");
  CHECK_FALSE(has(cell(summary, 2, "command"), "memory"));
  CHECK(cell(arena.table("optimum.csv"), 0, "solver").empty());
  // Without a run of high precision F* is what the best of the runs has.
  double least = 1;
  for (std::size_t k = 0; k < 3; ++k) least = std::min(least, number(summary, k, "suboptimality"));
  CHECK(least == 0);
}

TEST_CASE("compare: flags in a grid, validation data, a penalty for which another solver finds F*") {
  const Arena arena;
  const Outcome outcome = arena.compare({"--solvers", "nesterov", "--grid", "no-restart=no,yes", "--l1",
                                         "1e-3", "--valid", arena.data, "-e", "3"});
  CAPTURE(outcome.err);
  REQUIRE(outcome.status == 0);
  const CsvTable summary = arena.table("summary.csv");
  REQUIRE(summary.rows().size() == 2);
  CHECK_FALSE(has(cell(summary, 0, "command"), "--no-restart"));
  CHECK(has(cell(summary, 1, "command"), " --no-restart "));
  CHECK(number(summary, 0, "valid_metric") > 0.5);
  CHECK(cell(arena.table("optimum.csv"), 0, "solver") == "cd");
}

TEST_CASE("compare: what makes no sense is refused before anything is written") {
  const Arena arena;
  check_refused(arena.compare({}), "--solvers is missing");
  check_refused(run({"compare", arena.data, "--solvers", "sgd"}), "--out is missing");
  check_refused(arena.compare({"--solvers", "saga,sgdd"}), "did you mean 'sgd'?");
  check_refused(arena.compare({"--solvers", "saga,saga"}), "saga is given twice");
  check_refused(arena.compare({"--solvers", "saga", "--memory", "5"}), "none of the runs reads --memory");
  check_refused(arena.compare({"--solvers", "saga", "--grid", "memory=5"}),
                "none of the runs reads --memory");
  check_refused(arena.compare({"--solvers", "saga", "--grid", "l2"}), "--grid: expected OPTION=VALUE");
  check_refused(arena.compare({"--solvers", "saga", "--grid", "l2=1,,2"}), "--grid: expected a value");
  check_refused(arena.compare({"--solvers", "saga", "--grid", "l3=1"}), "did you mean --l1?");
  check_refused(arena.compare({"--solvers", "saga", "--grid", "features=10,20"}), "share the data");
  check_refused(arena.compare({"--solvers", "saga", "--grid", "l2=1", "--l2", "2"}), "both alone and in");
  check_refused(arena.compare({"--solvers", "saga", "--grid", "l2=-1"}), "; in the run: sparselearn train");
  check_refused(arena.compare({"--solvers", "saga", "--repeat", "2", "--valid-fraction", "0.1"}),
                "would change the objective");
  check_refused(arena.compare({"--solvers", "saga,sdca", "--loss", "softmax"}), "does not support");
  CHECK(arena.compare({"--solvers", "saga", "--loss", "poisson"}).status == 3);
  CHECK_FALSE(std::filesystem::exists(arena.out + "/summary.csv"));
}
