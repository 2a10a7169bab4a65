// A small run with a fixed step in file order: what it writes is what the textbook's loop comes to (w -= a
// (f_i'(w) + l2 w), checked once with a dense loop in Python to the last digit but one), in the form that the
// files in tests/golden have.
#include <doctest/doctest.h>

#include <sstream>

#include "cli/run_program.hpp"
#include "sparselearn/base/number.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

const std::string golden = SPARSELEARN_SOURCE_DIR "/tests/golden/";

// Fields that only have to be there: they tell the machine's speed and threads, and how clever the lower
// bound is.
bool may_differ(std::size_t column) { return column == 6 || column == 10 || column == 14; }

std::vector<std::string> pieces(const std::string& text, char separator) {
  std::istringstream in(text);
  std::vector<std::string> found;
  for (std::string piece; std::getline(in, piece, separator);) found.push_back(piece);
  return found;
}

void check_same_word(const std::string& a, const std::string& b) {
  const auto x = parse_double(a), y = parse_double(b);
  if (x && y)
    CHECK(*x == doctest::Approx(*y).epsilon(1e-12));
  else
    CHECK(a == b);
}

}  // namespace

TEST_CASE("golden: trace and text model of a run that is known") {
  const TemporaryFolder folder;
  write_text(folder / "rows.svm", read_text(golden + "rows.svm"));
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path);  // the trace holds the path as it was given
  const Outcome outcome = run(
      {"train", "--solver", "sgd",        "--step", "0.1",           "--schedule", "constant", "--averaging",
       "none",  "--order",  "sequential", "--l2",   "0.01",          "--tol",      "0",        "--epochs",
       "2",     "--trace",  "trace.csv",  "-m",     "trained.model", "rows.svm"});
  std::filesystem::current_path(before);
  CAPTURE(outcome.err);
  REQUIRE(outcome.status == 0);

  const auto lines = pieces(read_text(folder / "trace.csv"), '\n'),
             expected = pieces(read_text(golden + "trace.csv"), '\n');
  REQUIRE(lines.size() == expected.size());
  CHECK(lines[0] == expected[0]);
  for (std::size_t k = 1; k < lines.size(); ++k) {
    const auto fields = pieces(lines[k], ','), wanted = pieces(expected[k], ',');
    REQUIRE(fields.size() == wanted.size());
    for (std::size_t c = 0; c < fields.size(); ++c) {
      CAPTURE(c);
      if (!may_differ(c)) check_same_word(fields[c], wanted[c]);
    }
  }

  const auto model = pieces(read_text(folder / "trained.model"), '\n'),
             wanted = pieces(read_text(golden + "trained.model"), '\n');
  REQUIRE(model.size() == wanted.size());
  for (std::size_t k = 0; k < model.size(); ++k) {
    if (wanted[k].starts_with("version ") || wanted[k].starts_with("certificate ")) continue;
    const auto words = pieces(model[k], ' '), wanted_words = pieces(wanted[k], ' ');
    REQUIRE(words.size() == wanted_words.size());
    for (std::size_t w = 0; w < words.size(); ++w) check_same_word(words[w], wanted_words[w]);
  }
}
