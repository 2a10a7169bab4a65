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

TEST_CASE("input formats: the same rows in each of them lead to the same model and predictions") {
  const TemporaryFolder folder;
  std::string svm = "", vw = "", csv = "y,a,b,c,d\n";
  for (int i = 0; i < 60; ++i) {
    const std::string label = i % 3 == 0 ? "1" : "-1";
    svm += label;
    vw += label + " |";
    csv += label;
    for (int j = 1; j <= 4; ++j) {
      const std::string value = to_text(((i * j) % 7) * 0.5 - (i % 2) * 0.25);
      if (value != "0") svm += ' ' + std::to_string(j) + ':' + value;
      if (value != "0") vw += ' ' + std::to_string(j) + ':' + value;
      csv += ',' + value;
    }
    for (std::string* text : {&svm, &vw, &csv}) *text += '\n';
  }
  write_text(folder / "svm", svm);
  write_text(folder / "vw", vw);
  write_text(folder / "csv", csv);
  REQUIRE(run({"train", "-q", "-m", folder / "model", folder / "svm"}).status == 0);
  const Model model = read_model(folder / "model");
  const std::string scores = run({"predict", "-q", "--output", "all", folder / "model", folder / "svm"}).out;
  const std::string figures = run({"evaluate", "-q", folder / "model", folder / "svm"}).out;
  for (const std::string format : {"vw", "csv"}) {
    CAPTURE(format);
    REQUIRE(run({"train", "-q", "--index-base", "1", "--input-format", format, "-m", folder / "m",
                 folder / format})
                .status == 0);
    CHECK(read_model(folder / "m").weights == model.weights);
    CHECK(
        run({"predict", "-q", "--input-format", format, "--output", "all", folder / "model", folder / format})
            .out == scores);
    CHECK(run({"evaluate", "-q", "--input-format", format, folder / "model", folder / format}).out ==
          figures);
    REQUIRE(run({"convert", "-q", "--input-format", format, "--index-base", "1", folder / format,
                 folder / "text"})
                .status == 0);
    CHECK(run({"convert", folder / "svm", "-"}).out == read_text(folder / "text"));
    CHECK(has(run({"inspect", "--input-format", format, folder / format}).out, "rows         60\n"));
    const Outcome cv = run({"cv", "-q", "--input-format", format, "--csv", "-", folder / format});
    CHECK(cv.status == 0);
    CHECK(run({"predict", "-q", "--input-format", format, folder / "model", "-"}, read_text(folder / format))
              .status == 0);
  }
}

TEST_CASE("input formats: importance is the weight of a row") {
  const TemporaryFolder folder;
  std::string weighted, copies;
  for (int i = 0; i < 40; ++i) {
    const std::string label = i % 2 == 0 ? "1" : "-1", row = " | x:" + std::to_string(i % 7) + " y\n";
    weighted += label + ' ' + std::to_string(1 + i % 3) + row;
    for (int k = 0; k <= i % 3; ++k) copies += label + row;
  }
  write_text(folder / "weighted", weighted);
  write_text(folder / "copies", copies);
  const auto train = [&](const char* data) {
    REQUIRE(run({"train", "-q", "--input-format", "vw", "--tol", "1e-9", "-m", folder / "m", folder / data})
                .status == 0);
    return read_model(folder / "m");
  };
  const Model a = train("weighted"), b = train("copies");
  REQUIRE(a.nonzeros() == 2);
  for (std::size_t j = 0; j < a.weights.size(); ++j)
    if (a.weights[j] != 0) CHECK(a.weights[j] == doctest::Approx(b.weights[j]).epsilon(1e-6));
  CHECK(a.vw_bits() == 24U);
  const Outcome text = run({"convert", "--input-format", "vw", folder / "weighted", folder / "text"});
  CHECK(has(text.err, "importance of the rows is left out"));
  REQUIRE(run({"convert", "-q", "--input-format", "vw", folder / "weighted", folder / "cache.slc"}).status ==
          0);
  CHECK(run({"evaluate", "-q", folder / "m", folder / "cache.slc"}).out ==
        run({"evaluate", "-q", "--input-format", "vw", folder / "m", folder / "weighted"}).out);
}

TEST_CASE("input formats: a model of Vowpal Wabbit scores rows in its form, whatever its bits") {
  const TemporaryFolder folder;
  write_text(folder / "model",
             "Version 9.0.0\nId\nMin label:0\nMax label:1\nbits:18\nlda:0\n0 ngram:\n0 skip:\n"
             "options: --hash_seed 0 --link identity\n:0\n1976:0.25\n116060:0.5\n162853:2\n229902:-1\n");
  const std::string rows = "| price:0.5 sqft:0.25 unknown 1976\n'tag | price:1\n";
  CHECK(run({"predict", "-q", "--input-format", "vw", folder / "model", "-"}, rows).out == "0.75\n-0.5\n");
  // A model that begins there hashes as it does.
  const std::string labelled = "1 | price:0.5 sqft:0.25 1976\n0 | price:1\n";
  write_text(folder / "rows", labelled);
  REQUIRE(run({"train", "-q", "--loss", "squared", "--intercept", "--input-format", "vw", "--warm-start",
               folder / "model", "-m", folder / "next", folder / "rows"})
              .status == 0);
  CHECK(read_model(folder / "next").vw_bits() == 18U);
  REQUIRE(run({"convert", "--model-format", "vw", folder / "next", folder / "vw"}).status == 0);
  CHECK(has(read_text(folder / "vw"), "\nbits:18\n"));
  CHECK(run({"predict", "-q", "--input-format", "vw", folder / "vw", "-"}, labelled).out ==
        run({"predict", "-q", "--input-format", "vw", folder / "next", "-"}, labelled).out);
}

TEST_CASE("input formats: what does not go together is refused") {
  const TemporaryFolder folder;
  write_text(folder / "csv", "y,a\n1,2\n-1,1\n");
  write_text(folder / "other", "y,b\n1,2\n-1,1\n");
  CHECK(run({"train", "--label-column", "y", folder / "csv"}).status == 2);
  CHECK(run({"train", "--input-format", "csv", "--cache", folder / "csv"}).status == 2);
  CHECK(run({"inspect", "--check", "--input-format", "csv", folder / "csv"}).status == 2);
  const Outcome valid = run({"train", "--input-format", "csv", "--valid", folder / "other", folder / "csv"});
  CHECK(valid.status == 3);
  CHECK(has(valid.err, "/other:1:1: error: expected the columns of the training data"));
  const Outcome bad = run({"train", "--input-format", "csv", "-"}, "y,a\n1,x\n");
  CHECK(bad.status == 3);
  CHECK(has(bad.err, "<stdin>:2:3: error: expected a number as value, found 'x'\n  1,x\n    ^\n"));
  const Outcome skipped =
      run({"inspect", "--input-format", "csv", "--on-error", "skip", "-"}, "y,a\n1,x\n2,3\n");
  CHECK(skipped.status == 0);
  CHECK(has(skipped.err, "1 bad line was skipped"));
}
