// `plot` from end to end. Drawing itself needs gnuplot and is left out, aloud, where there is none.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "cli/run_program.hpp"
#include "sparselearn/base/csv.hpp"
#include "sparselearn/model/model.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

struct Traced : TemporaryFolder {
  std::string trace;
  Traced() : trace(*this / "t.csv") {
    write_text(*this / "data.svm", sample_data(100));
    for (const char* solver : {"saga", "lbfgs"})
      REQUIRE(run({"train", "-q", "--solver", solver, "--trace", trace, "--trace-append", *this / "data.svm"})
                  .status == 0);
  }
  Outcome plot(std::vector<std::string> options) const {
    options.insert(options.begin(), {"plot", trace});
    return run(options);
  }
};

bool can_draw() {
  const bool found = std::system("command -v gnuplot >/dev/null 2>&1") == 0;
  if (!found) MESSAGE("gnuplot is not installed: nothing was drawn");
  return found;
}

void check_fails(const Outcome& outcome, int status, const std::string& message) {
  CAPTURE(outcome.err);
  CHECK(outcome.status == status);
  CHECK(has(outcome.err, message));
}

}  // namespace

TEST_CASE("plot: svg, png and pdf by extension or --format, the whole file or none") {
  if (!can_draw()) return;
  const Traced there;
  const Outcome outcome = there.plot({"-o", there / "p.svg", "--title", "a <b> & 'c'", "--x", "seconds"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  CHECK(outcome.out.empty());
  const std::string svg = read_text(there / "p.svg");
  for (const char* text : {"<svg", "</svg>", "saga", "lbfgs", "training time (seconds)",
                           "suboptimality F - F*", "a &lt;b> &amp; 'c'"})
    CHECK(has(svg, text));
  CHECK(there.plot({"-o", there / "p.png"}).status == 0);
  CHECK(read_text(there / "p.png").starts_with("\x89PNG"));
  CHECK(there.plot({"-o", "-", "--format", "pdf", "--size", "300x200"}).out.starts_with("%PDF"));
  CHECK(there.entries() == 4);  // data, trace, two pictures
}

TEST_CASE("plot: characters for the terminal") {
  if (!can_draw()) return;
  const Traced there;
  const Outcome outcome = there.plot({"--terminal", "--y", "objective", "--x", "epochs"});
  CHECK(outcome.status == 0);
  CHECK(has(outcome.out, "saga"));
  CHECK(has(outcome.out, "epochs (gradient evaluations / N)"));
  CHECK(std::count(outcome.out.begin(), outcome.out.end(), '\n') <= 24);
}

TEST_CASE("plot: bad traces end with 3 and tell file and line, and leave an older picture") {
  const Traced there;
  write_text(there / "p.svg", "older");
  std::string text = read_text(there.trace);
  write_text(there / "short.csv", text + "9,9\r\n");
  const auto lines = std::to_string(std::count(text.begin(), text.end(), '\n') + 1);
  check_fails(run({"plot", there / "short.csv", "-o", there / "p.svg"}), 3,
              "short.csv:" + lines + ": error: expected 20 fields, as in the header, found 2");
  check_fails(there.plot({"-o", there / "p.svg", "--y", "duality-gap"}), 3,
              "t.csv:1: error: there is no column 'duality-gap'; did you mean 'duality_gap'?");
  check_fails(there.plot({"-o", there / "p.svg", "--y", "solver"}), 3, "t.csv:2: error: expected a number");
  write_text(there / "empty.csv", "");
  check_fails(run({"plot", there / "empty.csv", "-o", there / "p.svg"}), 3, "the file is empty");
  check_fails(run({"plot", there / "none.csv", "-o", there / "p.svg"}), 1, "No such file");
  CHECK(read_text(there / "p.svg") == "older");
}

TEST_CASE("plot: what makes no sense is refused") {
  const Traced there;
  check_fails(there.plot({}), 2, "where to?");
  check_fails(there.plot({"-o", "x.svg", "--terminal"}), 2, "exclude each other");
  check_fails(there.plot({"--terminal", "--size", "300x300"}), 2, "--size does not go with --terminal");
  check_fails(there.plot({"-o", there / "p.gif"}), 2, "says no format");
  check_fails(there.plot({"-o", there / "p.svg", "--size", "900"}), 2, "--size: expected WIDTHxHEIGHT");
  check_fails(there.plot({"-o", there / "p.svg", "--y", "objective", "--optimum", "1"}), 2,
              "suboptimality alone");
  check_fails(there.plot({"-o", there.trace, "--format", "svg"}), 2, "both read and written");
  check_fails(there.plot({"-o", there / "p.svg", "--optimum", "1e9"}), 2, "there is nothing to draw");
  check_fails(there.plot({"-o", there / "p.svg", "--x", "miles"}), 2, "--x: expected passes, epochs");
}

TEST_CASE("train --trace-weights: the weights of every evaluation, the last those of the model") {
  const Traced there;
  const std::string data = there / "data.svm", weights = there / "w.csv";
  REQUIRE(run({"train", "-q", "--solver", "lbfgs", "--intercept", "--trace-weights", weights, "--trace",
               there / "one.csv", "-m", there / "m", data})
              .status == 0);
  const CsvTable table = CsvTable::read(weights), trace = CsvTable::read(there / "one.csv");
  const Model model = read_model(there / "m");
  const std::size_t first = table.require_column("w1");
  CHECK(table.header().size() == first + 21);  // 20 features and the intercept
  CHECK(table.header().back() == "b");
  REQUIRE(table.rows().size() == trace.rows().size());
  for (std::size_t j = 0; j < 20; ++j) {
    CHECK(table.number(table.rows().front(), first + j) == 0);
    CHECK(table.number(table.rows().back(), first + j) == model.weights[j]);
  }
  CHECK(table.number(table.rows().back(), first + 20) == model.bias[0]);
  for (std::size_t k = 0; k < table.rows().size(); ++k)
    CHECK(table.rows()[k].fields[table.require_column("objective")] ==
          trace.rows()[k].fields[trace.require_column("objective")]);
  check_fails(run({"train", "--trace-weights", weights, "--multiclass", "ovr", data}), 2,
              "neither --multiclass ovr");
  write_text(there / "wide.svm", "1 1001:1\n-1 2:1\n");
  check_fails(run({"train", "-q", "--trace-weights", there / "x.csv", there / "wide.svm"}), 2,
              "there are 1,001 coefficients");
  CHECK_FALSE(std::filesystem::exists(there / "x.csv"));
}

TEST_CASE("plot --path: the way of two weights over contours, and what is no such way") {
  const Traced there;
  const std::string data = there / "two.svm", weights = there / "w.csv";
  write_text(data, sample_data(60, 2));
  REQUIRE(run({"train", "-q", "--solver", "gd", "--loss", "huber", "--huber-delta", "0.5", "--trace-weights",
               weights, data})
              .status == 0);
  check_fails(run({"plot", "--path", weights, "-o", there / "p.svg"}), 2,
              "--path and --data need each other");
  check_fails(there.plot({"--path", weights, "--data", data, "-o", there / "p.svg"}), 2,
              "too many arguments");
  check_fails(run({"plot", "--path", weights, "--data", data, "--y", "step", "-o", there / "p.svg"}), 2,
              "--y does not go with --path");
  check_fails(run({"plot", "--path", weights, "--data", there / "data.svm", "-o", there / "p.svg"}), 2,
              "the data have 20 features");
  check_fails(run({"plot", "--path", there.trace, "--data", data, "-o", there / "p.svg"}), 3,
              "there is no column 'problem'");
  REQUIRE(run({"train", "-q", "--trace-weights", there / "many.csv", there / "data.svm"}).status == 0);
  check_fails(run({"plot", "--path", there / "many.csv", "--data", data, "-o", there / "p.svg"}), 2,
              "a path is drawn over two weights; " + (there / "many.csv") + " has 20");
  REQUIRE(run({"train", "-q", "--solver", "gd", "--trace-weights", there / "other.csv", data}).status == 0);
  const std::string other = read_text(there / "other.csv");
  write_text(there / "two.csv", read_text(weights) + other.substr(other.find('\n') + 1));
  check_fails(run({"plot", "--path", there / "two.csv", "--data", data, "-o", there / "p.svg"}), 3,
              "the runs of one plot must be of one problem");
  if (!can_draw()) return;
  const Outcome outcome = run({"plot", "--path", weights, "--data", data, "-o", there / "p.svg"});
  CAPTURE(outcome.err);
  CHECK(outcome.status == 0);
  const std::string svg = read_text(there / "p.svg");
  for (const char* text : {"w1", "w2", "objective F", "gd"}) CHECK(has(svg, text));
}

TEST_CASE("plot: without gnuplot the message names the package") {
  const Traced there;
  const std::string program = SPARSELEARN_PROGRAM;
  const std::string command = "PATH=/no/such '" + program + "' plot '" + there.trace + "' -o '" +
                              (there / "p.svg") + "' 2>'" + (there / "err") + "'";
  CHECK(WEXITSTATUS(std::system(command.c_str())) == 1);
  CHECK(has(read_text(there / "err"), "package is gnuplot-nox"));
  CHECK_FALSE(std::filesystem::exists(there / "p.svg"));
}
