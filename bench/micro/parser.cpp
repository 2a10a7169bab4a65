// Speed of the LIBSVM parser on one thread, in bytes of text a second: text in memory to exact-size row
// blocks. Beside it, the speed at which the machine reads its memory.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>

#include "data/chunk_reader.hpp"
#include "data/row_parser.hpp"
#include "memory.hpp"
#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/base/random.hpp"

namespace {

using sparselearn::Random;
using sparselearn::RowFormat;
using sparselearn::RowParser;

constexpr std::size_t text_size = std::size_t{256} << 10;  // what the reader hands the parser at a time

struct Shape {
  std::size_t per_row;  // nonzeros a row
  std::uint64_t features;
  int decimals;  // 0: every value is 1
};

/// Rows with ascending indices of even gaps.
std::string make_text(const Shape& shape) {
  Random random(1);
  std::string text;
  char value[32];
  while (text.size() < text_size) {
    text += random.below(2) == 0 ? "+1" : "-1";
    std::uint64_t index = 0;
    const std::uint64_t gap = shape.features / shape.per_row;
    for (std::size_t k = 0; k < shape.per_row; ++k) {
      index += 1 + random.below(gap);
      if (shape.decimals == 0)
        std::snprintf(value, sizeof value, ":1");
      else
        std::snprintf(value, sizeof value, ":%.*g", shape.decimals, 0.001 + 0.3 * random.uniform());
      text += ' ' + std::to_string(index) + value;
    }
    text += '\n';
  }
  return text;
}

void parse(benchmark::State& state, const Shape& shape) {
  std::string text = make_text(shape);
  const std::size_t size = text.size();
  text.append(RowParser::padding, '\n');
  RowFormat format;
  format.lowest_index = 1;
  format.highest_index = UINT32_MAX;
  format.shift = 1;
  RowParser parser(format);
  std::size_t nonzeros = 0;
  for (auto _ : state) {
    const auto rows = parser.parse({text.data(), size});
    nonzeros += rows.block.nonzeros();
    if (rows.bad > 0) state.SkipWithError("bad text");
    benchmark::DoNotOptimize(rows.block.indices.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(size));
  state.SetItemsProcessed(static_cast<std::int64_t>(nonzeros));
}

void read_memory(benchmark::State& state) {
  const sparselearn::HugeVector<char> bytes(std::size_t{128} << 20, 1);  // more than the caches hold
  for (auto _ : state) benchmark::DoNotOptimize(sparselearn::bench::read_bytes(bytes.data(), bytes.size()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

}  // namespace

BENCHMARK(read_memory);
BENCHMARK_CAPTURE(parse, ones_short_indices, Shape{14, 123, 0});
BENCHMARK_CAPTURE(parse, ones_long_indices, Shape{36, 20'000'000, 0});
BENCHMARK_CAPTURE(parse, six_digit_decimals, Shape{75, 47'236, 6});
BENCHMARK_CAPTURE(parse, seventeen_digit_decimals, Shape{75, 47'236, 17});

BENCHMARK_MAIN();
