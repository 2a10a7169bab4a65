// sparselearn generate: the samples that are in the tree, shapes, and what each option does to the rows.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "cli/run_program.hpp"
#include "sparselearn/base/number.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

struct Row {
  std::string label, features;
  std::vector<std::string> values;
};

// 200 rows made with these options.
std::vector<Row> generated(std::vector<std::string> options) {
  options.insert(options.begin(), {"generate", "-q", "--rows", "200", "--nonzeros", "7"});
  options.push_back("-");
  const Outcome outcome = run(options);
  CAPTURE(outcome.err);
  REQUIRE(outcome.status == 0);
  std::vector<Row> rows;
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) {
    Row row;
    std::istringstream words(line);
    words >> row.label;
    for (std::string word; words >> word; row.features += word + ' ')
      row.values.push_back(word.substr(word.find(':') + 1));
    rows.push_back(std::move(row));
  }
  REQUIRE(rows.size() == 200);
  return rows;
}

std::size_t decimals(const std::string& value) {
  const std::size_t point = value.find('.');
  return point == std::string::npos ? 0 : value.size() - point - 1;
}

std::size_t most_decimals(const std::vector<Row>& rows) {
  std::size_t most = 0;
  for (const Row& row : rows)
    for (const std::string& value : row.values) most = std::max(most, decimals(value));
  return most;
}

double largest(const std::vector<Row>& rows) {
  double found = 0;
  for (const Row& row : rows)
    for (const std::string& value : row.values) found = std::max(found, parse_double(value).value());
  return found;
}

bool same_features(const std::vector<Row>& a, const std::vector<Row>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Row& x, const Row& y) { return x.features == y.features; });
}

std::ptrdiff_t labels_that_differ(const std::vector<Row>& a, const std::vector<Row>& b) {
  std::ptrdiff_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += a[i].label != b[i].label;
  return count;
}

}  // namespace

TEST_CASE("generate: the bundled samples are what data/README.md says they are, on any number of threads") {
  const std::string samples = SPARSELEARN_SOURCE_DIR "/data/";
  for (const char* threads : {"1", "2"}) {
    CHECK(run({"generate", "-j", threads, "--rows", "2000", "--columns", "300", "--nonzeros", "15", "--noise",
               "0.05", "-"})
              .out == read_text(samples + "sample.svm"));
    CHECK(run({"generate", "-j", threads, "--rows", "500", "--columns", "300", "--nonzeros", "15", "--noise",
               "0.05", "--seed", "2", "-"})
              .out == read_text(samples + "sample.t.svm"));
  }
}

TEST_CASE("generate: shapes by name and by file, changed by the other options") {
  const TemporaryFolder folder;
  REQUIRE(run({"generate", "--like", "a9a", "--scale", "0.01", folder / "a.gz"}).status == 0);
  CHECK(read_text(folder / "a.gz").starts_with("\x1f\x8b"));
  const std::string a9a = run({"inspect", folder / "a.gz"}).out;
  CHECK(has(a9a, "rows         326\n"));
  CHECK(has(a9a, "values       all 1\n"));
  REQUIRE(run({"generate", "--like", folder / "a.gz", "--rows", "50", "--labels", "regression", "-q",
               folder / "b"})
              .status == 0);
  const std::string like = run({"inspect", folder / "b"}).out;
  CHECK(has(like, "rows         50\n"));
  CHECK(has(like, "values       all 1\n"));
  CHECK(has(like, "labels       50 different"));
  CHECK(has(run({"generate", "--like", "rcv2", folder / "c"}).err, "did you mean 'rcv1'?"));
  CHECK(run({"generate", "--like", "./no-such", folder / "c"}).status == 1);
  CHECK(run({"generate", "--rows", "0", folder / "c"}).status == 2);
  CHECK(run({"generate", "--scale", "2", folder / "c"}).status == 2);
  CHECK(folder.entries() == 2);
}

TEST_CASE("generate: what each option does to the rows") {
  for (const Row& row : generated({"--length-spread", "0"})) CHECK(row.values.size() == 7);
  CHECK(most_decimals(generated({"--digits", "2"})) == 2);
  CHECK(most_decimals(generated({"--digits", "9"})) == 9);
  for (const Row& row : generated({"--normalized", "--digits", "9"})) {
    double squares = 0;
    for (const std::string& value : row.values) squares += std::pow(parse_double(value).value(), 2);
    CHECK(squares == doctest::Approx(1).epsilon(1e-6));
  }
  CHECK(largest(generated({})) <= 1);
  for (const Row& row : generated({"--ones"}))
    for (const std::string& value : row.values) CHECK(value == "1");
  CHECK(largest(generated({"--tf-idf"})) > 1);
  refused({"generate", "--ones", "--tf-idf", "-"}, 2, "--ones and --tf-idf exclude each other");
}

TEST_CASE("generate: seeds and the planted model") {
  const std::vector<Row> usual = generated({}), other_model = generated({"--model-seed", "2"}),
                         dense_model = generated({"--model-density", "1"}),
                         noisy = generated({"--noise", "0.5"});
  CHECK(!same_features(generated({"--seed", "2"}), usual));
  for (const auto* rows : {&other_model, &dense_model, &noisy}) {
    CHECK(same_features(*rows, usual));  // rows are those of the seed alone
    CHECK(labels_that_differ(*rows, usual) > 20);
  }
  const std::ptrdiff_t wrong = labels_that_differ(generated({"--noise", "0"}), usual);
  CHECK(wrong > 5);
  CHECK(wrong < 40);  // a tenth of 200, if not asked for otherwise
}
