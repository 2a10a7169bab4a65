// The entries of synthetic rows: distinct features by Zipf's law and their values.
#pragma once
#include <cstdint>
#include <vector>

#include "data/zipf.hpp"
#include "sparselearn/data/generate.hpp"

namespace sparselearn {

class RowMaker {
 public:
  /// `random` is the source of everything drawn.
  RowMaker(const DataShape& shape, Random random);

  /// Appends a row of `length` entries. With `first` above 0, the feature of this frequency rank is one of
  /// them.
  void append_row(std::uint64_t length, std::uint64_t first, RowBlock& block);

 private:
  struct Entry {
    std::uint32_t index;
    std::uint32_t rank;   // 1 for the most frequent feature
    std::uint32_t times;  // how often it was drawn
  };
  void draw(std::uint64_t length, std::uint64_t first);
  bool add(std::uint64_t rank);
  std::uint32_t place(std::uint64_t rank) const;
  void append_values(RowBlock& block);
  double raw_value(const Entry& entry);

  const DataShape& shape_;
  Random random_;
  Zipf zipf_;
  std::uint64_t stride_;        // ranks are dealt out to the indices in steps of so many
  std::vector<Entry> entries_;  // of the row being made
  std::vector<std::uint32_t>
      slots_;  // hash table: 1 + number of an entry, 0 where free; a power of two of them
  std::vector<double> raw_;
};

}  // namespace sparselearn
