#include "sparselearn/data/writer.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "same_blocks.hpp"
#include "sparselearn/base/random.hpp"
#include "sparselearn/data/reader.hpp"
#include "temporary_file.hpp"

using namespace sparselearn;

namespace {

Dataset read_text(const std::string& text, ReadOptions::IndexBase base = ReadOptions::IndexBase::one) {
  const TemporaryDirectory directory;
  ReadOptions options;
  options.index_base = base;
  ReadReport report;
  return read_dataset({directory.file("text", text)}, options, report);
}

std::string written(const Dataset& data, const TextFormat& format) {
  std::string out;
  write_text(data, format, [&](std::string_view part) { out += part; });
  return out;
}

}  // namespace

TEST_CASE("rows are written with the shortest decimals, from either index base") {
  const Dataset data = read_text("+1 1:0.50 3:1.0 10:-2e0 # x\n-1\n2.50 4294967295:1e-7 # y\n");
  CHECK(written(data, {1, false}) == "1 1:0.5 3:1 10:-2\n-1\n2.5 4294967295:1e-07\n");
  CHECK(written(data, {0, false}) == "1 0:0.5 2:1 9:-2\n-1\n2.5 4294967294:1e-07\n");
  CHECK(written(read_text("1 1:1 2:1\n"), {}) == "1 1:1 2:1\n");
}

TEST_CASE("what is written reads back to the same numbers, plain and gzip") {
  Random random(21);
  Dataset data;
  for (int b = 0; b < 5; ++b) {
    RowBlock block;
    for (int r = 0; r < 500; ++r) {
      std::uint32_t index = static_cast<std::uint32_t>(random.below(10));
      for (std::uint64_t k = random.below(20); k > 0; --k) {
        float value = 0;
        while (value == 0 || !std::isfinite(value))
          value = std::bit_cast<float>(static_cast<std::uint32_t>(random.next()));
        block.indices.push_back(index);
        block.values.push_back(value);
        index += 1 + static_cast<std::uint32_t>(random.below(100'000'000));
      }
      block.offsets.push_back(block.indices.size());
      double label = std::numeric_limits<double>::quiet_NaN();
      while (!std::isfinite(label)) label = std::bit_cast<double>(random.next());
      block.labels.push_back(label);
    }
    data.append(std::move(block));
  }
  for (const int base : {0, 1})
    for (const bool gzip : {false, true}) {
      const auto as = base == 0 ? ReadOptions::IndexBase::zero : ReadOptions::IndexBase::one;
      Dataset back = read_text(written(data, {base, gzip}), as);
      data.set_index_base(base);
      CHECK(same_rows(back, data));
    }
}

TEST_CASE("gzip members of any text") {
  for (const std::size_t size : {std::size_t{1}, std::size_t{100'000}, std::size_t{3'000'000}}) {
    std::string text;
    Random random(size);
    while (text.size() < size) text += std::to_string(random.below(1000)) + "\n";
    std::string rows;
    const Dataset plain = read_text(text), packed = read_text(gzip_member(text));
    CHECK(same_blocks(packed, plain));
  }
}
