// The real data sets of this machine: rows, features and nonzeros as their README gives them.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "sparselearn/data/reader.hpp"

using namespace sparselearn;

namespace {

struct RealSet {
  const char* name;
  std::uint64_t rows, features, nonzeros;
  std::size_t labels;
};

constexpr RealSet sets[] = {
    {"a9a", 32561, 123, 451592, 2},
    {"a9a.t", 16281, 122, 225731, 2},
    {"cpusmall", 8192, 12, 94903, 56},
    {"heart_scale", 270, 13, 3378, 2},
    {"housing_scale", 506, 13, 6578, 229},
    {"imdb", 25000, 5192677, 14762877, 2},
    {"letter.scale", 20000, 16, 320000, 26},
    {"mushrooms", 8124, 112, 170604, 2},
    {"news20", 15935, 62061, 1272569, 20},
    {"news20.t", 3993, 62060, 321123, 20},
    {"reuters", 15390, 40661, 1266315, 2},
    {"reuters.t", 6188, 40661, 462614, 2},
    {"url_Day0.first1000", 2000, 3231949, 233595, 2},
    {"w8a", 49749, 300, 579586, 2},
};

}  // namespace

TEST_CASE("real data sets have the published sizes") {
  for (const RealSet& set : sets) {
    const std::string path = std::string(SPARSELEARN_REAL_DATA) + "/" + set.name + ".gz";
    CAPTURE(path);
    if (!std::filesystem::exists(path)) {
      MESSAGE("skipped, not on this machine: " << path);
      continue;
    }
    ReadReport report;
    const Dataset data = read_dataset({path}, {}, report);
    CHECK(data.rows() == set.rows);
    CHECK(data.features() == set.features);
    CHECK(data.nonzeros() == set.nonzeros);
    CHECK(data.distinct_labels().size() == set.labels);
  }
}
