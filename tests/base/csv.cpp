#include "sparselearn/base/csv.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sparselearn/base/error.hpp"

using namespace sparselearn;

namespace {

std::string complaint(const std::string& text) {
  try {
    CsvTable::parse("f.csv", text);
  } catch (const DataError& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("csv: what is written reads back, whatever the fields hold") {
  const std::vector<std::string> header{"", "a,b", "c"}, fields{"", "say \"hi\"", "two\r\nlines"};
  const CsvTable table = CsvTable::parse("f", csv_line(header) + csv_line(fields) + csv_line(fields));
  CHECK(table.header() == header);
  REQUIRE(table.rows().size() == 2);
  CHECK(table.rows()[0].fields == fields);
  CHECK(table.rows()[1].fields == fields);
  CHECK(table.rows()[0].line == 2);
  CHECK(table.rows()[1].line == 4);  // after a field of two lines
}

TEST_CASE("csv: LF, CRLF and a missing end of the last line are all the same") {
  for (const char* text : {"a,b\n1,2\n3,\n", "a,b\r\n1,2\r\n3,\r\n", "a,b\n1,2\n3,"}) {
    const CsvTable table = CsvTable::parse("f", text);
    REQUIRE(table.rows().size() == 2);
    CHECK(table.rows()[1].fields == std::vector<std::string>{"3", ""});
  }
}

TEST_CASE("csv: numbers, empty ones and those that are none") {
  const CsvTable table = CsvTable::parse("f.csv", "x,y\n1e-3,\n7,z\n");
  const std::size_t x = table.require_column("x"), y = table.require_column("y");
  CHECK(table.number(table.rows()[0], x) == 1e-3);
  CHECK(std::isnan(table.number(table.rows()[0], y)));
  CHECK(table.count(table.rows()[1], x) == 7);
  CHECK_THROWS_WITH_AS(table.number(table.rows()[1], y),
                       "f.csv:3: error: expected a number in the column y, found 'z'", DataError);
  CHECK_THROWS_AS(table.count(table.rows()[0], x), DataError);
  CHECK_FALSE(table.column("z").has_value());
}

TEST_CASE("csv: damage is told with file and line") {
  CHECK(complaint("") == "f.csv: error: the file is empty; expected a header and rows");
  CHECK(complaint("a,b\n1,2\n3\n") == "f.csv:3: error: expected 2 fields, as in the header, found 1");
  CHECK(complaint("a,b\n\"1\n2\n") == "f.csv:2: error: the quoted field has no end");
  CHECK(complaint("a,b\n\"1\"x,2\n").starts_with("f.csv:2: error: expected a comma or the line's end"));
}

TEST_CASE("CSV: the fields of a line, with their places") {
  CsvFields fields("a,\"b,\"\"c\",,d");
  std::vector<std::string> texts;
  std::vector<std::size_t> offsets;
  while (fields.next()) {
    texts.emplace_back(fields.text());
    offsets.push_back(fields.offset());
  }
  CHECK_FALSE(fields.broken());
  CHECK(texts == std::vector<std::string>{"a", "b,\"c", "", "d"});
  CHECK(offsets == std::vector<std::size_t>{0, 2, 10, 11});
  for (const auto& [line, place] : {std::pair("a,\"b", 2), std::pair("a,\"b\"c,d", 5)}) {
    CsvFields broken(line);
    CHECK(broken.next());
    CHECK_FALSE(broken.next());
    CHECK(broken.broken());
    CHECK(broken.offset() == static_cast<std::size_t>(place));
  }
}
