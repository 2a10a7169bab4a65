// Rows with lists of labels: read, refused, written, kept in a cache, checked.
#include <doctest/doctest.h>

#include <set>

#include "cache_bytes.hpp"
#include "data/read_files.hpp"
#include "gzip_text.hpp"
#include "rows_of_text.hpp"
#include "same_blocks.hpp"
#include "sparselearn/data/check.hpp"
#include "sparselearn/data/writer.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

ReadOptions lists() {
  ReadOptions options;
  options.label_lists = true;
  return options;
}

/// "1,3|-|2": the lists of all rows.
std::string lists_text(const Dataset& data) {
  std::string text;
  for (const RowBlock& block : data.blocks())
    for (std::size_t r = 0; r < block.rows(); ++r) {
      CHECK(block.labels[r] == 0);
      std::string row;
      for (const double label : block.lists.row(r))
        row += (row.empty() ? "" : ",") + std::to_string(label).substr(0, 4);
      text += (text.empty() ? "" : "|") + (row.empty() ? "-" : row);
    }
  return text;
}

std::string text_of(const Dataset& data) {
  std::string text;
  write_text(data, {data.index_base(), false}, [&](std::string_view piece) { text += piece; });
  return text;
}

/// Rows with 0 to 4 labels of 40, out of order.
std::string many_lists(int rows) {
  std::string text;
  for (int r = 0; r < rows; ++r) {
    std::set<int> seen;
    for (int k = 0; k < r % 5; ++k)
      if (const int label = (7 * r + 13 * k * k) % 40; seen.insert(label).second)
        text += (seen.size() > 1 ? "," : "") + std::to_string(label);
    for (int k = 1; k <= 1 + r % 4; ++k) text += " " + std::to_string(k * (r % 9 + 1)) + ":0.5";
    text += "\n";
  }
  return text;
}

std::string message(const std::string& line) {
  return complaint_about("1 1:1\n" + line + "\n2 1:1\n", lists());
}

}  // namespace

TEST_CASE("lists of labels: sorted, of any numbers, or none") {
  const Dataset data = rows_of(
      "3,1,2  1:0.5\n 2:1\n3:1\n  +1.5,-2 \t# 5\n7\n# 1,2 3:4\n\n2,-0.5,1e1 qid:3 1:1\r\nqid:1 4:1", lists());
  CHECK(lists_text(data) == "1.00,2.00,3.00|-|-|-2.0,1.50|7.00|-0.5,2.00,10.0|-");
  CHECK(data.label_lists());
  CHECK(data.rows() == 7);
  CHECK(data.features() == 4);
  CHECK(row_text(data, 0) == "0:0.50");
  CHECK(row_text(data, 2) == "2:1.00");
  CHECK(row_text(data, 6) == "3:1.00");
  CHECK(data.distinct_labels() == std::vector<double>{-2, -0.5, 1, 1.5, 2, 3, 7, 10});
  CHECK_FALSE(rows_of("1 1:1\n", {}).label_lists());
}

TEST_CASE("lists of labels: what is no list") {
  CHECK(message("1,,2 1:1") == ":2:3: error: expected a number as label, found a comma");
  CHECK(message(",1 1:1") == ":2:1: error: expected a number as label, found a comma");
  CHECK(message("1, 1:1") == ":2:3: error: expected a number as label, found a blank");
  CHECK(message("1,2,") == ":2:5: error: expected a number as label, found the end of the line");
  CHECK(message("1,x,3 1:1") == ":2:3: error: expected a number as label, found 'x'");
  CHECK(message("1,inf,3 1:1") == ":2:3: error: expected a finite label, found 'inf'");
  CHECK(message("1,2:3") == ":2:2: error: expected ':' after the index, found ',2:3'");
  CHECK(message("4,10,4.0,10 1:1") ==
        ":2:6: error: expected each label once in a row, found 4.0 again (--unsorted takes it once)");
  CHECK(message("0,-0") ==
        ":2:3: error: expected each label once in a row, found -0 again (--unsorted takes it once)");
  CHECK(complaint_about("1 1:1\n1,3 1:1\n", {}) ==
        ":2:1: error: expected a number as label, found '1,3' (--multilabel reads lists of labels)");
  CHECK(complaint_about("1;3 1:1\n", {}) == ":1:1: error: expected a number as label, found '1;3'");
}

TEST_CASE("lists of labels: bad rows are skipped whole, duplicates taken once") {
  ReadOptions options = lists();
  options.skip_bad_lines = true;
  const std::string text = "1,2 1:1\n3,x 1:1\n4,5 1:1 1:2\n6,6 1:1\n 2:1\n7,8 2:nan\n9\n";
  CHECK(lists_text(rows_of(text, options)) == "1.00,2.00|-|9.00");
  options.unsorted = true;
  CHECK(lists_text(rows_of(text, options)) == "1.00,2.00|4.00,5.00|6.00|-|9.00");
}

TEST_CASE("lists of labels: the same in pieces of any size, plain and gzip") {
  const std::string text = many_lists(3000);
  const Dataset whole = rows_of(text, lists());
  const std::string expected = lists_text(whole);
  for (const std::size_t piece : {64U, 1000U, 4096U}) {
    const Dataset data = rows_of(text, lists(), piece);
    CHECK(same_rows(data, whole));
    CHECK(lists_text(data) == expected);
  }
  CHECK(lists_text(rows_of(gzip(text), lists())) == expected);
}

TEST_CASE("lists of labels: a row with a million of them") {
  std::string text;
  for (int k = 1'000'000; k > 0; --k) text += std::to_string(k) + (k > 1 ? "," : " 1:1\n");
  const Dataset data = rows_of(text + "5 1:1\n", lists());
  CHECK(data.blocks()[0].lists.row(0).size() == 1'000'000);
  CHECK(data.blocks()[0].lists.row(0)[41] == 42);
  CHECK(data.memory() < 9'000'000);
  CHECK(message(text.substr(0, text.find(' ')) + ",77 1:1")
            .starts_with(":2:6888897: error: expected each label"));
}

TEST_CASE("lists of labels: text that is written reads back, also rows of nothing") {
  const std::string text = many_lists(50) + " 3:0\n5,1\n";
  const Dataset data = rows_of(text, lists());
  const std::string written = text_of(data);
  CHECK(written.ends_with("\n 1:0\n1,5\n"));
  const Dataset again = rows_of(written, lists());
  CHECK(same_rows(data, again));
  CHECK(lists_text(again) == lists_text(data));
}

TEST_CASE("lists of labels: a cache keeps them, and says what it is") {
  const TemporaryDirectory there;
  ReadReport report;
  for (const std::string& text :
       {many_lists(500), std::string(" 1:1\n 2:1\n"), std::string("0.1,1e300,3\n")}) {
    const Dataset data =
        read_dataset({there.file("text", text)}, lists(), report, {}, ChunkSizes{.chunk = 512});
    const std::string path = there.file("cache.slc", cache_bytes(data, report));
    CHECK(same_blocks(read_dataset({path}, lists(), report), data));
    CHECK_THROWS_WITH_AS(read_dataset({path}, {}, report), doctest::Contains("--multilabel"), DataError);
  }
  const Dataset plain = read_dataset({there.file("text", "1 1:1\n5 2:1\n")}, {}, report);
  const std::string path = there.file("plain.slc", cache_bytes(plain, report));
  CHECK(lists_text(read_dataset({path}, lists(), report)) == "1.00|5.00");
  CHECK_FALSE(cache_key(path, lists()) == cache_key(path, {}));
}

TEST_CASE("lists of labels: parts of a data set, and maps of the labels") {
  Dataset data = rows_of("1,3 1:1\n 1:2\n5 1:3\n2,1 1:4\n", lists());
  RowBlock part;
  for (const std::size_t r : {0U, 1U, 3U}) copy_row(data.blocks()[0], r, part);
  Dataset some;
  some.append(std::move(part));
  CHECK(lists_text(some) == "1.00,3.00|-|1.00,2.00");
  const Dataset before = data;
  data.map_labels([](double label) { return 2 * label; });
  CHECK(lists_text(data) == "2.00,6.00|-|10.0|2.00,4.00");
  CHECK(lists_text(before) == "1.00,3.00|-|5.00|1.00,2.00");
}

TEST_CASE("lists of labels: what --check says and repairs") {
  const TemporaryDirectory there;
  const std::string text =
      "1,2 1:1\n 2:1\n3:1\n1,,2 1:1\n1,\n2,1,2 1:1\n2,1,2,+1 4:1 2:1 # x\n 2:1 1:1\n1,nan 1:1\n4, "
      "2:1\n1,\xff 1:1\n";
  std::string repaired;
  const CheckReport report =
      check_text({there.file("text", text)}, lists(), [&](std::string_view piece) { repaired += piece; });
  CHECK(repaired == "1,2 1:1\n 2:1\n3:1\n2,1 1:1\n2,1 2:1 4:1 # x\n 1:1 2:1\n");
  CHECK(report.rows == 6);
  CHECK(report.bad_lines == 8);
  CHECK(report.repaired == 3);
  CHECK(report.of(Defect::label).lines == 3);
  CHECK(report.of(Defect::stray_byte).lines == 1);
  CHECK(report.of(Defect::label_not_finite).lines == 1);
  CHECK(report.of(Defect::label_repeated).lines == 2);
  CHECK(report.of(Defect::unsorted).lines == 2);
  CHECK(report.of(Defect::feature).lines == 0);
  REQUIRE(report.of(Defect::label_repeated).first.size() == 2);
  CHECK(report.of(Defect::label_repeated).first[1].find(":7:5: error: expected each label once") !=
        std::string::npos);
  // Without lists of labels all of those rows are bad but those of one label.
  CHECK(check_text({there.file("text", "1,2 1:1\n1 1:1\n 2:1\n")}, {}).of(Defect::label).lines == 2);
}
