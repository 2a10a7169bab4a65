#include "sparselearn/base/checksum.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sparselearn;

TEST_CASE("checksum: the published check value of CRC-64/XZ") {
  CHECK(checksum("123456789") == 0x995DC9BBDF1939FAULL);
  CHECK(checksum("") == 0);
}

TEST_CASE("checksum: pieces give what the whole gives") {
  std::string text;
  for (int k = 0; k < 100; ++k) text += static_cast<char>(k * 37);
  for (std::size_t cut = 0; cut <= text.size(); ++cut)
    CHECK(checksum(text.substr(cut), checksum(text.substr(0, cut))) == checksum(text));
}

// The expected numbers were computed by a second implementation, in Python, from the formula.
TEST_CASE("fast checksum: the same on every machine") {
  std::string text;
  for (int k = 0; k < 1000; ++k) text += static_cast<char>(k * 37);
  CHECK(fast_checksum("") == 0x58C8BD819690D4C6ULL);
  CHECK(fast_checksum("123456789") == 0xC9B9FDA87C1E838CULL);
  CHECK(fast_checksum(text) == 0x4BE53F0D843915F2ULL);
}

TEST_CASE("fast checksum: every flipped bit, every lost and every added byte changes it") {
  for (const std::size_t size : {1U, 7U, 8U, 9U, 31U, 32U, 33U, 64U, 100U}) {
    std::string text;
    for (std::size_t k = 0; k < size; ++k) text += static_cast<char>(k % 3);
    const std::uint64_t sum = fast_checksum(text);
    for (std::size_t bit = 0; bit < 8 * size; ++bit) {
      std::string flipped = text;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      CHECK(fast_checksum(flipped) != sum);
    }
    CHECK(fast_checksum(text.substr(1)) != sum);
    CHECK(fast_checksum(text.substr(0, size - 1)) != sum);
    CHECK(fast_checksum(text + '\0') != sum);
  }
}

TEST_CASE("fast checksum: two top bits of one lane do not cancel out") {
  for (std::size_t distance = 32; distance <= 128; distance += 32) {
    std::string text(256, '\0');
    const std::uint64_t sum = fast_checksum(text);
    text[7] = text[7 + distance] = '\x80';
    CHECK(fast_checksum(text) != sum);
  }
}
