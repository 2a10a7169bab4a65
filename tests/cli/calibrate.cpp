// --calibrate from end to end.
#include <doctest/doctest.h>

#include <cmath>
#include <sstream>

#include "cli/run_program.hpp"
#include "sparselearn/base/number.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

std::vector<double> numbers(const std::string& text) {
  std::istringstream words(text);
  std::vector<double> found;
  for (std::string word; words >> word;) found.push_back(parse_double(word).value());
  return found;
}

struct Workshop : TemporaryFolder {
  std::string data = *this / "data", test = *this / "test";
  Workshop() {
    write_text(data, sample_data(600));
    write_text(test, sample_data(400, 20, 2));
  }
  Outcome train(const std::string& model, std::vector<std::string> options) const {
    options.insert(options.begin(), {"train", "--intercept", "-m", model});
    options.push_back(data);
    return run(options);
  }
  std::vector<double> predicted(const std::string& model, const char* output, const std::string& rows) const {
    return numbers(run({"predict", "-q", "--output", output, model, rows}).out);
  }
};

std::string line_of(const std::string& text, const std::string& key) {
  const std::size_t begin = text.find("\n" + key + ' ') + key.size() + 2;
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("calibrate: the probabilities are the sigmoid of the scores, in every format that can hold it") {
  const Workshop shop;
  const Outcome trained = shop.train(shop / "m", {"--loss", "hinge", "--calibrate", "platt"});
  REQUIRE(trained.status == 0);
  CHECK(has(trained.err, "fitted to 600 rows held out of folds\n"));
  const std::vector<double> ab = numbers(line_of(read_text(shop / "m"), "platt"));
  REQUIRE(ab.size() == 2);
  const std::vector<double> z = shop.predicted(shop / "m", "score", shop.test),
                            p = shop.predicted(shop / "m", "probability", shop.test);
  REQUIRE(z.size() == 400);
  REQUIRE(p.size() == 400);
  for (std::size_t i = 0; i < z.size(); ++i)
    CHECK(p[i] == doctest::Approx(1 / (1 + std::exp(ab[0] * z[i] + ab[1]))).epsilon(1e-12));
  CHECK(has(run({"evaluate", shop / "m", shop.test}).out, "log-loss"));
  CHECK(has(run({"inspect", shop / "m"}).out, "calibration  platt, a -"));
  for (const char* kind : {"platt", "isotonic"}) {
    REQUIRE(shop.train(shop / "m", {"--loss", "hinge", "--calibrate", kind}).status == 0);
    const std::vector<double> expected = shop.predicted(shop / "m", "probability", shop.test);
    REQUIRE(expected.size() == 400);
    for (const char* format : {"text", "binary", "json", "csv", "vw"}) {
      REQUIRE(run({"convert", "--model-format", format, shop / "m", shop / format}).status == 0);
      CHECK(shop.predicted(shop / format, "probability", shop.test) == expected);
    }
    const Outcome lost = run({"convert", "--model-format", "liblinear", shop / "m", shop / "lost"});
    CHECK(lost.status == 2);
    CHECK(has(lost.err, "hold no calibration"));
  }
}

TEST_CASE("calibrate: without it hinge has no probabilities; labels and weights stay what they are") {
  const Workshop shop;
  REQUIRE(shop.train(shop / "plain", {"--loss", "hinge"}).status == 0);
  REQUIRE(shop.train(shop / "fitted", {"--loss", "hinge", "--calibrate", "isotonic"}).status == 0);
  CHECK(run({"predict", "--output", "probability", shop / "plain", shop.test}).status == 2);
  CHECK(shop.predicted(shop / "plain", "score", shop.test) ==
        shop.predicted(shop / "fitted", "score", shop.test));
  CHECK(shop.predicted(shop / "plain", "label", shop.test) ==
        shop.predicted(shop / "fitted", "label", shop.test));
}

TEST_CASE("calibrate: isotonic probabilities ascend with the score and stay within 0 and 1") {
  const Workshop shop;
  REQUIRE(shop.train(shop / "m", {"--calibrate", "isotonic", "--valid-fraction", "0.3"}).status == 0);
  const std::vector<double> z = shop.predicted(shop / "m", "score", shop.test),
                            p = shop.predicted(shop / "m", "probability", shop.test);
  REQUIRE(p.size() == 400);
  for (std::size_t i = 0; i < z.size(); ++i) {
    CHECK(p[i] >= 0);
    CHECK(p[i] <= 1);
    for (std::size_t j = 0; j < i; ++j) CHECK((z[i] - z[j]) * (p[i] - p[j]) >= 0);
  }
}

TEST_CASE("calibrate: with validation rows it is fitted to these") {
  const Workshop shop;
  const Outcome file = shop.train(shop / "a", {"--calibrate", "platt", "--valid", shop.test});
  CHECK(has(file.err, "fitted to 400 validation rows\n"));
  const Outcome part = shop.train(shop / "b", {"--calibrate", "platt", "--valid-fraction", "0.25"});
  CHECK(has(part.err, "fitted to 150 validation rows\n"));
  CHECK(line_of(read_text(shop / "a"), "platt") != line_of(read_text(shop / "b"), "platt"));
  // Scaled features are scaled in the validation rows as well.
  for (const char* how : {"l2", "max-abs", "standard"}) {
    REQUIRE(shop.train(shop / "m",
                       {"--calibrate", "platt", "--valid", shop.test, "--normalize", how, "--tol", "1e-8"})
                .status == 0);
    const std::vector<double> ab = numbers(line_of(read_text(shop / "m"), "platt"));
    const std::vector<double> p = shop.predicted(shop / "m", "probability", shop.test);
    double positive = 0, mean = 0;
    for (const double label : numbers(run({"predict", "-q", shop / "m", shop.test}).out))
      positive += label > 0;
    for (const double each : p) mean += each;
    REQUIRE(p.size() == 400);
    CHECK(ab[0] < 0);
    CHECK(positive > 0);
    double labelled = 0;
    std::istringstream lines(read_text(shop.test));
    for (std::string line; std::getline(lines, line);) labelled += line[0] == '-' ? 0 : 1;
    CHECK(mean == doctest::Approx(labelled).epsilon(0.01));  // where d/db is 0, but for Platt's targets
  }
}

TEST_CASE("calibrate: probabilities are of the rows as they are, whatever --class-weight makes of the fit") {
  const Workshop shop;
  for (const bool validated : {false, true}) {
    std::vector<std::string> options{"--calibrate", "platt", "--class-weight", "1:6"};
    if (validated) options.insert(options.end(), {"--valid", shop.data});
    REQUIRE(shop.train(shop / "m", options).status == 0);
    double mean = 0, labelled = 0;
    for (const double each : shop.predicted(shop / "m", "probability", shop.data)) mean += each;
    std::istringstream lines(read_text(shop.data));
    for (std::string line; std::getline(lines, line);) labelled += line[0] == '-' ? 0 : 1;
    CHECK(labelled > 100);
    CHECK(mean == doctest::Approx(labelled).epsilon(0.1));
  }
}

TEST_CASE("calibrate: the same bits on any number of threads") {
  const Workshop shop;
  for (const char* kind : {"platt", "isotonic"}) {
    REQUIRE(shop.train(shop / "one", {"--calibrate", kind, "-j", "1"}).status == 0);
    REQUIRE(shop.train(shop / "three", {"--calibrate", kind, "-j", "3"}).status == 0);
    CHECK(read_text(shop / "one") == read_text(shop / "three"));
  }
}

TEST_CASE("calibrate: what it does not go with is refused, with what to do instead") {
  const Workshop shop;
  const auto refused = [&](std::vector<std::string> options, const char* reason) {
    options.insert(options.begin(), {"--calibrate", "platt"});
    const Outcome outcome = shop.train(shop / "m", options);
    CHECK(outcome.status == 2);
    CHECK(has(outcome.err, reason));
  };
  refused({"--loss", "squared"}, "loss of two labels");
  refused({"--multiclass", "ovr"}, "loss of two labels");
  refused({"--model-format", "liblinear"}, "another --model-format");
  refused({"--stream"}, "needs --valid or --valid-fraction");
  const Outcome outcome = run({"train", "--calibrate", "platt", shop.data});
  CHECK(outcome.status == 2);
  CHECK(has(outcome.err, "needs --model"));
}

TEST_CASE("calibrate: a damaged calibration is refused") {
  const Workshop shop;
  REQUIRE(shop.train(shop / "m", {"--calibrate", "platt"}).status == 0);
  const std::string text = read_text(shop / "m"), line = "platt " + line_of(text, "platt");
  const std::string wrong[] = {"platt 1",
                               "platt 1 2 3",
                               "platt x 1",
                               "isotonic 1",
                               "isotonic 2 0.5 1 0.6",
                               "isotonic 1 0.5 2 0.4",
                               "isotonic 1 1.5",
                               "platt 1 2\nisotonic 1 0.5"};
  for (const std::string& each : wrong) {
    CAPTURE(each);
    std::string damaged = text;
    damaged.replace(damaged.find(line), line.size(), each);
    write_text(shop / "damaged", damaged);
    CHECK(run({"predict", shop / "damaged", shop.test}).status == 3);
  }
}
