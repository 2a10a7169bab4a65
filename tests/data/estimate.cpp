// Samples of data and what is estimated from them, with pieces so small that every way is gone.
#include "sparselearn/data/estimate.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sparselearn/base/error.hpp"
#include "sparselearn/data/writer.hpp"
#include "temporary_folder.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

constexpr std::size_t rows = 5000;

// Rows of one length, so that any sample of whole lines tells the truth; feature 3 - base is in all of them.
std::string even_text(int base) {
  std::string text;
  for (std::size_t i = 0; i < rows; ++i)
    text += (i % 2 == 0 ? "+1 " : "-1 ") + std::to_string(base) + ":0.5 " + std::to_string(base + 2) + ":" +
            std::to_string(1 + i % 9) + ".25\n";
  return text;
}

void check_near(double value, double expected, double tolerance) {
  CHECK(std::abs(value - expected) <= tolerance * expected);
}

}  // namespace

TEST_CASE("estimate: the places of a plain file are whole lines, from which the whole is told") {
  const TemporaryFolder folder;
  const std::string path = folder / "rows.svm";
  for (const int base : {0, 1}) {
    CAPTURE(base);
    write_text(path, even_text(base));
    const DataEstimate estimate = estimate_data({path}, {}, {.piece = 500, .places = 20});
    CHECK_FALSE(estimate.exact);
    CHECK(estimate.sample.rows() < rows / 5);
    CHECK(estimate.sample.rows() > rows / 20);
    CHECK(estimate.text_bytes == static_cast<double>(read_text(path).size()));
    check_near(estimate.rows, rows, 1e-9);
    check_near(estimate.nonzeros, 2 * rows, 1e-9);
    check_near(estimate.fraction, static_cast<double>(estimate.sample.rows()) / rows, 1e-9);
    CHECK(estimate.bad_lines == 0);  // no line was cut
    CHECK(estimate.sample.features() == 3);
    CHECK(estimate.sample.index_base() == base);
    for (const RowBlock& block : estimate.sample.blocks())
      for (std::size_t r = 0; r < block.rows(); ++r) {
        REQUIRE(block.row(r).size == 2);
        CHECK(block.row(r).index[0] == 0);
        CHECK(block.row(r).index[1] == 2);
      }
  }
}

TEST_CASE("estimate: of gzip the head is read, and the whole told from how far that compressed") {
  const TemporaryFolder folder;
  const std::string path = folder / "rows.gz", text = even_text(1);
  std::string members;  // short ones, since an inflater is ahead of its text by up to a window
  for (std::size_t begin = 0; begin < text.size(); begin += 1000)
    members += gzip_member(text.substr(begin, 1000));
  write_text(path, members);
  CHECK(estimate_data({path}, {}).exact);
  CHECK(estimate_data({path}, {}).rows == rows);
  const DataEstimate head = estimate_data({path}, {}, {.piece = 500, .places = 20, .head = text.size() / 2});
  CHECK_FALSE(head.exact);
  CHECK(head.sample.rows() < 0.6 * rows);
  check_near(head.rows, rows, 0.05);
  check_near(head.text_bytes, static_cast<double>(text.size()), 0.05);
  CHECK(head.bytes == members.size());
}

TEST_CASE("estimate: a place in the midst of a long line is left out, bad lines are counted") {
  const TemporaryFolder folder;
  const std::string path = folder / "rows.svm";
  std::string text = "1 1:1\n-1 x\n1 1:1";
  for (int j = 2; j < 1000; ++j) text += ' ' + std::to_string(j) + ":1";
  write_text(path, text + "\n-1 1:1\n");
  const DataEstimate estimate = estimate_data({path}, {}, {.piece = 64, .places = 8});
  CHECK(estimate.bad_lines >= 1);
  CHECK(estimate.sample.rows() >= 1);
  CHECK(estimate.sample.rows() <= 3);
}

TEST_CASE("estimate: CSV has its columns at every place") {
  const TemporaryFolder folder;
  const std::string path = folder / "rows.csv";
  std::string text = "a,class,b\n";
  for (std::size_t i = 0; i < rows; ++i) text += i % 2 == 0 ? "1,0,2\n" : "3,1,4\n";
  write_text(path, text);
  const ReadOptions options{.syntax = TextSyntax::csv, .label_column = "class"};
  const DataEstimate estimate = estimate_data({path}, options, {.piece = 500, .places = 10});
  check_near(estimate.rows, rows, 0.01);
  check_near(estimate.nonzeros, 2 * rows, 0.01);
  CHECK(estimate.sample.distinct_labels() == std::vector<double>{0, 1});
  CHECK(estimate.sample.features() == 2);
}

TEST_CASE("estimate: what can not be sampled is refused") {
  const TemporaryFolder folder;
  const std::string empty = folder / "empty", zipped = folder / "damaged.gz";
  write_text(empty, "");
  write_text(zipped, gzip_member(even_text(1)).substr(0, 200));
  CHECK_THROWS_AS(estimate_data({empty}, {}), DataError);
  CHECK_THROWS_AS(estimate_data({zipped}, {}), DataError);
  CHECK_THROWS_AS(estimate_data({"-"}, {}), UsageError);
  CHECK_THROWS_AS(estimate_data({"/dev/null"}, {}), Error);
  CHECK_THROWS_AS(estimate_data({folder / "absent"}, {}), IoError);
}
