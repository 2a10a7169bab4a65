#include "data/row_maker.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace sparselearn {
namespace {

/// A step near the golden section of `features` that reaches every index.
std::uint64_t golden_stride(std::uint64_t features) {
  auto stride = static_cast<std::uint64_t>(0.6180339887498949 * static_cast<double>(features)) | 1U;
  while (std::gcd(stride, features) != 1) ++stride;
  return stride % features == 0 ? 1 : stride;
}

double power_of_ten(int digits) {
  double power = 1;
  for (int k = 0; k < digits; ++k) power *= 10;
  return power;
}

}  // namespace

RowMaker::RowMaker(const DataShape& shape, Random random)
    : shape_(shape),
      random_(random),
      zipf_(shape.features, shape.zipf),
      stride_(golden_stride(shape.features)) {}

void RowMaker::append_row(std::uint64_t length, std::uint64_t first, RowBlock& block) {
  draw(length, first);
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.index < b.index; });
  for (const Entry& entry : entries_) block.indices.push_back(entry.index);
  if (!shape_.ones || shape_.normalized) append_values(block);
  block.offsets.push_back(block.indices.size());
}

// Draws until there are `length` distinct features: the frequent ones come more than once, as words do in a
// text.
void RowMaker::draw(std::uint64_t length, std::uint64_t first) {
  entries_.clear();
  slots_.assign(std::bit_ceil(2 * length + 1), 0);
  if (first > 0 && length > 0) add(first);
  for (std::uint64_t left = 50 * length + 1000; entries_.size() < length && left > 0; --left)
    add(zipf_(random_));
  for (std::uint64_t rank = 1; entries_.size() < length; ++rank)
    add(rank);  // hardly any feature is left to draw
}

bool RowMaker::add(std::uint64_t rank) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = (rank * 0x9E3779B97F4A7C15U >> 32) & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    Entry& entry = entries_[slots_[slot] - 1];
    if (entry.rank != rank) continue;
    ++entry.times;
    return false;
  }
  entries_.push_back({place(rank), static_cast<std::uint32_t>(rank), 1});
  slots_[slot] = static_cast<std::uint32_t>(entries_.size());
  return true;
}

// The rarest feature gets the last index, so that one row with it shows the width of the data.
std::uint32_t RowMaker::place(std::uint64_t rank) const {
  return static_cast<std::uint32_t>((rank * stride_ + shape_.features - 1) % shape_.features);
}

double RowMaker::raw_value(const Entry& entry) {
  if (shape_.ones) return 1;
  if (!shape_.tf_idf) return random_.uniform();
  return (1 + math::log(static_cast<double>(entry.times))) * math::log(static_cast<double>(entry.rank) + 1);
}

// Values keep so many decimals; none becomes 0.
void RowMaker::append_values(RowBlock& block) {
  raw_.clear();
  double sum_sq = 0;
  for (const Entry& entry : entries_) {
    raw_.push_back(raw_value(entry));
    sum_sq += raw_.back() * raw_.back();
  }
  const double scale = shape_.normalized && sum_sq > 0 ? 1 / std::sqrt(sum_sq) : 1;
  const double units = power_of_ten(shape_.digits);
  for (const double raw : raw_)
    block.values.push_back(static_cast<float>(std::max(std::floor(raw * scale * units + 0.5), 1.0) / units));
}

}  // namespace sparselearn
