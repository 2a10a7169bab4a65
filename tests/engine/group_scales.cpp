#include "engine/group_scales.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <set>
#include <vector>

#include "sparselearn/base/random.hpp"

using namespace sparselearn;

namespace {

// Ascending indices, most of them small.
std::vector<std::uint32_t> ascending(std::size_t size, std::uint32_t below, Random& random) {
  std::set<std::uint32_t> found;
  while (found.size() < size)
    found.insert(static_cast<std::uint32_t>(std::exp(random.uniform() * std::log(below))) - 1);
  return {found.begin(), found.end()};
}

void check_row(const RowView& x, const GroupScales& s) {
  CAPTURE(x.size);
  CAPTURE(s.end);
  std::vector<double> expected(x.size, 7.0), found = expected;
  double lane[8] = {};
  std::size_t count = 0;
  for (std::size_t k = 0; k < x.size; ++k) {
    const std::uint32_t j = x.index[k];
    if (j >= s.end) continue;
    std::size_t group = 0;
    if (s.group != nullptr)
      group = s.group[j];
    else
      while (std::uint64_t{j} >> group != 0) ++group;
    const double value = x.value ? static_cast<double>(x.value[k]) : 1;
    expected[k] = s.scale[group] * value;
    lane[k % 8] += (s.scale[group] - s.others) * (value * value);
    ++count;
  }
  const double sum =
      ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
  for (const auto& form : {scale_row, scale_row_scalar}) {
    found.assign(x.size, 7.0);
    const GroupScales::Found got = form(x, s, found.data());
    CHECK(got.count == count);
    CHECK(std::bit_cast<std::uint64_t>(got.sum) == std::bit_cast<std::uint64_t>(sum));
    CHECK(found == expected);  // and nothing beyond
  }
}

}  // namespace

TEST_CASE("group scales: the bits of the lane definition, at every length, for octaves and for a table") {
  Random random(11);
  GroupScales octaves;
  octaves.others = 1.7;
  for (double& scale : octaves.scale) scale = random.uniform() + 0.1;
  GroupScales table = octaves;
  std::vector<std::uint8_t> groups(5000);
  for (std::uint8_t& group : groups) group = static_cast<std::uint8_t>(random.below(32));
  table.group = groups.data();
  for (std::size_t size = 0; size < 40; ++size) {
    const auto wide = ascending(size, std::uint32_t{1} << 31, random), narrow = ascending(size, 4997, random);
    std::vector<float> value(size);
    for (float& v : value) v = static_cast<float>(random.uniform() - 0.5);
    for (const float* values :
         {static_cast<const float*>(value.data()), static_cast<const float*>(nullptr)}) {
      for (const std::uint32_t end : {0U, 1U, 100U, 4997U, 1U << 31}) {
        octaves.end = end;
        check_row({wide.data(), values, size}, octaves);
        if (end > 4997) continue;
        table.end = end;
        check_row({narrow.data(), values, size}, table);
      }
    }
  }
}
