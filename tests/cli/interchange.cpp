// Models to and from other programs, from end to end; with LIBLINEAR itself where it is installed.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <sstream>

#include "cli/run_program.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/model/model.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

const std::string data_folder = SPARSELEARN_SOURCE_DIR "/data/";

bool liblinear_is_there() {
  const bool there = std::system("command -v liblinear-train liblinear-predict >/dev/null 2>&1") == 0;
  if (!there)
    MESSAGE("liblinear-tools (the Debian package) is not installed: agreement with LIBLINEAR is not checked");
  return there;
}

std::vector<double> numbers(const std::string& text) {
  std::istringstream lines(text);
  std::vector<double> found;
  for (std::string line; std::getline(lines, line);) found.push_back(parse_double(line).value());
  return found;
}

// Trains with LIBLINEAR's program and compares our predictions with its own, on every row of `test`; and
// once more on a model that went through our hands.
void check_liblinear(const std::string& options, const std::string& train, const std::string& test,
                     double tolerance) {
  CAPTURE(options);
  const TemporaryFolder folder;
  REQUIRE(std::system(
              ("liblinear-train -q " + options + " '" + train + "' '" + (folder / "theirs") + "'").c_str()) ==
          0);
  REQUIRE(run({"convert", "--model-format", "liblinear", folder / "theirs", folder / "again"}).status == 0);
  std::vector<double> first;
  for (const char* model : {"theirs", "again"}) {
    REQUIRE(std::system(("liblinear-predict '" + test + "' '" + (folder / model) + "' '" + (folder / "out") +
                         "' >/dev/null")
                            .c_str()) == 0);
    const std::vector<double> theirs = numbers(read_text(folder / "out"));
    const Outcome ours = run({"predict", "-q", folder / model, test});
    CAPTURE(ours.err);
    REQUIRE(ours.status == 0);
    const std::vector<double> found = numbers(ours.out);
    REQUIRE(found.size() == theirs.size());
    REQUIRE(found.size() > 100);
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(std::abs(found[i] - theirs[i]) <= tolerance);
    if (first.empty()) first = found;
    CHECK(found == first);
  }
}

// Three classes, which two of the features tell apart, in an order of appearance that does not ascend.
std::string class_data() {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    const int kind = i % 3, label = kind == 0 ? 5 : kind == 1 ? 1 : 3, feature = 1 + kind;
    text += std::to_string(label) + ' ' + std::to_string(feature) + ':' + to_text(0.3 + (i % 11) * 0.1) +
            ' ' + std::to_string(4 + i % 7) + ":0.5\n";
  }
  return text;
}

}  // namespace

TEST_CASE("interchange: our predictions with LIBLINEAR's models are LIBLINEAR's, on every row") {
  if (!liblinear_is_there()) return;
  const std::string train = data_folder + "sample.svm", test = data_folder + "sample.t.svm";
  for (const char* options :
       {"-s 0 -B 1", "-s 0", "-s 1 -B 2.5", "-s 2", "-s 3 -B 1", "-s 5", "-s 6 -B 1", "-s 7"})
    check_liblinear(options, train, test, 0);
  for (const char* options : {"-s 11 -B 1", "-s 12", "-s 13 -p 0.1"})
    check_liblinear(options, train, test, 1e-6);  // we hold values as float
  const TemporaryFolder folder;
  write_text(folder / "classes", class_data());
  for (const char* options : {"-s 0 -B 1", "-s 4", "-s 2"})
    check_liblinear(options, folder / "classes", folder / "classes", 0);
}

TEST_CASE("interchange: probabilities of LIBLINEAR's logistic models are LIBLINEAR's") {
  if (!liblinear_is_there()) return;
  const TemporaryFolder folder;
  const std::string test = data_folder + "sample.t.svm", model = folder / "model", out = folder / "out";
  REQUIRE(std::system(
              ("liblinear-train -q -s 0 -B 1 '" + data_folder + "sample.svm' '" + model + "'").c_str()) == 0);
  REQUIRE(std::system(
              ("liblinear-predict -b 1 '" + test + "' '" + model + "' '" + out + "' >/dev/null").c_str()) ==
          0);
  std::istringstream lines(read_text(out));
  std::string word, first, second;
  lines >> word >> first >> second;  // "labels L_1 L_2"
  const bool positive_first = first == "1";
  std::vector<double> theirs;
  for (std::string label, a, b; lines >> label >> a >> b;)
    theirs.push_back(parse_double(positive_first ? a : b).value());
  const std::vector<double> ours =
      numbers(run({"predict", "-q", "--output", "probability", model, test}).out);
  REQUIRE(ours.size() == theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) CHECK(ours[i] == doctest::Approx(theirs[i]).epsilon(1e-5));
}

TEST_CASE("interchange: every command that reads a model reads every format") {
  const TemporaryFolder folder;
  write_text(folder / "data", sample_data(200));
  REQUIRE(run({"train", "-q", "--intercept", "-m", folder / "model", folder / "data"}).status == 0);
  const std::string scores =
      run({"predict", "-q", "--output", "score", folder / "model", folder / "data"}).out;
  const std::string figures = run({"evaluate", "-q", folder / "model", folder / "data"}).out;
  REQUIRE(scores.size() > 200);
  for (const char* format : {"text", "binary", "liblinear", "json", "csv", "vw"}) {
    CAPTURE(format);
    const std::string model = folder / format;
    REQUIRE(
        run({"train", "-q", "--intercept", "--model-format", format, "-m", model, folder / "data"}).status ==
        0);
    CHECK(run({"predict", "-q", "--output", "score", model, folder / "data"}).out == scores);
    CHECK(run({"evaluate", "-q", model, folder / "data"}).out == figures);
    CHECK(has(run({"inspect", model}).out, " 20 of 20 are not zero\n"));
    REQUIRE(run({"convert", model, folder / "again"}).status == 0);
    CHECK(read_model(folder / "again").weights == read_model(folder / "model").weights);
    const Outcome warm =
        run({"train", "--intercept", "--warm-start", model, "-m", folder / "warm", folder / "data"});
    CHECK(warm.status == 0);
    CHECK(has(warm.err, "converged"));
  }
}

TEST_CASE("interchange: a damaged model of another program ends with 3 and its place") {
  const TemporaryFolder folder;
  write_text(folder / "model",
             "solver_type L2R_LR\nnr_class 2\nlabel 1 -1\nnr_feature 2\nbias -1\nw\n0.1 \nx \n");
  const Outcome outcome = run({"predict", folder / "model", data_folder + "sample.t.svm"});
  CHECK(outcome.status == 3);
  CHECK(has(outcome.err, "/model:8:1: error: expected a finite number\n"));
  CHECK(has(outcome.err, "x \n"));
}
