// CSV of rows: columns, fields, bad lines.
#include <doctest/doctest.h>

#include <string>

#include "gzip_text.hpp"
#include "rows_of_text.hpp"
#include "same_blocks.hpp"
#include "sparselearn/base/random.hpp"

using namespace sparselearn;
using namespace std::string_literals;
using tests::row_text;

namespace {

ReadOptions csv_options(const std::string& label = "") {
  ReadOptions options;
  options.syntax = TextSyntax::csv;
  options.label_column = label;
  return options;
}

Dataset read(const std::string& text, const ReadOptions& options = csv_options(),
             std::size_t chunk = std::size_t{1} << 18) {
  return tests::rows_of(text, options, chunk);
}

std::string complaint(const std::string& text, const ReadOptions& options = csv_options()) {
  return tests::complaint_about(text, options);
}

std::string some_rows(std::size_t count) {
  Random random(9);
  std::string text = "y,a,b,c,d,e\n";
  for (std::size_t r = 0; r < count; ++r) {
    text += std::to_string(r % 2);
    for (int c = 0; c < 5; ++c)
      text += random.below(2) == 0 ? ",0" : ",\"" + std::to_string(random.below(9)) + "\"";
    text += r % 3 == 0 ? "\r\n" : "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("csv: one small file, row by row") {
  const Dataset data =
      read("\xef\xbb\xbfy,a,\"b, \"\"c\"\"\",d\r\n1,0.5,0,-2\r\n\r\n\"-1\", 3 ,\"1e-3\",0.0\n7,0,0,0");
  REQUIRE(data.rows() == 3);
  CHECK(data.features() == 3);
  CHECK(data.index_base() == 1);
  CHECK(row_text(data, 0) == "0:0.50 2:-2.0");
  CHECK(row_text(data, 1) == "0:3.00 1:0.00");
  CHECK(data.row(data.place(1)).value[1] == 1e-3F);
  CHECK(row_text(data, 2).empty());
  CHECK(data.label(data.place(0)) == 1);
  CHECK(data.label(data.place(1)) == -1);
  CHECK(data.label(data.place(2)) == 7);
  CHECK_FALSE(data.weighted());
}

TEST_CASE("csv: the label is the column named") {
  const TemporaryDirectory directory;
  ReadReport report;
  const std::string path = directory.file("text", "a,the label,b\n1,5,2\n");
  const Dataset data = read_dataset({path}, csv_options("the label"), report);
  CHECK(data.label(data.place(0)) == 5);
  CHECK(row_text(data, 0) == "0:1.00 1:2.00");
  CHECK(report.columns == std::vector<std::string>{"a", "b"});
  CHECK(report.lines == 2);
  CHECK(complaint("a,label\n1,2\n", csv_options("lable")) ==
        ":1:1: error: there is no column 'lable', which --label-column names; did you mean 'label'?");
}

TEST_CASE("csv: all features count, also those that are 0 everywhere, but no more than are allowed") {
  ReadOptions options = csv_options();
  CHECK(read("y,a,b\n1,0,0\n", options).features() == 2);
  options.max_index = 1;
  CHECK(read("y,a,b\n1,0,0\n", options).features() == 2);
  options.max_index = 0;
  CHECK(complaint("y,a,b\n1,0,0\n", options) ==
        ":1:1: error: expected at most 1 columns besides the label, found 2");
  options = csv_options();
  options.index_base = ReadOptions::IndexBase::zero;
  const Dataset data = read("y,a,b\n1,0,3\n", options);
  CHECK(data.index_base() == 0);
  CHECK(data.features() == 2);
  CHECK(row_text(data, 0) == "1:3.00");
}

TEST_CASE("csv: a bad line is named with its place, what was expected and what was found") {
  const std::pair<std::string, std::string> bad[] = {
      {"1,2\n", ":2:4: error: expected as many fields as the header has, found the end of the line"},
      {"1,2,3,4\n",
       ":2:7: error: expected the end of the line after as many fields as the header has, found '4'"},
      {"1,2,\n", ":2:5: error: expected a number as value, found the end of the line"},
      {"1,,2\n", ":2:3: error: expected a number as value, found an empty field"},
      {",1,2\n", ":2:1: error: expected a number as label, found an empty field"},
      {"x,1,2\n", ":2:1: error: expected a number as label, found 'x'"},
      {"1,2,a b\n", ":2:5: error: expected a number as value, found 'a b'"},
      {"inf,1,2\n", ":2:1: error: expected a finite label, found 'inf'"},
      {"1,1e39,2\n", ":2:3: error: expected a finite value that fits a 32-bit float, found '1e39'"},
      {"1,\"2\"x,3\n", ":2:6: error: expected a comma or the line's end after the quoted field, found 'x'"},
      {"1,2,\"3\n", ":2:5: error: expected a comma or the line's end after the quoted field, found '\"3'"},
      {"1,2,\0\n"s, ":2:5: error: expected text, found a NUL byte"},
  };
  ReadOptions skip = csv_options();
  skip.skip_bad_lines = true;
  std::string all = "y,a,b\n";
  for (const auto& [line, message] : bad) {
    CHECK(complaint("y,a,b\n" + line) == message);
    all += line;
  }
  CHECK(read(all + "1,2,3\n", skip).rows() == 1);
  CHECK(complaint("y,a,b\n") == ": error: no rows: the file holds nothing but a header");
  CHECK(complaint("") == ": error: no rows: the file is empty");
  CHECK(complaint("y,\"a\n1,2\n") == ":1:3: error: expected a comma or the line's end after the quoted name");
}

TEST_CASE("csv: a label may be missing where none is needed") {
  ReadOptions options = csv_options("y");
  options.label_optional = true;
  const Dataset data = read("a,y\n1,\n2,3\n", options);
  CHECK(data.label(data.place(0)) == 0);
  CHECK(data.label(data.place(1)) == 3);
}

TEST_CASE("csv: several files are one data set if they have the same columns") {
  const TemporaryDirectory directory;
  ReadReport report;
  const std::string a = directory.file("a", "y,a\n1,2\n"), b = directory.file("b", "y,a\r\n3,4"),
                    c = directory.file("c", "y,b\n3,4\n");
  const Dataset data = read_dataset({a, b}, csv_options(), report);
  CHECK(data.rows() == 2);
  CHECK(data.label(data.place(1)) == 3);
  CHECK(report.lines == 4);
  CHECK_THROWS_WITH_AS(read_dataset({a, c}, csv_options(), report),
                       (c + ":1:1: error: expected the columns of the first file, " + a).c_str(), DataError);
}

TEST_CASE("csv: the same rows however the text is cut, and compressed") {
  const std::string text = some_rows(3000);
  const Dataset whole = read(text);
  CHECK(whole.rows() == 3000);
  for (const std::size_t chunk : {4U, 1000U, 30000U}) {
    const Dataset cut = read(text, csv_options(), chunk);
    CHECK(cut.blocks().size() > 1);
    CHECK(same_rows(whole, cut));
  }
  CHECK(same_rows(whole, read(gzip(text))));
}

TEST_CASE("csv: whatever the bytes, rows are in order and finite, and the cuts do not matter") {
  const std::string good = some_rows(30);
  ReadOptions options = csv_options();
  options.skip_bad_lines = true;
  Random random(4);
  for (int round = 0; round < 400; ++round) {
    std::string text = good + "1,2,3,4,5,6\n";
    for (std::uint64_t k = random.below(30); k > 0; --k)
      text[12 + random.below(text.size() - 24)] = ",\" \t\n\r\0-+.eE0123456789"[random.below(22)];
    CAPTURE(text);
    const Dataset whole = read(text, options), cut = read(text, options, 20);
    CHECK(same_rows(whole, cut));
    CHECK(whole.features() == 5);
    for (std::uint64_t i = 0; i < whole.rows(); ++i) {
      const RowView row = whole.row(whole.place(i));
      for (std::size_t k = 0; k < row.size; ++k) {
        CHECK((k == 0 || row.index[k] > row.index[k - 1]));
        CHECK(row.index[k] < 5);
        CHECK(std::isfinite(row.value_at(k)));
        CHECK(row.value_at(k) != 0);
      }
    }
  }
}
