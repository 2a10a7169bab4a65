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
