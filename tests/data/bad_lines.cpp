// Every kind of bad line, with the exact place and message.
#include <doctest/doctest.h>

#include <string>

#include "sparselearn/base/error.hpp"
#include "sparselearn/data/reader.hpp"
#include "temporary_file.hpp"

using namespace sparselearn;
using namespace std::string_literals;

namespace {

struct Outcome {
  std::uint64_t line = 0, column = 0;
  std::string message;  // without the place
  std::string excerpt;
  std::size_t caret = 0;
  std::uint64_t rows = 0;
};

Outcome outcome_of(const std::string& text, const ReadOptions& options = {}) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("text", text);
  ReadReport report;
  Outcome outcome;
  try {
    outcome.rows = read_dataset({path}, options, report).rows();
  } catch (const DataError& error) {
    outcome = {error.place().line, error.place().column, error.what(), error.excerpt(), error.caret(), 0};
    CHECK(error.place().file == path);
    CHECK(error.code() == ExitCode::bad_data);
    const auto mark = outcome.message.find("error: ");
    REQUIRE(mark != std::string::npos);
    std::string place = path + ":";
    if (outcome.line > 0) place += std::to_string(outcome.line) + ":" + std::to_string(outcome.column) + ":";
    CHECK(outcome.message.substr(0, mark) == place + " ");
    outcome.message.erase(0, mark + 7);
  }
  return outcome;
}

struct BadText {
  std::string text;
  std::uint64_t line, column;
  std::string message;
};

ReadOptions from_one() {
  ReadOptions options;
  options.index_base = ReadOptions::IndexBase::one;
  return options;
}

}  // namespace

TEST_CASE("a bad line is named with its place, what was expected and what was found") {
  const BadText bad[] = {
      {"abc 1:1\n", 1, 1, "expected a number as label, found 'abc'"},
      {"1 1:1\n\n# c\n+-1 1:1\n", 4, 1, "expected a number as label, found '+-1'"},
      {"1:1 2:1\n", 1, 1, "expected a number as label, found '1:1'"},
      {"nan 1:1\n", 1, 1, "expected a finite label, found 'nan'"},
      {"1e999 1:1\n", 1, 1, "expected a finite label, found '1e999'"},
      {"1 1:1 x:2\n", 1, 7, "expected index:value, found 'x:2'"},
      {"1 -1:2\n", 1, 3, "expected index:value, found '-1:2'"},
      {"1 1:1 :2\n", 1, 7, "expected index:value, found ':2'"},
      {"1 1:1 2\n", 1, 8, "expected ':' after the index, found the end of the line"},
      {"1 1 :1\n", 1, 4, "expected ':' after the index, found a blank"},
      {"1 2=3\n", 1, 4, "expected ':' after the index, found '=3'"},
      {"1 2:\n", 1, 5, "expected a number as value, found the end of the line"},
      {"1 2:x\n", 1, 5, "expected a number as value, found 'x'"},
      {"1 2:1.5.2\n", 1, 5, "expected a number as value, found '1.5.2'"},
      {"1 2:0x10\n", 1, 5, "expected a number as value, found '0x10'"},
      {"1 2:1,5\n", 1, 5, "expected a number as value, found '1,5'"},
      {"1 2:1e\n", 1, 5, "expected a number as value, found '1e'"},
      {"1 2:--1\n", 1, 5, "expected a number as value, found '--1'"},
      {"1 2:+-1\n", 1, 5, "expected a number as value, found '+-1'"},
      {"1 2:.\n", 1, 5, "expected a number as value, found '.'"},
      {"1 2: 3\n", 1, 5, "expected a number as value, found a blank"},
      {"1 2:inf\n", 1, 5, "expected a finite value that fits a 32-bit float, found 'inf'"},
      {"1 2:-Infinity\n", 1, 5, "expected a finite value that fits a 32-bit float, found '-Infinity'"},
      {"1 2:NaN\n", 1, 5, "expected a finite value that fits a 32-bit float, found 'NaN'"},
      {"1 2:1e39\n", 1, 5, "expected a finite value that fits a 32-bit float, found '1e39'"},
      {"1 2:1e400\n", 1, 5, "expected a finite value that fits a 32-bit float, found '1e400'"},
      {"1 2:1 2:1\n", 1, 7, "expected ascending indices, found 2 twice (--unsorted sums such values)"},
      {"1 2:1 1:1\n", 1, 7, "expected ascending indices, found 1 after 2 (--unsorted sorts them)"},
      {"1 2:1 0:1\n", 1, 7, "expected ascending indices, found 0 after 2 (--unsorted sorts them)"},
      {"1 4294967296:1\n", 1, 3, "expected an index of at most 4294967295, found 4294967296"},
      {"1 99999999999999999999999:1\n", 1, 3,
       "expected an index of at most 4294967295, found 99999999999999999999999"},
      {"1 1:1\n1 1:\0\n"s, 2, 5, "expected text, found a NUL byte"},
      {"1 1:1 # \0 comment\n"s, 1, 9, "expected text, found a NUL byte"},
      {"1 x qid:\0"s, 1, 9, "expected text, found a NUL byte"},
      {"1 1:1\r2 1:1\n", 1, 5, "expected a number as value, found '1?2'"},
      {"1\v1:1\n", 1, 1, "expected a number as label, found '1?1:1'"},
  };
  for (const BadText& expected : bad) {
    CAPTURE(expected.text);
    const Outcome outcome = outcome_of(expected.text);
    CHECK(outcome.line == expected.line);
    CHECK(outcome.column == expected.column);
    CHECK(outcome.message == expected.message);
    CHECK(outcome.caret + 1 == expected.column);
  }
}

TEST_CASE("index 0 in text that starts at 1 is bad, and the advice is given") {
  const Outcome outcome = outcome_of("1 0:1\n", from_one());
  CHECK(outcome.column == 3);
  CHECK(outcome.message ==
        "expected indices from 1, found index 0 (--index-base 0 reads files that start at 0)");
}

TEST_CASE("text without a row is bad") {
  CHECK(outcome_of("").message == "no rows: the file is empty");
  CHECK(outcome_of("# nothing\n\n  \t\n").message ==
        "no rows: the file holds nothing but blank lines and comments");
  CHECK(outcome_of("\xef\xbb\xbf").message == "no rows: the file is empty");
}

TEST_CASE("the excerpt of a long line is a window around the place") {
  std::string line = "1";
  for (int i = 1; i <= 1000; ++i) line += " " + std::to_string(i) + ":1";
  const Outcome outcome = outcome_of(line + " x" + line + "\n");
  CHECK(outcome.column == line.size() + 2);
  CHECK(outcome.excerpt.size() <= 106);
  CHECK(outcome.excerpt.starts_with("..."));
  CHECK(outcome.excerpt.ends_with("..."));
  CHECK(outcome.excerpt[outcome.caret] == 'x');
}

TEST_CASE("--on-error skip counts bad lines and names the first ten") {
  std::string text;
  for (int i = 0; i < 15; ++i) text += "1 2:1\n1 bad\n";
  ReadOptions options;
  options.skip_bad_lines = true;
  const TemporaryDirectory directory;
  const std::string path = directory.file("text", text);
  ReadReport report;
  const Dataset data = read_dataset({path}, options, report);
  CHECK(data.rows() == 15);
  CHECK(data.nonzeros() == 15);
  CHECK(report.skipped == 15);
  CHECK(report.lines == 30);
  REQUIRE(report.first_skipped.size() == 10);
  CHECK(report.first_skipped[9] == path + ":20:3: error: expected index:value, found 'bad'");
  CHECK(outcome_of("bad\n", options).message == "no rows: every line is bad");
}
