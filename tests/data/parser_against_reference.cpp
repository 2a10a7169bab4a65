// The fast parser against the slow one, on valid and on damaged text.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <string>

#include "compare_parsers.hpp"
#include "data/decimal.hpp"
#include "sparselearn/base/random.hpp"

using namespace sparselearn;
using namespace std::string_view_literals;

namespace {

/// Text of the kinds people have, and of the kinds nobody should have.
class TextMaker {
 public:
  explicit TextMaker(std::uint64_t seed) : random_(seed) {}

  /// `lists`: rows have lists of labels.
  std::string text(bool lists = false) {
    lists_ = lists;
    std::string text;
    const bool odd = chance(2), carriage_returns = chance(4);
    const std::uint64_t first = random_.below(2), lines = 1 + random_.below(12);
    for (std::uint64_t i = 0; i < lines; ++i) {
      text += line(first, odd);
      if (i + 1 < lines || !chance(4)) text += carriage_returns ? "\r\n" : "\n";
    }
    return text;
  }

  /// Changes, inserts or removes a few bytes.
  void damage(std::string& text) {
    constexpr std::string_view likely = "0123456789:.+-eE \t\r\n#qidxnaf\0,,\xff"sv;
    for (std::uint64_t i = 1 + random_.below(3); i > 0 && !text.empty(); --i) {
      const std::size_t at = random_.below(text.size());
      const char byte =
          chance(8) ? static_cast<char>(random_.below(256)) : likely[random_.below(likely.size())];
      const auto kind = random_.below(4);
      if (kind == 0)
        text.erase(at, 1);
      else if (kind == 1)
        text.insert(at, 1, byte);
      else if (kind == 2)
        text[at] = byte;
      else
        text.insert(at, text.substr(random_.below(text.size()), random_.below(12)));
    }
  }

 private:
  bool chance(std::uint64_t one_in) { return random_.below(one_in) == 0; }

  std::string blanks(bool odd) {
    static constexpr const char* kinds[] = {" ", "  ", "\t", " \t ", "   "};
    return odd && chance(3) ? kinds[random_.below(5)] : " ";
  }

  std::string line(std::uint64_t first, bool odd) {
    if (odd && chance(8)) return chance(2) ? "# comment " + number() : blanks(true);
    std::string text = odd && chance(6) ? blanks(true) : "";
    if (lists_)
      text += list();
    else
      text += label();
    if (odd && chance(5)) text += blanks(true) + "qid:" + std::to_string(random_.below(100));
    std::uint64_t index = first;
    for (std::uint64_t k = random_.below(30); k > 0; --k) {
      text += blanks(odd);
      index +=
          random_.below(10) < 8 ? random_.below(50) : random_.below(std::uint64_t{1} << random_.below(32));
      text += std::to_string(index++);
      text += ":" + value(odd);
    }
    if (odd && chance(6)) text += blanks(true);
    if (odd && chance(6)) text += "# 1:2";
    return text;
  }

  // Labels are few, so that some come twice.
  std::string list() {
    std::string text;
    for (std::uint64_t k = random_.below(5); k > 0; --k)
      text += (text.empty() ? "" : ",") +
              (chance(4) ? label() : std::to_string(random_.below(40)) + (chance(9) ? ".5" : ""));
    return text;
  }

  std::string label() {
    static constexpr const char* kinds[] = {"1",  "+1",       "-1",        "0",    "3",
                                            "-0", "12345678", "123456789", "2.50", "+7e-3"};
    return chance(3) ? number() : kinds[random_.below(10)];
  }

  std::string value(bool odd) {
    if (chance(2)) return "1";
    if (odd && chance(20)) return chance(2) ? "0" : "-0.000";
    return number();
  }

  std::string number() {
    static constexpr const char* patterns[] = {"%.0f", "%.1f", "%.6f", "%.9f", "%.17g",
                                               "%.6g", "%.9g", "%.3e", "%.12f"};
    const double magnitude = std::pow(10.0, static_cast<double>(random_.below(12)) - 7);
    char text[64];
    std::snprintf(text, sizeof text, patterns[random_.below(9)], magnitude * (random_.uniform() * 2 - 0.5));
    return (chance(10) && text[0] != '-' ? "+" : "") + std::string(text);
  }

  Random random_;
  bool lists_ = false;
};

constexpr unsigned formats = numbered_formats;

}  // namespace

TEST_CASE("the parser agrees with the reference on valid text") {
  TextMaker maker(11);
  for (unsigned i = 0; i < 6000; ++i) {
    const RowFormat format = numbered_format(i % formats);
    const std::string text = maker.text(format.label_lists);
    CAPTURE(text);
    CAPTURE(i);
    REQUIRE(difference(text, format) == "");
  }
}

TEST_CASE("the parser agrees with the reference on damaged text") {
  TextMaker maker(12);
  for (unsigned i = 0; i < 30000; ++i) {
    const RowFormat format = numbered_format(i % formats);
    std::string text = maker.text(format.label_lists);
    maker.damage(text);
    CAPTURE(text);
    CAPTURE(i);
    REQUIRE(difference(text, format) == "");
  }
}

TEST_CASE("the parser agrees with the reference on any prefix of a text") {
  TextMaker maker(13);
  for (const bool lists : {false, true}) {
    const std::string text = maker.text(lists) + "\n" + maker.text(lists);
    for (std::size_t size = 0; size <= text.size(); ++size) {
      CAPTURE(size);
      REQUIRE(difference(std::string_view(text).substr(0, size), numbered_format(lists ? 12 : 0)) == "");
    }
  }
}

TEST_CASE(
    "the parser agrees with the reference on text of several windows and on a line longer than a window") {
  TextMaker maker(14);
  std::string text;
  while (text.size() < 500'000) text += maker.text() + "\n";
  text += "1";
  for (int i = 1; i < 40'000; ++i) text += " " + std::to_string(i) + ":1";
  text += "\n2 3:4\n1";
  for (int i = 1; i < 40'000; ++i) text += " " + std::to_string(i) + ":0.25";
  for (unsigned number = 0; number < formats; ++number) {
    CAPTURE(number);
    CHECK(difference(text, numbered_format(number)) == "");
  }
}

// 20,000 numbers that lie on, or a hair beside, the middle between two neighbouring floats, with all numbers
// of digits.
TEST_CASE("values round correctly to float near the middle between two floats") {
  Random random(15);
  for (int i = 0; i < 20'000; ++i) {
    const float low = std::ldexp(1.0F + static_cast<float>(random.below(1U << 23)) * 0x1p-23F,
                                 static_cast<int>(random.below(40)) - 30);
    const double middle = (static_cast<double>(low) + static_cast<double>(std::nextafter(low, 1e30F))) / 2;
    char text[96];
    std::snprintf(text, sizeof text, "1 1:%.*f\n", static_cast<int>(random.below(22)), middle);
    CAPTURE(text);
    REQUIRE(difference(text, numbered_format(0)) == "");
  }
}

TEST_CASE("indices at the limits") {
  RowFormat format = numbered_format(2);
  for (const char* text :
       {"1 4294967295:1\n", "1 4294967296:1\n", "1 99999999:1 100000000:2 999999999:3 4294967294:4\n",
        "1 00000000000000000007:1\n", "1 18446744073709551617:1\n", "1 4294967297:1\n"}) {
    CAPTURE(text);
    CHECK(difference(text, format) == "");
  }
  for (const std::uint64_t highest : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{9}, std::uint64_t{10},
                                      std::uint64_t{123}, std::uint64_t{99'999'999}}) {
    format.highest_index = highest;
    for (const char* text : {"1 1:1\n", "1 9:1\n", "1 10:1\n", "1 99:1\n", "1 123:1\n", "1 124:1\n",
                             "1 99999999:1\n", "1 100000000:1\n"}) {
      CAPTURE(text);
      CAPTURE(highest);
      CHECK(difference(text, format) == "");
    }
  }
}
