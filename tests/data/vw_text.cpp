// Vowpal Wabbit's simple form: rows, hashes, bad lines.
#include <doctest/doctest.h>

#include <string>

#include "data/murmur_hash.hpp"
#include "data/vw_parser.hpp"
#include "gzip_text.hpp"
#include "rows_of_text.hpp"
#include "same_blocks.hpp"
#include "sparselearn/base/random.hpp"

using namespace sparselearn;
using namespace std::string_literals;
using tests::row_text;

namespace {

ReadOptions vw_options() {
  ReadOptions options;
  options.syntax = TextSyntax::vw;
  return options;
}

Dataset read(const std::string& text, const ReadOptions& options = vw_options(),
             std::size_t chunk = std::size_t{1} << 18) {
  return tests::rows_of(text, options, chunk);
}

std::string complaint(const std::string& text, const ReadOptions& options = vw_options()) {
  return tests::complaint_about(text, options);
}

std::string some_rows(std::size_t count) {
  Random random(9);
  std::string text;
  for (std::size_t r = 0; r < count; ++r) {
    text += (r % 2 == 0 ? "1" : "-1") + (r % 3 == 0 ? " 2.5"s : ""s) + (r % 5 == 0 ? " 'tag" : "") + " |";
    for (std::uint64_t k = random.below(6); k > 0; --k)
      text += " " + std::to_string(random.below(500)) + (r % 4 == 0 ? ":0.5" : "");
    if (r % 7 == 0) text += "|words:2 some thing" + std::to_string(random.below(20)) + ":3";
    text += "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("MurmurHash3: the values of its reference") {
  CHECK(murmur_hash("", 0) == 0);
  CHECK(murmur_hash("", 1) == 0x514E28B7);
  CHECK(murmur_hash("test", 0) == 0xBA6BD213);
  CHECK(murmur_hash("Hello, world!", 0) == 0xC0363E43);
  CHECK(murmur_hash("Hello, world!", 0x9747B28C) == 0x24884CBA);
  CHECK(murmur_hash("The quick brown fox jumps over the lazy dog", 0x9747B28C) == 0x2FA826CD);
}

TEST_CASE("vw: features have the indices that Vowpal Wabbit gives them") {
  ReadOptions options = vw_options();
  options.name_bits = 18;  // as in the readable model of its tutorial's houses
  const Dataset data = read("1 | price:.5 sqft:.25 age:.75 2006\n", options);
  CHECK(row_text(data, 0) == "2006:1.00 162853:0.25 165201:0.75 229902:0.50");
  CHECK(row_text(read("1 | price\n"), 0) == "13337102:1.00");  // of 24 bits, the same in the lower 18
}

TEST_CASE("vw: one small file, row by row") {
  const Dataset data = read(
      "1 | 3:0.5 1 7:-2\n\n-1.5 2 'tag |a:2 x:3 5|b x\r\n0 third| 4:0 2:0.25 2:0.5 |\n2 |c :0.5 :0.25\n"
      "3 0.5 |");
  REQUIRE(data.rows() == 5);
  CHECK(data.index_base() == 0);
  CHECK(row_text(data, 0) == "1:1.00 3:0.50 7:-2.0");
  const auto at = [](std::string_view name, std::string_view space) {
    return static_cast<std::uint32_t>(vw_hash(name, vw_hash(space, 0)) & 0xFFFFFF);
  };
  const RowView second = data.row(data.place(1));
  REQUIRE(second.size == 3);
  for (const auto& [index, value] :
       {std::pair(at("x", "a"), 6.0F), std::pair(at("5", "a"), 2.0F), std::pair(at("x", "b"), 1.0F)}) {
    const auto* const found = std::find(second.index, second.index + 3, index);
    REQUIRE(found != second.index + 3);
    CHECK(second.value[found - second.index] == value);
  }
  CHECK(at("5", "a") == ((vw_hash("a", 0) + 5) & 0xFFFFFF));
  CHECK(row_text(data, 2) == "2:0.75");  // twice the same is added up
  const std::uint64_t c = vw_hash("c", 0);
  CHECK(data.row(data.place(3)).index[0] == (c & 0xFFFFFF));
  CHECK(data.row(data.place(3)).index[1] == ((c + 1) & 0xFFFFFF));
  CHECK(row_text(data, 4).empty());
  const double labels[] = {1, -1.5, 0, 2, 3}, weights[] = {1, 2, 1, 1, 0.5};
  for (std::uint64_t i = 0; i < 5; ++i) {
    CHECK(data.label(data.place(i)) == labels[i]);
    CHECK(data.weight(data.place(i)) == weights[i]);
  }
  CHECK(data.total_weight() == 5.5);
}

TEST_CASE("vw: numbers are indices, which may start at 1; names do not move") {
  ReadOptions options = vw_options();
  options.index_base = ReadOptions::IndexBase::one;
  CHECK(row_text(read("1 | 1 4294967295\n", options), 0) == "0:1.00 4294967294:1.00");
  CHECK(row_text(read("1 | 4294967294\n"), 0) == "4294967294:1.00");
  CHECK(row_text(read("1 | price\n", options), 0) == row_text(read("1 | price\n"), 0));
  CHECK(complaint("1 | 0\n", options).starts_with(":1:5: error: expected indices from 1, found index 0"));
  options = vw_options();
  options.max_index = 9;
  CHECK(complaint("1 | 10\n", options).starts_with(":1:5: error: expected an index of at most 9, found 10"));
}

TEST_CASE("vw: a label may be missing where none is needed") {
  ReadOptions options = vw_options();
  CHECK(complaint("| 1\n") == ":1:1: error: expected a label before '|'");
  CHECK(complaint("1 | 1\n'tag | 1\n") == ":2:6: error: expected a label before '|'");
  options.label_optional = true;
  const Dataset data = read("| 1\n'tag | 1\n5 | 1\n", options);
  CHECK(data.rows() == 3);
  CHECK(data.label(data.place(0)) == 0);
  CHECK(data.label(data.place(2)) == 5);
}

TEST_CASE("vw: a bad line is named with its place, what was expected and what was found") {
  const std::pair<std::string, std::string> bad[] = {
      {"1 1:2\n", ":1:6: error: expected '|' and features, found the end of the line"},
      {"1 | 1\nx | 1\n", ":2:1: error: expected a number as label, found 'x'"},
      {"nan | 1\n", ":1:1: error: expected a finite label, found 'nan'"},
      {"1 -2 | 1\n", ":1:3: error: expected a finite importance >= 0, found '-2'"},
      {"1 inf | 1\n", ":1:3: error: expected a finite importance >= 0, found 'inf'"},
      {"1 2 3 | 1\n", ":1:5: error: expected '|' or a tag, found '3'"},
      {"1 | a:\n", ":1:7: error: expected a number as value, found the end of the line"},
      {"1 | a:x b\n", ":1:7: error: expected a number as value, found 'x'"},
      {"1 | a:1:2\n", ":1:7: error: expected a number as value, found '1:2'"},
      {"1 | a:|b\n", ":1:7: error: expected a number as value, found '|'"},
      {"1 | a:1e39\n", ":1:7: error: expected a finite value that fits a 32-bit float, found '1e39'"},
      {"1 |n:y a\n", ":1:6: error: expected a number as value, found 'y'"},
      {"1 |n:1e30 a:1e30\n", ":1:13: error: expected a finite value that fits a 32-bit float, found '1e30'"},
      {"1 | 4294967295\n", ":1:5: error: expected an index of at most 4294967294, found 4294967295"},
      {"1 | 99999999999999999999999\n",
       ":1:5: error: expected an index of at most 4294967294, found 99999999999999999999999"},
      {"1 | a:3e38 a:3e38\n",
       ":1:1: error: expected finite values, found an index whose values add up beyond a 32-bit float"},
      {"1 | a\0\n"s, ":1:6: error: expected text, found a NUL byte"},
  };
  for (const auto& [text, message] : bad) CHECK(complaint(text) == message);
  ReadOptions options = vw_options();
  options.skip_bad_lines = true;
  std::string all = "1 | 1\n";
  for (const auto& [text, message] : bad) all += text;
  const Dataset data = read(all, options);
  CHECK(data.rows() == 2);  // the first line, and that of the second case
}

TEST_CASE("vw: the same rows however the text is cut, and compressed") {
  const std::string text = some_rows(3000);
  const Dataset whole = read(text);
  CHECK(whole.rows() == 3000);
  CHECK(whole.weighted());
  for (const std::size_t chunk : {64U, 1000U, 30000U}) {
    const Dataset cut = read(text, vw_options(), chunk);
    CHECK(cut.blocks().size() > 1);
    CHECK(same_rows(whole, cut));
    CHECK(cut.total_weight() == doctest::Approx(whole.total_weight()).epsilon(1e-12));
  }
  CHECK(same_rows(whole, read(gzip(text))));
}

TEST_CASE("vw: whatever the bytes, rows are in order and finite, and the cuts do not matter") {
  const std::string good = some_rows(40);
  ReadOptions options = vw_options();
  options.skip_bad_lines = true;
  Random random(4);
  for (int round = 0; round < 400; ++round) {
    std::string text = good;
    for (std::uint64_t k = random.below(30); k > 0; --k)
      text[random.below(text.size())] = "|:' \t\n\r\0-+.eE0123456789abc"[random.below(26)];
    CAPTURE(text);
    const Dataset whole = read(text, options), cut = read(text, options, 50);
    CHECK(same_rows(whole, cut));
    for (std::uint64_t i = 0; i < whole.rows(); ++i) {
      const RowView row = whole.row(whole.place(i));
      for (std::size_t k = 0; k < row.size; ++k) {
        CHECK((k == 0 || row.index[k] > row.index[k - 1]));
        CHECK(row.index[k] < whole.features());
        CHECK(std::isfinite(row.value_at(k)));
      }
      CHECK(std::isfinite(whole.label(whole.place(i))));
      CHECK(whole.weight(whole.place(i)) >= 0);
    }
  }
}
