// Every kind of defect found where it is, good lines left alone, and repaired text that reads as it should.
#include "sparselearn/data/check.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "same_blocks.hpp"
#include "sparselearn/base/error.hpp"
#include "temporary_file.hpp"

using namespace sparselearn;
using namespace std::string_literals;

namespace {

struct Checked {
  CheckReport report;
  std::string repaired;
};

Checked check(const std::string& text, const ReadOptions& options = {}) {
  const TemporaryDirectory directory;
  Checked checked;
  const auto keep = [&](std::string_view piece) { checked.repaired += piece; };
  checked.report = check_text({directory.file("text", text)}, options, keep);
  return checked;
}

struct Case {
  std::string line;
  Defect defect;
  std::uint64_t column;
  std::string repaired;  // empty: dropped
};

/// ":LINE:COLUMN: " of a message.
bool stands_at(const std::string& message, std::uint64_t line, std::uint64_t column) {
  return message.find("text:" + std::to_string(line) + ":" + std::to_string(column) + ": ") !=
         std::string::npos;
}

}  // namespace

TEST_CASE("check: each kind of defect, its place and its repair") {
  const Case cases[] = {
      {"+1 1:\0"s, Defect::nul_byte, 6, ""},
      {"+1 1:1 \xef\xbb\xbf", Defect::stray_byte, 8, ""},
      {"+1\v1:1", Defect::stray_byte, 1, ""},
      {"+1 1:1\r\r", Defect::stray_byte, 6, ""},
      {"x 1:1", Defect::label, 1, ""},
      {"  nan 1:1", Defect::label_not_finite, 3, ""},
      {"+1 1:1 x:2", Defect::feature, 8, ""},
      {"+1 1:1 2", Defect::feature, 9, ""},
      {"+1 1:1 2:", Defect::feature, 10, ""},
      {"+1 1:1 2: 3:1", Defect::feature, 10, ""},
      {"+1 1:inf", Defect::value_not_finite, 6, ""},
      {"+1 1:1e39", Defect::value_not_finite, 6, ""},
      {"+1 4294967296:1", Defect::index_too_large, 4, ""},
      {"+1 2:1 1:0.50000000001", Defect::unsorted, 8, "+1 1:0.50000000001 2:1\n"},
      {"+1 2:1 2:0.5 # c", Defect::duplicate, 8, "+1 2:1.5 # c\n"},
      {"+1 qid:7 2:1 2:-1 3:1", Defect::duplicate, 14, "+1 qid:7 2:0 3:1\n"},
      {"1 2:1", Defect::label_spelling, 1, "+1 2:1\n"},
      {" 1.0\t2:1#c", Defect::label_spelling, 2, " +1\t2:1#c\n"},
  };
  const std::string before = "# a comment\r\n\n+1 1:1\r\n", after = "-1 3:0.1  # last, without an end";
  for (const Case& each : cases) {
    CAPTURE(each.line);
    const Checked checked = check(before + each.line + "\n" + after);
    CHECK(checked.report.lines == 5);
    CHECK(checked.report.bad_lines == 1);
    CHECK(checked.report.repaired == !each.repaired.empty());
    CHECK(checked.report.rows == 2 + !each.repaired.empty());
    CHECK_FALSE(checked.report.clean());
    for (std::size_t k = 0; k < defect_count; ++k) {
      CAPTURE(kind_of(static_cast<Defect>(k)).name);
      CHECK(checked.report.defects[k].lines == (static_cast<Defect>(k) == each.defect));
    }
    REQUIRE(checked.report.of(each.defect).first.size() == 1);
    CAPTURE(checked.report.of(each.defect).first[0]);
    CHECK(stands_at(checked.report.of(each.defect).first[0], 4, each.column));
    CHECK(checked.repaired == before + each.repaired + after + "\n");
  }
}

TEST_CASE("check: a line counts once for each of its defects, and three places of a kind are kept") {
  const Checked one = check("1 5:nan 4:1 4:1 x y 3:nan \n1 1:1\n");
  CHECK(one.report.bad_lines == 1);
  for (const Defect defect : {Defect::value_not_finite, Defect::feature, Defect::unsorted, Defect::duplicate})
    CHECK(one.report.of(defect).lines == 1);
  CHECK(one.repaired == "1 1:1\n");

  std::string text;
  for (int k = 0; k < 30000; ++k) text += "1 1:1 2:1\n1 2:1 1:1\n";  // several pieces
  const Checked many = check(text);
  CHECK(many.report.of(Defect::unsorted).lines == 30000);
  REQUIRE(many.report.of(Defect::unsorted).first.size() == 3);
  CHECK(stands_at(many.report.of(Defect::unsorted).first[2], 6, 7));
  CHECK(many.report.rows == 60000);
  CHECK(check(many.repaired).report.clean());
}

TEST_CASE("check: index 0 is a defect where indices start at 1, and else a note") {
  const std::string text = "1 0:1 1:1\n2 1:1\n1 3:1 0:2\n";
  const Checked checked = check(text);
  CHECK(checked.report.index_zero.lines == 2);
  REQUIRE(checked.report.index_zero.first.size() == 2);
  CHECK(stands_at(checked.report.index_zero.first[1], 3, 7));
  CHECK(checked.repaired == "1 0:1 1:1\n2 1:1\n1 0:2 3:1\n");
  CHECK(check("1 0:1\n").report.clean());

  ReadOptions from_one;
  from_one.index_base = ReadOptions::IndexBase::one;
  const Checked refused = check(text, from_one);
  CHECK(refused.report.of(Defect::index_zero).lines == 2);
  CHECK(refused.repaired == "2 1:1\n");
}

TEST_CASE("check: sums beyond a float, files without rows, lines with too many faults") {
  CHECK(check("1 1:3e38 1:3e38\n1 1:1\n").report.of(Defect::sum_not_finite).lines == 1);
  CHECK(check("# nothing\n").report.of(Defect::no_rows).lines == 1);
  CHECK_FALSE(check("").report.clean());
  std::string hostile = "1";
  for (int k = 0; k < 100000; ++k) hostile += " x";
  const Checked checked = check(hostile + "\n1 1:1\n");
  CHECK(checked.report.of(Defect::feature).lines == 1);
  CHECK(checked.repaired == "1 1:1\n");
}

TEST_CASE("check: many labels are measurements, whose spelling is free") {
  std::string text;
  for (int k = 0; k < 2000; ++k) text += std::to_string(k) + " 1:1\n";
  CHECK(check(text + "1999.0 1:1\n").report.clean());
  CHECK(check("3 1:1\n3.5 1:1\n").report.clean());
}

TEST_CASE("check: rows in disorder, once repaired, read as with --unsorted") {
  std::mt19937_64 random(7);
  std::string text;
  for (int row = 0; row < 3000; ++row) {
    text += random() % 2 ? "1" : "-1";
    for (std::uint64_t k = random() % 12; k > 0; --k)
      text += " " + std::to_string(random() % 20) + ":" + std::to_string(random() % 100) + "." +
              std::to_string(random() % 1000000);
    text += "\n";
  }
  const TemporaryDirectory directory;
  ReadOptions lenient;
  lenient.unsorted = true;
  ReadReport report;
  const Dataset expected = read_dataset({directory.file("text", text)}, lenient, report);
  const Checked checked = check(text);
  REQUIRE(checked.report.repaired > 1000);
  const Dataset found = read_dataset({directory.file("fixed", checked.repaired)}, {}, report);
  CHECK(same_rows(found, expected));
}
