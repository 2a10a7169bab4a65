// What the fuzzer found worth keeping, on every run of the tests.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "compare_parsers.hpp"

TEST_CASE("the fuzzer's corpus, in all formats") {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(SPARSELEARN_SOURCE_DIR) +
                                                               "/tests/fuzz/corpus/parse_libsvm")) {
    std::ostringstream bytes;
    bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    const std::string input = bytes.str();
    if (input.empty()) continue;
    CAPTURE(entry.path().string());
    for (unsigned number = 0; number < numbered_formats; ++number)
      CHECK(difference(std::string_view(input).substr(1), numbered_format(number)) == "");
    ++files;
  }
  CHECK(files > 10);
}
