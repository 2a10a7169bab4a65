#include "sparselearn/data/dataset.hpp"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/handover.hpp"
#include "data/sort_row.hpp"
#include "sparselearn/base/error.hpp"

namespace sparselearn {
namespace {

/// One more than the largest index of a block. Rows ascend, so the last index of a row is its largest.
std::uint64_t width(const RowBlock& block) {
  std::uint64_t width = 0;
  for (std::size_t r = 0; r < block.rows(); ++r) {
    if (block.offsets[r + 1] == block.offsets[r]) continue;
    width = std::max(width, std::uint64_t{block.indices[block.offsets[r + 1] - 1]} + 1);
  }
  return width;
}

double weight_sum(const RowBlock& block) {
  if (block.weights.empty()) return static_cast<double>(block.rows());
  double sum = 0;
  for (const float weight : block.weights) sum += static_cast<double>(weight);
  return sum;
}

/// All labels of a block, however many each row has.
template <class Block>
auto& labels_of(Block& block) {
  return block.lists.empty() ? block.labels : block.lists.labels;
}

/// Adds `labels` to the ascending set `distinct`, giving up once it holds more than `limit`.
void add_distinct(const auto& labels, std::size_t limit, std::vector<double>& distinct) {
  for (const double label : labels) {
    const auto place = std::lower_bound(distinct.begin(), distinct.end(), label);
    if (place != distinct.end() && *place == label) continue;
    distinct.insert(place, label);
    if (distinct.size() > limit) return;
  }
}

/// New numbers by a table.
struct Table {
  std::span<const std::uint32_t> number;
  void prefetch(std::uint32_t j) const { __builtin_prefetch(&number.data()[j]); }
  std::uint32_t operator()(std::uint32_t j) const { return j < number.size() ? number[j] : Dataset::dropped; }
};

/// New numbers by rank in a set, which takes 1.5 bits a feature and mostly is in the cache.
struct Ranks {
  const FeatureSet& set;
  void prefetch(std::uint32_t) const {}
  std::uint32_t operator()(std::uint32_t j) const { return set.contains(j) ? set.rank(j) : Dataset::dropped; }
};

void renumber(RowBlock& block, const auto& number) {
  constexpr std::uint64_t ahead = 64;  // nonzeros, whose numbers lie anywhere in a large table
  std::uint64_t kept = 0, begin = 0;
  const std::uint64_t nonzeros = block.nonzeros();
  for (std::size_t r = 0; r < block.rows(); ++r) {
    const std::uint64_t end = block.offsets[r + 1], first = kept;
    for (std::uint64_t k = begin; k < end; ++k) {
      if (k + ahead < nonzeros) number.prefetch(block.indices[k + ahead]);
      const std::uint32_t j = number(block.indices[k]);
      if (j == Dataset::dropped) continue;
      block.indices[kept] = j;
      if (!block.values.empty()) block.values[kept] = block.values[k];
      ++kept;
    }
    sort_row(block.indices.data() + first, block.values.empty() ? nullptr : block.values.data() + first,
             kept - first);
    block.offsets[r + 1] = kept;
    begin = end;
  }
  block.indices.resize(kept);
  if (!block.values.empty()) block.values.resize(kept);
}

template <class Body>
void for_each_block(const Dataset& data, const Body& body) {
  const auto relieved = [&](std::size_t block) {
    data.relieve();
    body(block);
  };
  fork_and_join([&](const auto& each) { tbb::parallel_for(std::size_t{0}, data.blocks().size(), each); },
                relieved);
}

}  // namespace

void Dataset::append(RowBlock block) {
  const std::uint64_t block_width = width(block);
  append(std::move(block), block_width);
}

void Dataset::append(RowBlock block, std::uint64_t block_width) {
  append(std::make_shared<RowBlock>(std::move(block)), block_width);
}

void Dataset::append(Blocks::Pointer block, std::uint64_t block_width) {
  if (block->rows() == 0) return;
  first_row_.push_back(rows() + block->rows());
  nonzeros_ += block->nonzeros();
  features_ = std::max(features_, block_width);
  total_weight_ += weight_sum(*block);
  weighted_ = weighted_ || !block->weights.empty();
  blocks_.push_back(std::move(block));
}

void Dataset::share(const Dataset& other, std::size_t b) {
  append(other.blocks_[b], other.features_);
  frequent_first_ = other.frequent_first_;
}

std::vector<RowBlock> Dataset::release() {
  std::vector<RowBlock> blocks(blocks_.size());
  for (std::size_t b = 0; b < blocks.size(); ++b) blocks[b] = std::move(own(b));
  *this = Dataset();
  return blocks;
}

// The block, to be changed: of this data set alone from now on.
RowBlock& Dataset::own(std::size_t b) {
  if (blocks_[b].use_count() > 1) blocks_[b] = std::make_shared<RowBlock>(*blocks_[b]);
  return *blocks_[b];
}

void Dataset::set_features(std::uint64_t features) {
  if (features < features_)
    throw UsageError("the data have " + std::to_string(features_) + " features, more than the " +
                     std::to_string(features) + " asked for");
  features_ = features;
}

void Dataset::renumber_features(std::span<const std::uint32_t> number, std::uint64_t features) {
  for_each_block(*this, [&](std::size_t b) { renumber(own(b), Table{number}); });
  set_renumbered(features);
}

void Dataset::renumber_features(const FeatureSet& set) {
  for_each_block(*this, [&](std::size_t b) { renumber(own(b), Ranks{set}); });
  set_renumbered(set.size());
}

void Dataset::set_renumbered(std::uint64_t features) {
  features_ = features;
  nonzeros_ = 0;
  for (const RowBlock& block : blocks()) nonzeros_ += block.nonzeros();
}

RowPlace Dataset::place(std::uint64_t number) const {
  const auto after = std::upper_bound(first_row_.begin(), first_row_.end(), number);
  const auto block = static_cast<std::size_t>(after - first_row_.begin()) - 1;
  return {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(number - first_row_[block])};
}

// Blocks of one data set are all of a kind.
bool Dataset::label_lists() const { return !blocks_.empty() && !blocks_.front()->lists.empty(); }

std::vector<double> Dataset::distinct_labels(std::size_t limit) const {
  std::vector<std::vector<double>> found(blocks_.size());
  for_each_block(*this, [&](std::size_t b) { add_distinct(labels_of(*blocks_[b]), limit, found[b]); });
  std::vector<double> distinct;
  for (const auto& labels : found) {
    add_distinct(labels, limit, distinct);
    if (distinct.size() > limit) break;
  }
  return distinct;
}

void Dataset::map_labels(const std::function<double(double)>& map) {
  for_each_block(*this, [&](std::size_t b) {
    for (double& label : labels_of(own(b))) label = map(label);
  });
}

void Dataset::set_labels(std::span<const double> labels) {
  if (labels.size() != rows())
    throw UsageError(std::to_string(labels.size()) + " labels for " + std::to_string(rows()) + " rows");
  for_each_block(*this, [&](std::size_t b) {
    const auto part = labels.subspan(first_row_[b], blocks_[b]->rows());
    own(b).labels.assign(part.begin(), part.end());
  });
}

void Dataset::scale_weights(const std::function<double(double)>& factor) {
  for_each_block(*this, [&](std::size_t b) {
    RowBlock& block = own(b);
    if (block.weights.empty()) block.weights.resize(block.rows(), 1.0F);
    for (std::size_t r = 0; r < block.rows(); ++r)
      block.weights[r] = static_cast<float>(static_cast<double>(block.weights[r]) * factor(block.labels[r]));
  });
  weighted_ = true;
  recount_weights();
}

void Dataset::set_weights(std::span<const float> weights) {
  if (weights.size() != rows())
    throw UsageError(std::to_string(weights.size()) + " weights for " + std::to_string(rows()) + " rows");
  const auto bad = std::find_if(weights.begin(), weights.end(),
                                [](float weight) { return !(std::isfinite(weight) && weight >= 0); });
  if (bad != weights.end())
    throw UsageError("weight " + std::to_string(bad - weights.begin() + 1) +
                     " is not a finite number from 0 up");
  for_each_block(*this, [&](std::size_t b) {
    const auto part = weights.subspan(first_row_[b], blocks_[b]->rows());
    own(b).weights.assign(part.begin(), part.end());
  });
  weighted_ = true;
  recount_weights();
}

std::size_t Dataset::memory() const {
  std::size_t bytes = first_row_.capacity() * sizeof(std::uint64_t) +
                      blocks_.capacity() * (sizeof(RowBlock) + sizeof(Blocks::Pointer));
  for (const RowBlock& block : blocks()) bytes += block.memory();
  return bytes;
}

// Block sums are added in block order: the same bits on any number of threads.
void Dataset::recount_weights() {
  total_weight_ = 0;
  for (const RowBlock& block : blocks()) total_weight_ += weight_sum(block);
}

}  // namespace sparselearn
