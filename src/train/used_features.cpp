#include "sparselearn/train/used_features.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "sparselearn/engine/threads.hpp"

namespace sparselearn {
namespace {

// Weights of so many features stay in the second-level cache whatever their order.
constexpr std::uint64_t near = std::uint64_t{1} << 17;

struct Occurring {
  FeatureSet set;
  HugeVector<std::uint32_t> in_order;  // as the rows first have them; only if asked for
};

// A set of bits stays in the cache where counts would not. Each part of the rows lists what is new to it; of
// that the features that are in no earlier part are new to all.
Occurring occurring(const Dataset& data, bool with_order) {
  constexpr std::uint64_t most_parts = 8;
  const std::uint64_t words = data.features() / 64 + 1, blocks = data.blocks().size();
  const std::uint64_t parts = std::min<std::uint64_t>({ThreadLimit::threads(), most_parts, blocks});
  std::vector<HugeVector<std::uint64_t>> sets(parts);
  std::vector<HugeVector<std::uint32_t>> lists(parts);
  parallel_for(parts, [&](std::size_t p) {
    sets[p].assign(words, 0);
    // One place more, as a feature is written down before it is known to be new.
    lists[p].resize(with_order ? data.features() + 1 : 0);
    std::uint64_t* const set = sets[p].data();
    std::uint32_t* next = lists[p].data();
    for (std::size_t b = blocks * p / parts; b < blocks * (p + 1) / parts; ++b) {
      data.relieve();
      for (const std::uint32_t j : data.blocks()[b].indices) {
        if (with_order) {
          *next = j;
          next += ~(set[j / 64] >> j % 64) & 1;
        }
        set[j / 64] |= std::uint64_t{1} << j % 64;
      }
    }
    if (with_order) lists[p].resize(static_cast<std::size_t>(next - lists[p].data()));
  });
  for (std::size_t p = 1; p < parts; ++p) {
    for (const std::uint32_t j : lists[p])
      if (!(sets[0][j / 64] >> j % 64 & 1)) lists[0].push_back(j);
    for (std::size_t k = 0; k < words; ++k) sets[0][k] |= sets[p][k];
  }
  return {FeatureSet(std::move(sets[0])), std::move(lists[0])};
}

// For each feature of the set one more than the number of rows it occurs in, or the largest number where they
// are more; of very many rows every k-th counts, as the order of rare features matters little.
// Every thread counts for itself where there are nonzeros enough to pay for adding up.
HugeVector<std::uint32_t> occurrences(const Dataset& data, const FeatureSet& set) {
  constexpr std::uint64_t enough = std::uint64_t{1} << 25;  // nonzeros
  const std::uint64_t stride = std::clamp<std::uint64_t>(data.nonzeros() / enough, 1, 8);
  const std::uint64_t features = data.features(), blocks = data.blocks().size();
  const std::uint64_t parts = std::clamp<std::uint64_t>(data.nonzeros() / (4 * features + 1), 1,
                                                        std::min<std::uint64_t>(ThreadLimit::threads(), 8));
  std::vector<HugeVector<std::uint32_t>> counts(parts);
  const auto add = [](std::uint32_t& count, std::uint32_t more) {
    count += std::min(more, UINT32_MAX - count);
  };
  parallel_for(parts, [&](std::size_t p) {
    counts[p].assign(features, 0);
    for (std::size_t b = blocks * p / parts; b < blocks * (p + 1) / parts; ++b) {
      data.relieve();
      const RowBlock& block = data.blocks()[b];
      const std::uint64_t first = data.number({static_cast<std::uint32_t>(b), 0});
      for (std::size_t r = (stride - first % stride) % stride; r < block.rows(); r += stride)
        for (std::uint64_t k = block.offsets[r]; k < block.offsets[r + 1]; ++k)
          add(counts[p][block.indices[k]], 1);
    }
  });
  for_each_slice(features, [&](std::size_t, std::size_t begin, std::size_t end) {
    for (std::size_t p = 1; p < parts; ++p)
      for (std::size_t j = begin; j < end; ++j) add(counts[0][j], counts[p][j]);
    for (std::size_t j = begin; j < end; ++j)
      add(counts[0][j], set.contains(static_cast<std::uint32_t>(j)) ? 1 : 0);
  });
  return std::move(counts[0]);
}

// The features that occur, the most frequent first, those that occur equally often as the rows first have
// them: a row and those near it in the file have the cells of many rare features side by side, in few lines
// and pages of memory. A counting sort, as most of many features are rare, and a sort of the few that are
// not.
std::vector<std::uint32_t> by_frequency(std::span<const std::uint32_t> counts,
                                        std::span<const std::uint32_t> in_order) {
  constexpr std::uint32_t frequent = 1 << 16;
  std::vector<std::uint64_t> place(frequent + 1);  // of the next feature that occurs so often
  for (const std::uint32_t count : counts) ++place[std::min(count, frequent)];
  std::uint64_t at = 0;
  for (std::uint32_t count = frequent; count > 0; --count) at += std::exchange(place[count], at);
  std::vector<std::uint32_t> order;
  order.reserve(at);
  advise_huge(order.data(), at * sizeof(order[0]));
  order.resize(at);
  for (const std::uint32_t j : in_order) order[place[std::min(counts[j], frequent)]++] = j;
  std::stable_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(place[frequent]),
                   [&](std::uint32_t a, std::uint32_t b) { return counts[a] > counts[b]; });
  return order;
}

}  // namespace

UsedFeatures::UsedFeatures(Dataset& data, Order order) : all_(data.features()) {
  // Beside so many nonzeros a vector over all features costs little, and features come again often.
  constexpr std::uint64_t many = 8;
  const bool frequent_first = data.nonzeros() >= many * all_;
  if (frequent_first && (order == Order::kept || all_ <= near)) return;
  if (data.nonzeros() == 0) return;
  auto [set, in_order] = occurring(data, frequent_first);
  if (frequent_first && set.size() > near) {
    used_ = by_frequency(occurrences(data, set), in_order);
    number_.assign(all_, Dataset::dropped);
    for_each_slice(used_.size(), [&](std::size_t, std::size_t begin, std::size_t end) {
      for (std::size_t k = begin; k < end; ++k) number_[used_[k]] = static_cast<std::uint32_t>(k);
    });
  } else if (2 * set.size() < all_) {
    used_ = set.features();
    set_ = std::move(set);
  }
  apply(data);
}

void UsedFeatures::apply(Dataset& other) const {
  if (!renumbered()) return;
  if (number_.empty())
    other.renumber_features(set_);
  else
    other.renumber_features(number_, used_.size());
  other.set_frequent_first(!number_.empty());
}

void UsedFeatures::name(Model& model) const {
  if (!renumbered()) return;
  if (!number_.empty()) return widen(model);
  model.listed = used_;
  model.features = all_;
}

void UsedFeatures::widen(Model& model) const {
  if (!renumbered()) return;
  const std::size_t outputs = model.outputs;
  std::vector<double> weights;
  weights.reserve(all_ * outputs);
  advise_huge(weights.data(), all_ * outputs * sizeof(double));
  weights.resize(all_ * outputs);
  for (std::size_t k = 0; k < used_.size(); ++k)
    for (std::size_t c = 0; c < outputs; ++c)
      weights[used_[k] * outputs + c] = model.weights[k * outputs + c];
  model.weights = std::move(weights);
  model.features = all_;
}

}  // namespace sparselearn
