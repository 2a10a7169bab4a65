// `compare` from end to end: what runs, what the files say, what is refused.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <set>
#include <sstream>

#include "cli/compare_plan.hpp"
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

bool can_draw() { return std::system("command -v gnuplot >/dev/null 2>&1") == 0; }

}  // namespace

TEST_CASE("compare: solvers times grid times repeats, and every command repeats its run to the bit") {
  const Arena arena;
  const Outcome outcome = arena.compare(
      {"--solvers", "saga,lbfgs,sgd", "--grid", "l2=1e-2,1e-3", "--repeat", "2", "-e", "6", "--seed", "5"});
  CAPTURE(outcome.err);
  REQUIRE(outcome.status == 0);
  if (can_draw())
    CHECK(outcome.err.empty());
  else
    CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);  // the note about gnuplot
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

TEST_CASE("compare: an option of a loss or a schedule goes to the runs with those that read it") {
  const Arena arena;
  const Outcome outcome =
      arena.compare({"--solvers", "sgd,sdca", "--grid", "loss=squared-hinge,smoothed-hinge", "--grid",
                     "schedule=constant,inverse", "--hinge-smoothing", "0.5", "--schedule-decay", "30", "-e",
                     "2", "--reference", "none"});
  CAPTURE(outcome.err);
  REQUIRE(outcome.status == 0);
  const CsvTable summary = arena.table("summary.csv");
  REQUIRE(summary.rows().size() == 6);  // sdca has no schedule
  for (std::size_t k = 0; k < 6; ++k) {
    const std::string command = cell(summary, k, "command");
    CAPTURE(command);
    CHECK(has(command, " --hinge-smoothing 0.5 ") == has(command, " --loss smoothed-hinge "));
    CHECK(has(command, " --schedule-decay 30 ") == has(command, " --schedule inverse "));
    CHECK(has(command, " --schedule ") == has(command, " --solver sgd "));
  }
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

TEST_CASE("compare: the table says how sure F* is") {
  const Arena arena;
  const auto table = [&](const std::string& folder, std::vector<std::string> options) {
    options.insert(options.begin(),
                   {"compare", arena.data, "--solvers", "lbfgs", "-e", "3", "--out", arena / folder});
    return run(options).out;
  };
  CHECK(has(table("gap", {}), ", proved to "));
  CHECK(has(table("gradient", {"--l2", "0"}), ", newton converged: projected gradient "));
  CHECK(has(table("none", {"--l2", "0", "--reference", "none"}), ", the least of the runs\n"));
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
  check_refused(arena.compare({"--solvers", "saga", "--grid", "l2=1,2,1"}),
                "the value 1 of --l2 is given twice");
  check_refused(arena.compare({"--solvers", "saga", "--grid", "l2=1", "--grid", "l2=2"}),
                "--grid: --l2 is given twice");
  check_refused(arena.compare({"--solvers", "saga", "--grid", "l2=-1"}), "; in the run: sparselearn train");
  check_refused(arena.compare({"--solvers", "saga", "--repeat", "2", "--valid-fraction", "0.1"}),
                "would change the objective");
  check_refused(arena.compare({"--solvers", "saga,sdca", "--loss", "softmax"}), "does not support");
  check_refused(arena.compare({"--solvers", "saga", "--reference", "sagga"}), "did you mean 'saga'?");
  check_refused(arena.compare({"--solvers", "saga", "--l1", "1e-3", "--reference", "newton"}),
                "newton does not support an l1 penalty");
  check_refused(arena.compare({"--solvers", "sgd", "--grid", "loss=logistic,squared"}),
                "labels of different kinds");
  CHECK(arena.compare({"--solvers", "saga", "--loss", "poisson"}).status == 3);
  CHECK_FALSE(std::filesystem::exists(arena.out + "/summary.csv"));
}

TEST_CASE("compare: plots of all objectives where gnuplot is, a note where it is not") {
  const Arena arena;
  const Outcome outcome = arena.compare({"--solvers", "saga,lbfgs", "--grid", "l2=1e-2,1e-3", "-e", "4"});
  REQUIRE(outcome.status == 0);
  if (can_draw()) {
    for (const char* name : {"/passes.svg", "/seconds.svg"}) {
      const std::string svg = read_text(arena.out + name);
      CHECK(has(svg, "</svg>"));
      for (const char* text : {"l2 0.01", "l2 0.001", "saga", "lbfgs", "(F - F*) / F(0)"})
        CHECK(has(svg, text));
    }
  } else {
    MESSAGE("gnuplot is not installed: nothing was drawn");
  }
  const std::string without = "PATH=/no/such '" SPARSELEARN_PROGRAM "' compare '" + arena.data +
                              "' --solvers saga -e 2 --out '" + (arena / "plain") + "' >'" + (arena / "o") +
                              "' 2>'" + (arena / "e") + "'";
  CHECK(WEXITSTATUS(std::system(without.c_str())) == 0);
  CHECK(has(read_text(arena / "e"), "left out: plots are drawn by gnuplot"));
  CHECK(CsvTable::read(arena / "plain/summary.csv").rows().size() == 1);
}

TEST_CASE("compare --resume: finished runs are kept from the files, the others made, the results the same") {
  const Arena arena;
  const std::vector<std::string> options{"--solvers", "saga,sgd", "--repeat", "2", "-e", "5"};
  REQUIRE(arena.compare(options).status == 0);
  const CsvTable whole = arena.table("summary.csv");
  REQUIRE(whole.rows().size() == 4);
  check_refused(arena.compare(options), "go on with them by --resume");

  // As if it had been killed in the third run: its trace is there, its row is not. The first run's time is
  // marked, to see that it is kept.
  std::string cut = csv_line(whole.header());
  for (std::size_t k = 0; k < 2; ++k) cut += csv_line(whole.rows()[k].fields);
  write_text(arena.out + "/summary.csv", cut);
  std::string traces = read_text(arena.out + "/traces.csv");
  const CsvTable before = arena.table("traces.csv");
  const std::string time = cell(before, 1, "seconds");
  traces.replace(traces.find("," + time + ","), time.size() + 2, ",1234.5,");
  write_text(arena.out + "/traces.csv", traces);

  std::vector<std::string> again = options;
  again.emplace_back("--resume");
  REQUIRE(arena.compare(again).status == 0);
  const CsvTable resumed = arena.table("summary.csv"), after = arena.table("traces.csv");
  REQUIRE(resumed.rows().size() == 4);
  CHECK(cell(after, 1, "seconds") == "1234.5");
  for (std::size_t k = 0; k < 4; ++k)
    for (const char* column : {"run", "seed", "optimum", "objective", "suboptimality", "passes",
                               "passes_to_1e-2", "outcome", "command"})
      CHECK(cell(resumed, k, column) == cell(whole, k, column));
  REQUIRE(after.rows().size() == before.rows().size());
  for (std::size_t k = 0; k < after.rows().size(); ++k)
    CHECK(cell(after, k, "objective") == cell(before, k, "objective"));

  again[1] = "saga,sgd,lbfgs";  // more may be asked for, less may not
  CHECK(arena.compare(again).status == 0);
  CHECK(arena.table("summary.csv").rows().size() == 6);
  again[1] = "sgd,lbfgs";
  check_refused(arena.compare(again), "are of other options");
  again[1] = "saga,sgd,lbfgs,gd";
  write_text(arena.data, sample_data(190));
  check_refused(arena.compare(again), "the data have changed");
  write_text(arena.out + "/traces.csv", "run,x\n1\n");
  CHECK(arena.compare(again).status == 3);
}

TEST_CASE("compare: an interrupt keeps the finished runs, and the batch goes on from there") {
  const Arena arena;
  write_text(arena.data, sample_data(5000));
  const std::vector<std::string> options{"compare",   arena.data, "--out",       arena.out, "--solvers",
                                         "lbfgs,sgd", "--tol",    "0",           "-v",      "-e",
                                         "1000000",   "--grid",   "step=0.1,0.2"};
  Running running(arena, options);
  REQUIRE(running.wait_for("run 2 of 3"));
  running.signal(SIGINT);
  const Outcome outcome = running.wait();
  CAPTURE(outcome.err.substr(outcome.err.size() - std::min<std::size_t>(outcome.err.size(), 500)));
  CHECK(outcome.status == 130);
  CHECK(has(outcome.err, "interrupted: 1 of 3 runs are finished"));
  CHECK(arena.table("summary.csv").rows().size() == 1);
  const CsvTable traces = arena.table("traces.csv");
  for (const CsvTable::Row& row : traces.rows()) CHECK(row.fields[0] == "1");
}

TEST_CASE("compare --plan: an experiment a line, faults with file and line, runs named twice made once") {
  const Arena arena;
  write_text(arena / "other data.svm", sample_data(100, 10, 2));
  const std::string plan = arena / "plan";
  write_text(plan,
             "# comment\r\n--solvers saga,lbfgs  --grid l2=1e-2,1e-3\n\n--solvers lbfgs --l2 1e-3 # again\n"
             "--solvers cd -e 3 '" +
                 (arena / "other data.svm") + "'");
  const Outcome outcome = arena.compare({"--plan", plan, "-e", "2", "--repeat", "2"});
  CAPTURE(outcome.err);
  REQUIRE(outcome.status == 0);
  const CsvTable summary = arena.table("summary.csv");
  REQUIRE(summary.rows().size() == 10);  // 2 solvers x 2 penalties x 2 seeds, the second line nothing new, 2
  CHECK(cell(summary, 8, "solver") == "cd");
  CHECK(cell(summary, 8, "l2") == "0.01");  // 1/N of the other data
  CHECK(has(cell(summary, 8, "command"), " --epochs 3 '" + (arena / "other data.svm") + "'"));
  CHECK(arena.table("optimum.csv").rows().size() == 3);

  const auto refused = [&](const std::string& line, const std::string& message) {
    write_text(plan, "--solvers saga\n" + line + "\n");
    check_refused(run({"compare", arena.data, "--plan", plan, "--out", arena / "no"}),
                  plan + ":2: " + message);
  };
  refused("--solvers sagaa", "there is no solver 'sagaa'");
  refused("--solver saga", "unknown option --solver");
  refused("--solvers saga --out x", "--out belongs to the command");
  refused("--solvers 'saga", "a quote has no end");
  refused("-e 3", "--solvers is missing");
  write_text(plan, "# nothing\n");
  check_refused(run({"compare", arena.data, "--plan", plan, "--out", arena / "no"}), "holds no experiment");
  CHECK(run({"compare", "--plan", arena / "none", "--out", arena / "no"}).status == 1);
}

TEST_CASE("compare: a run that diverges says so in its outcome, and the others run all the same") {
  const Arena arena;
  std::string rows;
  for (int i = 0; i < 50; ++i) rows += std::to_string(i % 5) + " 1:1 2:0." + std::to_string(i) + "\n";
  write_text(arena.data, rows + "1 1:40000 2:1\n" + rows);
  REQUIRE(arena.compare({"--solvers", "momentum,lbfgs", "--loss", "squared", "--step", "0.1"}).status == 0);
  const CsvTable summary = arena.table("summary.csv");
  REQUIRE(summary.rows().size() == 2);
  CHECK(has(cell(summary, 0, "outcome"), "diverged"));
  CHECK(has(cell(summary, 1, "outcome"), "converged: "));
}

TEST_CASE(
    "compare: words of a line are taken apart as a shell would, and commands come back from their text") {
  using Words = std::vector<std::string>;
  CHECK(cli::words_of_line("  a  b\tc # d").size() == 3);
  CHECK(cli::words_of_line("a#b 'c d' \"e f\"g\\ h ''") == Words{"a#b", "c d", "e fg h", ""});
  CHECK(cli::words_of_line("# a").empty());
  CHECK_THROWS_AS(cli::words_of_line("a 'b"), UsageError);
  for (const Words& some : {Words{"a", "it's", "$x `y`", ""}, Words{"--l2", "1e-3", "a b.svm", "\\", "#"}})
    CHECK(cli::words_of_line(cli::shell_command(some)) == some);
}
