#include "sparselearn/data/generate.hpp"

#include <tbb/blocked_range.h>
#include <tbb/parallel_reduce.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "data/in_order.hpp"
#include "data/row_maker.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/math.hpp"
#include "sparselearn/base/random.hpp"

namespace sparselearn {
namespace {

constexpr double nonzeros_per_block = 120'000;  // about a megabyte of text
constexpr std::uint64_t sampled_rows = 1000;    // to find the middle and the spread of the scores

/// What a hash is for, so that no two uses share bits.
enum class Purpose : std::uint64_t { block = 1, length, weight_present, weight, noise };

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

void check(const GenerateOptions& o) {
  require(o.rows > 0, "at least one row is needed");
  require(o.features > 0 && o.features < UINT32_MAX, "features must be between 1 and 4294967294");
  require(o.nonzeros_per_row > 0 && o.nonzeros_per_row <= static_cast<double>(o.features),
          "nonzeros per row must be above 0 and at most the number of features");
  require(o.row_spread >= 0 && o.row_spread <= 3, "the spread of row lengths must be between 0 and 3");
  require(o.zipf >= 0 && o.zipf <= 5, "the Zipf exponent must be between 0 and 5");
  require(o.digits >= 1 && o.digits <= 9, "digits must be between 1 and 9");
  require(o.classes >= 2, "at least two classes are needed");
  require(o.model_density >= 0 && o.model_density <= 1, "the density of the model must be between 0 and 1");
  require(o.label_noise >= 0 && std::isfinite(o.label_noise), "label noise must not be negative");
}

std::uint64_t outputs(const GenerateOptions& o) {
  return o.labels == GenerateOptions::Labels::classes ? o.classes : 1;
}

}  // namespace

Generator::Generator(const GenerateOptions& options) : options_(options) {
  check(options);
  rows_per_block_ = static_cast<std::uint64_t>(std::max(nonzeros_per_block / options.nonzeros_per_row, 1.0));
  rows_per_block_ = std::min<std::uint64_t>(rows_per_block_, 50'000);
  const double wanted = std::floor(static_cast<double>(options.rows) * options.nonzeros_per_row + 0.5);
  const std::uint64_t drawn = tbb::parallel_reduce(
      tbb::blocked_range<std::uint64_t>(0, options.rows), std::uint64_t{0},
      [this](const auto& range, std::uint64_t sum) {
        for (std::uint64_t row = range.begin(); row < range.end(); ++row) sum += drawn_length(row);
        return sum;
      },
      std::plus<>());
  surplus_ = static_cast<std::int64_t>(wanted) - static_cast<std::int64_t>(drawn);
  balance();
}

std::uint64_t Generator::blocks() const { return (options_.rows + rows_per_block_ - 1) / rows_per_block_; }

std::uint64_t Generator::drawn_length(std::uint64_t row) const {
  const double spread = options_.row_spread;
  const double z = normal(options_.seed, Purpose::length, row);
  const double length = options_.nonzeros_per_row * math::exp(spread * z - spread * spread / 2);
  return static_cast<std::uint64_t>(std::clamp(length + 0.5, 1.0, static_cast<double>(options_.features)));
}

// The drawn length with the row's share of the surplus, which is spread evenly: the lengths add up to what
// was asked for.
std::uint64_t Generator::length(std::uint64_t row) const {
  const double rows = static_cast<double>(options_.rows), surplus = static_cast<double>(surplus_);
  const double share = std::floor(surplus * (static_cast<double>(row + 1) / rows)) -
                       std::floor(surplus * (static_cast<double>(row) / rows));
  const double length = static_cast<double>(drawn_length(row)) + share;
  return static_cast<std::uint64_t>(std::clamp(length, 0.0, static_cast<double>(options_.features)));
}

RowBlock Generator::unlabelled(std::uint64_t b) const {
  RowMaker maker(options_, Random(hash(options_.seed, Purpose::block, b)));
  RowBlock block;
  const std::uint64_t begin = b * rows_per_block_, end = std::min(begin + rows_per_block_, options_.rows);
  for (std::uint64_t row = begin; row < end; ++row)
    maker.append_row(length(row), row == 0 ? options_.features : 0, block);
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
  const double density = options_.model_density;
  double sum = 0;
  for (std::size_t k = 0; k < row.size; ++k) {
    if (uniform(hash(options_.seed, Purpose::weight_present, row.index[k])) >= density) continue;
    const std::uint64_t bits = hash(options_.seed, Purpose::weight, row.index[k], output);
    sum += (uniform(bits) - 0.5) * static_cast<double>(row.value_at(k));
  }
  return sum;
}

double Generator::label(const RowView& row, std::uint64_t number) const {
  const std::uint64_t bits = hash(options_.seed, Purpose::noise, number);
  const bool wrong = uniform(bits) < options_.label_noise;
  switch (options_.labels) {
    case GenerateOptions::Labels::binary:
      return (score(row, 0) > middle_[0]) != wrong ? 1 : -1;
    case GenerateOptions::Labels::regression: {
      const double signal = (score(row, 0) - middle_[0]) / deviation_;
      const double noisy = signal + options_.label_noise * normal(options_.seed, Purpose::noise, number);
      return std::floor(noisy * 1e6 + 0.5) / 1e6;
    }
    case GenerateOptions::Labels::classes: {
      std::uint64_t best = 0;
      double best_score = score(row, 0) - middle_[0];
      for (std::uint64_t c = 1; c < options_.classes; ++c) {
        const double other = score(row, c) - middle_[c];
        if (other > best_score) best = c, best_score = other;
      }
      if (wrong) best = (best + 1 + bits % (options_.classes - 1)) % options_.classes;
      return static_cast<double>(best + 1);
    }
  }
  return 0;
}

// Finds the median score of each output in a sample, so that labels come out balanced, and how far scores lie
// from it.
void Generator::balance() {
  const std::uint64_t count = outputs(options_);
  std::vector<std::vector<double>> scores(count);
  for (std::uint64_t b = 0; b < blocks() && scores[0].size() < sampled_rows; ++b) {
    const RowBlock block = unlabelled(b);
    for (std::size_t r = 0; r + 1 < block.offsets.size() && scores[0].size() < sampled_rows; ++r)
      for (std::uint64_t c = 0; c < count; ++c) scores[c].push_back(score(block.row(r), c));
  }
  for (auto& sample : scores) {
    const auto half = sample.begin() + static_cast<std::ptrdiff_t>(sample.size() / 2);
    std::nth_element(sample.begin(), half, sample.end());
    middle_.push_back(*half);
  }
  double distance = 0;
  for (const double z : scores[0]) distance += math::abs(z - middle_[0]);
  if (distance > 0) deviation_ = distance / static_cast<double>(scores[0].size());
}

void generate_text(const Generator& generator, const TextFormat& format, const TextSink& sink) {
  const auto make = [&](std::uint64_t b) { return block_text(generator.block(b), format); };
  in_order(generator.blocks(), make, [&](const std::string& text) { sink(text); });
}

}  // namespace sparselearn
