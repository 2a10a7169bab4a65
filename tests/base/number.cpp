#include "sparselearn/base/number.hpp"

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <charconv>
#include <clocale>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "sparselearn/base/random.hpp"

using namespace sparselearn;

TEST_CASE("to_text: shortest decimals read back to the same bits") {
  using limits = std::numeric_limits<double>;
  for (const double value : {0.0, -0.0, 0.1, 1.0 / 3, 1e23, limits::max(), limits::min(),
                             limits::denorm_min(), -limits::max(), 123456789012345678.0, 5e-324})
    CHECK(std::bit_cast<std::uint64_t>(*parse_double(to_text(value))) == std::bit_cast<std::uint64_t>(value));
  Random random(7);
  for (int k = 0; k < 20000; ++k) {
    const double value = std::bit_cast<double>(random.next());
    if (!std::isfinite(value)) continue;
    REQUIRE(*parse_double(to_text(value)) == value);
  }
  CHECK(to_text(0.1) == "0.1");
  CHECK(to_text(100.0) == "100");
  CHECK(to_text(limits::infinity()) == "inf");
  CHECK(to_text(-limits::infinity()) == "-inf");
  CHECK(to_text(-limits::quiet_NaN()) == "nan");
}

TEST_CASE("to_text: the decimals of std::to_chars") {
  std::array<char, 32> buffer;
  std::uint64_t checked = 0;
  const auto check = [&](double value) {
    if (!std::isfinite(value)) return;
    const char* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    REQUIRE(to_text(value) == std::string_view(buffer.data(), end));
    ++checked;
  };
  Random random(11);
  constexpr std::uint64_t fraction = (std::uint64_t{1} << 52) - 1;
  for (int k = 0; k < 50000; ++k) {
    const std::uint64_t bits = random.next();
    check(std::bit_cast<double>(bits));
    for (const std::uint64_t exponents : {20U, 240U})  // near 1, and from 2^-180 to 2^60
      check(std::bit_cast<double>((bits & fraction) | (1023 - exponents * 3 / 4 + random.below(exponents))
                                                          << 52));
    const auto whole = static_cast<double>(bits >> random.below(64));
    check(whole);
    check(-whole / std::pow(10.0, static_cast<double>(random.below(20))));
    check(static_cast<double>(static_cast<float>(whole) * 0x1p-40F));
  }
  // Next to powers of two and of ten.
  for (int e = -200; e < 70; ++e)
    for (const double power : {std::ldexp(1.0, e), std::pow(10.0, e / 4.0)})
      for (std::uint64_t k = 0; k < 20; ++k) {
        check(std::bit_cast<double>(std::bit_cast<std::uint64_t>(power) + k));
        check(std::bit_cast<double>(std::bit_cast<std::uint64_t>(power) - k));
      }
  CHECK(checked > 300'000);
}

TEST_CASE("append_text: at the end of what is there") {
  std::string text = "w ";
  append_text(-0.25, text);
  append_text(std::uint64_t{18446744073709551615U}, text);
  append_text(-std::numeric_limits<double>::infinity(), text);
  append_text(-2.2250738585072014e-308, text);
  CHECK(text == "w -0.2518446744073709551615-inf-2.2250738585072014e-308");
}

TEST_CASE("to_text: significant digits") {
  CHECK(to_text(3.14159265, 3) == "3.14");
  CHECK(to_text(1e-10, 4) == "1e-10");
  CHECK(to_text(123456.0, 3) == "1.23e+05");
  CHECK(to_text(2.0, 4) == "2");
  CHECK(to_text(0.1, 5000).substr(0, 20) == "0.100000000000000005");
}

TEST_CASE("parse_double: strict, finite, whole") {
  CHECK(*parse_double("+1.5") == 1.5);
  CHECK(*parse_double("-2e3") == -2000);
  CHECK(*parse_double("1E+2") == 100);
  CHECK(*parse_double(".5") == 0.5);
  CHECK(*parse_double("5.") == 5);
  for (const char* bad : {"",       "+",
                          "-",      "+-1",
                          "--1",    "++1",
                          " 1",     "1 ",
                          "1x",     "0x10",
                          "nan",    "inf",
                          "-inf",   "infinity",
                          "1e",     "1e+",
                          "e5",     ".",
                          "1,5",    "1e400",
                          "-1e400", "1e99999999999999999999"})
    CHECK_MESSAGE(!parse_double(bad).has_value(), bad);
}

TEST_CASE("parse_double: what is too small is zero, what is too large is refused") {
  CHECK(*parse_double("1e-400") == 0);
  CHECK(std::signbit(*parse_double("-1e-400")));
  CHECK(*parse_double("1e-99999999999999999999") == 0);
  CHECK(*parse_double("0." + std::string(400, '0') + "1") == 0);
  CHECK(*parse_double("1000e-400") == 0);
  CHECK_FALSE(parse_double(std::string(400, '9')).has_value());
  CHECK_FALSE(parse_double(std::string(400, '9') + "e-10").has_value());
  CHECK_FALSE(parse_double("0.0001e400").has_value());
}

TEST_CASE("parse_unsigned: digits alone") {
  CHECK(*parse_unsigned("0") == 0);
  CHECK(*parse_unsigned("18446744073709551615") == UINT64_MAX);
  for (const char* bad : {"", "-1", "+1", " 1", "1 ", "1.0", "18446744073709551616", "x"})
    CHECK_MESSAGE(!parse_unsigned(bad).has_value(), bad);
}

TEST_CASE("with_commas and bytes_text") {
  CHECK(with_commas(0) == "0");
  CHECK(with_commas(999) == "999");
  CHECK(with_commas(1000) == "1,000");
  CHECK(with_commas(1234567) == "1,234,567");
  CHECK(bytes_text(999) == "999 B");
  CHECK(bytes_text(1536000) == "1.5 MB");
  CHECK(bytes_text(999949) == "999.9 kB");
  CHECK(bytes_text(999999) == "1.0 MB");
  CHECK(bytes_text(UINT64_MAX) == "18.4 EB");
}

TEST_CASE("numbers do not follow the locale") {
  const char* const german = std::setlocale(LC_ALL, "de_DE.UTF-8");
  if (german == nullptr) MESSAGE("locale de_DE.UTF-8 is not installed: only the C locale was tried");
  CHECK(to_text(1.5) == "1.5");
  CHECK(*parse_double("1.5") == 1.5);
  CHECK(bytes_text(1500) == "1.5 kB");
  std::setlocale(LC_ALL, "C");
}
