#include "sparselearn/data/generate.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "base/handover.hpp"
#include "data/in_order.hpp"
#include "data/row_maker.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/math.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/base/random.hpp"

namespace sparselearn {
namespace {

constexpr double nonzeros_per_block = 120'000;  // about a megabyte of text
constexpr std::size_t sampled_rows = 1000;      // to find the middle and the spread of the scores

/// What a hash is for, so that no two uses share bits.
enum class Purpose : std::uint64_t { block = 1, length, sample, weight_present, weight, noise };

/// A random 64-bit number for each (seed, purpose, a, b): splitmix64's finaliser over the four.
std::uint64_t hash(std::uint64_t seed, Purpose purpose, std::uint64_t a, std::uint64_t b = 0) {
  std::uint64_t z = seed;
  for (const std::uint64_t word : {static_cast<std::uint64_t>(purpose), a, b}) {
    z = (z ^ word) + 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    z ^= z >> 31;
  }
  return z;
}

/// Nearly normal, mean 0 and variance 1: the sum of twelve uniform numbers, 16 bits of three hashes each.
double normal(std::uint64_t seed, Purpose purpose, std::uint64_t a) {
  std::uint64_t sum = 0;
  for (std::uint64_t k = 0; k < 3; ++k)
    for (std::uint64_t bits = hash(seed, purpose, a, k), part = 0; part < 4; ++part, bits >>= 16)
      sum += bits & 0xFFFFU;
  return (static_cast<double>(sum) - 12 * 32767.5) / 65536;
}

double uniform(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

void require(bool condition, const char* what) {
  if (!condition) throw UsageError(std::string("generate: ") + what);
}

void check(const DataShape& o) {
  require(o.rows > 0, "at least one row is needed");
  require(o.features > 0 && o.features < UINT32_MAX, "features must be between 1 and 4294967294");
  require(o.nonzeros_per_row > 0 && o.nonzeros_per_row <= static_cast<double>(o.features),
          "nonzeros per row must be above 0 and at most the number of features");
  require(o.length_spread >= 0 && o.length_spread <= 3, "the spread of row lengths must be between 0 and 3");
  require(o.zipf >= 0 && o.zipf <= 5, "the Zipf exponent must be between 0 and 5");
  require(o.digits >= 1 && o.digits <= 9, "digits must be between 1 and 9");
  require(o.classes >= 2, "at least two classes are needed");
  require(o.model_density >= 0 && o.model_density <= 1, "the density of the model must be between 0 and 1");
  require(o.noise >= 0 && std::isfinite(o.noise), "label noise must not be negative");
}

std::uint64_t outputs(const DataShape& o) { return o.labels == DataShape::Labels::classes ? o.classes : 1; }

}  // namespace

Generator::Generator(const DataShape& shape) : shape_(shape) {
  check(shape);
  rows_per_block_ = static_cast<std::uint64_t>(std::max(nonzeros_per_block / shape.nonzeros_per_row, 1.0));
  rows_per_block_ = std::min<std::uint64_t>(rows_per_block_, 50'000);
  const double wanted = std::floor(static_cast<double>(shape.rows) * shape.nonzeros_per_row + 0.5);
  const std::uint64_t drawn = drawn_nonzeros();
  surplus_ = static_cast<std::int64_t>(wanted) - static_cast<std::int64_t>(drawn);
  balance();
}

std::uint64_t Generator::blocks() const { return (shape_.rows + rows_per_block_ - 1) / rows_per_block_; }

// All drawn lengths together.
std::uint64_t Generator::drawn_nonzeros() const {
  std::vector<std::uint64_t> sums(blocks());
  const auto add_block = [&](std::uint64_t b) {
    const std::uint64_t begin = b * rows_per_block_, end = std::min(begin + rows_per_block_, shape_.rows);
    for (std::uint64_t row = begin; row < end; ++row) sums[b] += drawn_length(shape_.seed, row);
  };
  fork_and_join([&](const auto& each) { tbb::parallel_for(std::uint64_t{0}, blocks(), each); }, add_block);
  return std::accumulate(sums.begin(), sums.end(), std::uint64_t{0});
}

std::uint64_t Generator::drawn_length(std::uint64_t seed, std::uint64_t row) const {
  const double spread = shape_.length_spread;
  const double z = normal(seed, Purpose::length, row);
  const double length = shape_.nonzeros_per_row * math::exp(spread * z - spread * spread / 2);
  return static_cast<std::uint64_t>(std::clamp(length + 0.5, 1.0, static_cast<double>(shape_.features)));
}

// The drawn length with the row's share of the surplus, which is spread evenly: the lengths add up to what
// was asked for.
std::uint64_t Generator::length(std::uint64_t row) const {
  const double rows = static_cast<double>(shape_.rows), surplus = static_cast<double>(surplus_);
  const double share = std::floor(surplus * (static_cast<double>(row + 1) / rows)) -
                       std::floor(surplus * (static_cast<double>(row) / rows));
  const double length = static_cast<double>(drawn_length(shape_.seed, row)) + share;
  return static_cast<std::uint64_t>(std::clamp(length, 0.0, static_cast<double>(shape_.features)));
}

RowBlock Generator::unlabelled(std::uint64_t b) const {
  RowMaker maker(shape_, Random(hash(shape_.seed, Purpose::block, b)));
  RowBlock block;
  const std::uint64_t begin = b * rows_per_block_, end = std::min(begin + rows_per_block_, shape_.rows);
  for (std::uint64_t row = begin; row < end; ++row)
    maker.append_row(length(row), row == 0 ? shape_.features : 0, block);
  return block;
}

RowBlock Generator::block(std::uint64_t b) const {
  RowBlock block = unlabelled(b);
  const std::size_t rows = block.offsets.size() - 1;
  block.labels.resize(rows);
  for (std::size_t r = 0; r < rows; ++r) block.labels[r] = label(block.row(r), b * rows_per_block_ + r);
  return block;
}

// x'w of the planted model, whose weights are not stored: each is a function of its feature.
double Generator::score(const RowView& row, std::uint64_t output) const {
  const double density = shape_.model_density;
  double sum = 0;
  for (std::size_t k = 0; k < row.size; ++k) {
    if (uniform(hash(shape_.model_seed, Purpose::weight_present, row.index[k])) >= density) continue;
    const std::uint64_t bits = hash(shape_.model_seed, Purpose::weight, row.index[k], output);
    sum += (uniform(bits) - 0.5) * static_cast<double>(row.value_at(k));
  }
  return sum;
}

double Generator::label(const RowView& row, std::uint64_t number) const {
  const std::uint64_t bits = hash(shape_.seed, Purpose::noise, number);
  const bool wrong = uniform(bits) < shape_.noise;
  switch (shape_.labels) {
    case DataShape::Labels::binary:
      return (score(row, 0) > middle_[0]) != wrong ? 1 : -1;
    case DataShape::Labels::regression: {
      const double signal = (score(row, 0) - middle_[0]) / deviation_;
      const double noisy = signal + shape_.noise * normal(shape_.seed, Purpose::noise, number);
      return std::floor(noisy * 1e6 + 0.5) / 1e6;
    }
    case DataShape::Labels::classes: {
      std::uint64_t best = 0;
      double best_score = score(row, 0) - middle_[0];
      for (std::uint64_t c = 1; c < shape_.classes; ++c) {
        const double other = score(row, c) - middle_[c];
        if (other > best_score) best = c, best_score = other;
      }
      if (wrong && shape_.classes > 1) best = (best + 1 + bits % (shape_.classes - 1)) % shape_.classes;
      return static_cast<double>(best + 1);
    }
  }
  return 0;
}

// Some rows that depend on the model's seed alone, so that all data of a model are judged alike.
RowBlock Generator::sample() const {
  RowMaker maker(shape_, Random(hash(shape_.model_seed, Purpose::sample, 0)));
  RowBlock block;
  for (std::uint64_t row = 0; row < sampled_rows; ++row)
    maker.append_row(drawn_length(shape_.model_seed, row), 0, block);
  return block;
}

// Finds the median score of each output in a sample, so that labels come out balanced, and how far scores lie
// from it.
void Generator::balance() {
  const RowBlock rows = sample();
  std::vector<std::vector<double>> scores(outputs(shape_));
  for (std::uint64_t c = 0; c < scores.size(); ++c)
    for (std::size_t r = 0; r < sampled_rows; ++r) scores[c].push_back(score(rows.row(r), c));
  for (auto& values : scores) {
    const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), half, values.end());
    middle_.push_back(*half);
  }
  double distance = 0;
  for (const double z : scores[0]) distance += math::abs(z - middle_[0]);
  if (distance > 0) deviation_ = distance / static_cast<double>(scores[0].size());
}

Dataset generated(const DataShape& shape) {
  const Generator generator(shape);
  std::vector<RowBlock> blocks(generator.blocks());
  fork_and_join([&](const auto& each) { tbb::parallel_for(std::size_t{0}, blocks.size(), each); },
                [&](std::size_t b) { blocks[b] = generator.block(b); });
  Dataset data;
  for (RowBlock& block : blocks) data.append(std::move(block));
  return data;
}

void generate_text(const Generator& generator, const TextFormat& format, const TextSink& sink) {
  const auto make = [&](std::uint64_t b) { return block_text(generator.block(b), format); };
  in_order(generator.blocks(), make, [&](const std::string& text) { sink(text); });
}

void generate(const DataShape& shape, const std::string& path, const TextFormat& format) {
  const Generator generator(shape);
  OutputFile file(path);
  generate_text(generator, format, [&](std::string_view text) { file.write(text); });
  file.commit();
}

}  // namespace sparselearn
