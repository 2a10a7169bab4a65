// The features that the rows of a data set have, numbered anew. Wide data with few rows has few of them:
// vectors over all features, of which most weights never move, would cost more than the rows. And where their
// weights are too many for the cache, the frequent ones are numbered first: those that nearly every row reads
// lie side by side and stay near, wherever the file had them.
#pragma once
#include <cstdint>
#include <vector>

#include "sparselearn/base/huge_vector.hpp"
#include "sparselearn/data/dataset.hpp"
#include "sparselearn/model/model.hpp"

namespace sparselearn {

class UsedFeatures {
 public:
  /// kept: features stay in the order of the file, which costs least where rows are read a few times.
  enum class Order { any, kept };

  /// With at least 8 nonzeros a feature renumbers `data` by falling frequency, equally frequent ones as the
  /// rows first have them, where any order may be taken and its rows have more than 2^17 features (a megabyte
  /// of weights); with fewer, leaves out the features that its rows have not, where those are more than half.
  /// Else leaves it as it is. The outcome depends on the rows alone.
  explicit UsedFeatures(Dataset& data, Order order = Order::any);
  /// Leaves data of so many features as it is.
  explicit UsedFeatures(std::uint64_t features) : all_(features) {}

  /// Features before.
  std::uint64_t all() const { return all_; }
  bool renumbered() const { return !used_.empty(); }
  /// The earlier number of each feature; empty where they were not renumbered.
  const std::vector<std::uint32_t>& used() const { return used_; }
  /// The same for other data: features that the first data set has not leave the rows.
  void apply(Dataset& other) const;
  /// A model of the renumbered features becomes one of all, with weights 0 where there were none.
  void widen(Model& model) const;
  /// The same, but where features have kept their order the model lists them instead of taking room for all.
  void name(Model& model) const;

 private:
  std::uint64_t all_ = 0;
  std::vector<std::uint32_t> used_;
  HugeVector<std::uint32_t> number_;  // by frequency: new number of each old feature, or Dataset::dropped
  FeatureSet set_;                    // in their order: those that occur
};

}  // namespace sparselearn
