// --normalize from end to end.
#include <doctest/doctest.h>

#include <cmath>
#include <sstream>

#include "cli/run_program.hpp"
#include "sparselearn/base/number.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

struct Workshop : TemporaryFolder {
  std::string train(const std::string& data, std::vector<std::string> options) const {
    const std::string file = *this / "some.model";
    options.insert(options.begin(),
                   {"train", "-q", "--tol", "1e-10", "--l2", "0.01", "--intercept", "-m", file});
    options.push_back(data);
    const Outcome outcome = run(options);
    CAPTURE(outcome.err);
    REQUIRE(outcome.status == 0);
    return read_text(file);
  }
  /// Scores of the rows of `data` by a model.
  std::vector<double> scores(const std::string& model, const std::string& data) const {
    write_text(*this / "scoring.model", model);
    std::istringstream lines(run({"predict", "-q", "--output", "score", *this / "scoring.model", data}).out);
    std::vector<double> found;
    for (std::string line; std::getline(lines, line);) found.push_back(parse_double(line).value());
    return found;
  }
};

// Rows of two features a row; feature j is multiplied by scale(j, length of the row).
template <class Scale>
std::string rows(const Scale& scale) {
  const double pairs[][2] = {{3, 4}, {5, 12}, {8, 15}, {-3, 4}, {6, -8}, {-5, -12}, {20, 21}, {-7, 24}};
  std::string text;
  for (int i = 0; i < 40; ++i) {
    const auto& pair = pairs[i % 8];
    const double length = std::sqrt(pair[0] * pair[0] + pair[1] * pair[1]);
    const int first = i % 3 + 1, second = 4 + i % 2;
    text += i % 5 < 2 ? "+1" : "-1";
    text += ' ' + std::to_string(first) + ':' + to_text(pair[0] * scale(first, length));
    text += ' ' + std::to_string(second) + ':' + to_text(pair[1] * scale(second, length)) + '\n';
  }
  return text;
}

void check_close(const std::vector<double>& a, const std::vector<double>& b, double epsilon) {
  REQUIRE(a.size() == 40);
  REQUIRE(b.size() == 40);
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i] == doctest::Approx(b[i]).epsilon(epsilon));
}

}  // namespace

TEST_CASE("normalize l2: the model of scaled rows, which scales the rows it predicts") {
  const Workshop shop;
  const std::string raw = shop / "raw", unit = shop / "unit";
  write_text(raw, rows([](int, double) { return 1.0; }));
  write_text(unit, rows([](int, double length) { return 1 / length; }));
  const std::string scaling = shop.train(raw, {"--normalize", "l2"}), plain = shop.train(unit, {});
  CHECK(has(scaling, "\nrows unit\n"));
  CHECK(scaling.substr(scaling.find("\nweights")) == plain.substr(plain.find("\nweights")));
  check_close(shop.scores(scaling, raw), shop.scores(plain, unit), 1e-6);
  // Also in the other formats, and not in the one that has no word for it.
  for (const std::string format : {"text", "binary"})
    CHECK(shop.train(raw, {"--normalize", "l2", "--model-format", format}).size() > 0);
  CHECK(run({"train", "--normalize", "l2", "--model-format", "liblinear", "-m", shop / "x", raw}).status ==
        2);
  write_text(shop / "scaling", scaling);
  CHECK(run({"convert", "--model-format", "liblinear", shop / "scaling", shop / "x"}).status == 2);
  CHECK(run({"convert", "--model-format", "binary", shop / "scaling", shop / "x"}).status == 0);
  check_close(shop.scores(read_text(shop / "x"), raw), shop.scores(plain, unit), 1e-6);
  CHECK(run({"train", "--warm-start", shop / "scaling", raw}).status == 2);
}

TEST_CASE("normalize max-abs: the model of scaled features, folded back to features as they are") {
  const Workshop shop;
  const std::string raw = shop / "raw", scaled = shop / "scaled";
  const double largest[] = {0, 20, 20, 20, 21, 24};  // of rows() as they are; the scales are powers of two
  write_text(raw, rows([](int j, double) { return std::ldexp(1, j); }));
  write_text(scaled, rows([&](int j, double) { return 1 / largest[j]; }));
  const std::string folded = shop.train(raw, {"--normalize", "max-abs"});
  check_close(shop.scores(folded, raw), shop.scores(shop.train(scaled, {"--normalize", "max-abs"}), scaled),
              1e-5);
  check_close(shop.scores(folded, raw), shop.scores(shop.train(scaled, {}), scaled), 1e-5);
  write_text(shop / "folded", folded);
  // A model of these options is its own optimum.
  CHECK(has(run({"train", "--normalize", "max-abs", "--l2", "0.01", "--intercept", "--warm-start",
                 shop / "folded", raw})
                .err,
            "0 epochs"));
}

TEST_CASE("normalize standard: the size of features does not matter any more") {
  const Workshop shop;
  const std::string raw = shop / "raw", other = shop / "other";
  write_text(raw, rows([](int, double) { return 1.0; }));
  write_text(other, rows([](int j, double) { return j == 2 ? 0.001 : 1.0; }));
  check_close(shop.scores(shop.train(raw, {"--normalize", "standard"}), raw),
              shop.scores(shop.train(other, {"--normalize", "standard"}), other), 1e-5);
  const auto a = shop.scores(shop.train(raw, {}), raw), b = shop.scores(shop.train(other, {}), other);
  double apart = 0;  // without it, it does
  for (std::size_t i = 0; i < a.size(); ++i) apart = std::max(apart, std::abs(a[i] - b[i]));
  CHECK(apart > 1e-3);
}

TEST_CASE("normalize: validation data and cross-validation are scaled alike") {
  const Workshop shop;
  const std::string raw = shop / "raw", model = shop / "cv.model";
  write_text(raw, rows([](int j, double) { return 1.0 + j; }));
  for (const std::string how : {"l2", "max-abs", "standard"}) {
    CAPTURE(how);
    // Validated on its own rows, the loss is that which evaluate tells of the model.
    const std::string trace = shop / "trace", trained = shop / "trained";
    CHECK(run({"train", "-q", "--normalize", how, "--valid", raw, "--trace", trace, "-m", trained, raw})
              .status == 0);
    const std::string last = read_text(trace);
    std::istringstream fields(last.substr(last.rfind('\n', last.size() - 2) + 1));
    std::string field;
    for (int k = 0; k < 18; ++k) std::getline(fields, field, ',');
    const std::string told = run({"evaluate", "-q", "--json", trained, raw}).out;
    const std::size_t at = told.find("\"loss\":") + 7;
    const std::string loss = told.substr(at, told.find_first_of(",}", at) - at);
    CHECK(parse_double(field).value() == doctest::Approx(std::stod(loss)).epsilon(1e-5));

    CHECK(run({"cv", "-q", "--normalize", how, "-m", model, raw}).status == 0);
    CHECK(read_text(model) == read_text(trained));
  }
}
