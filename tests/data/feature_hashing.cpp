#include "data/feature_hashing.hpp"

#include <doctest/doctest.h>

#include <map>

#include "sparselearn/base/random.hpp"
#include "sparselearn/data/reader.hpp"
#include "temporary_file.hpp"

using namespace sparselearn;

TEST_CASE("hashed features: MurmurHash3's finaliser, by its published values") {
  // fmix32, as SMHasher's MurmurHash3.cpp computes it.
  CHECK(hashed_feature(0, 31) == 0);
  CHECK(hashed_feature(1, 31) == (0x514e28b7U & 0x7fffffffU));
  CHECK(hashed_feature(2, 31) == (0x30f4c306U & 0x7fffffffU));
  CHECK(hashed_feature(1, 4) == 0x7U);
}

TEST_CASE("hashed features: rows are sorted, and values that meet are added, as a map would") {
  Random random(5);
  RowBlock block;
  for (int r = 0; r < 200; ++r) {
    std::uint32_t index = 0;
    for (std::uint64_t k = random.below(30); k > 0; --k) {
      index += 1 + static_cast<std::uint32_t>(random.below(1000));
      block.indices.push_back(index);
      block.values.push_back(static_cast<float>(random.uniform()));
    }
    block.offsets.push_back(block.indices.size());
    block.labels.push_back(1);
  }
  const RowBlock before = block;
  constexpr unsigned bits = 6;
  hash_features(block, 1, bits);
  REQUIRE(block.rows() == before.rows());
  REQUIRE(block.offsets.size() == before.offsets.size());
  CHECK(block.nonzeros() < before.nonzeros());
  for (std::size_t r = 0; r < block.rows(); ++r) {
    std::map<std::uint32_t, double> wanted;
    const RowView was = before.row(r), is = block.row(r);
    for (std::size_t k = 0; k < was.size; ++k)
      wanted[hashed_feature(was.index[k] + 1, bits)] += static_cast<double>(was.value[k]);
    REQUIRE(is.size == wanted.size());
    std::size_t k = 0;
    for (const auto& [feature, sum] : wanted) {
      CHECK(is.index[k] == feature);
      CHECK(is.value[k] == static_cast<float>(sum));
      ++k;
    }
  }
}

TEST_CASE("hashed features: rows of ones stay without values unless some meet") {
  RowBlock block;
  for (const std::uint32_t index : {3U, 4U}) block.indices.push_back(index);
  block.offsets.push_back(2);
  block.labels.push_back(1);
  RowBlock wide = block;
  hash_features(wide, 0, 31);
  CHECK(wide.values.empty());
  REQUIRE(hashed_feature(3, 1) == hashed_feature(4, 1));
  hash_features(block, 0, 1);
  REQUIRE(block.values.size() == 1);
  CHECK(block.values[0] == 2.0F);
}

TEST_CASE("hashed features: the reader hashes indices as they stand in the text, whatever their base") {
  const TemporaryDirectory folder;
  const std::string file = folder.file("rows.svm", "1 4294967293:2 4294967294:1\n-1 7:1\n");
  for (const auto base :
       {ReadOptions::IndexBase::automatic, ReadOptions::IndexBase::zero, ReadOptions::IndexBase::one}) {
    ReadOptions options;
    options.index_base = base;
    options.hash_bits = 20;
    ReadReport report;
    const Dataset data = read_dataset({file}, options, report);
    CHECK(data.features() == std::uint64_t{1} << 20);
    CHECK(report.index_base == 0);
    const RowView row = data.blocks()[0].row(1);
    REQUIRE(row.size == 1);
    CHECK(row.index[0] == hashed_feature(7, 20));
  }
}
