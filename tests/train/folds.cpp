#include "sparselearn/train/folds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "data/same_blocks.hpp"
#include "sparselearn/base/error.hpp"
#include "support/random_rows.hpp"
#include "train/small_data.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

TEST_CASE("deal_rows: sizes differ by at most one, in all and a label, and the seed alone decides") {
  RandomRows shape;
  shape.rows = 503;
  shape.labels = RandomLabels::classes3;
  const Dataset data = random_rows(shape);
  for (const std::size_t folds : {2UL, 5UL, 10UL}) {
    const std::vector<std::uint16_t> fold = deal_rows(data, folds, true, 3);
    std::vector<int> size(folds);
    std::map<double, std::vector<int>> of_label;
    for (std::uint64_t i = 0; i < data.rows(); ++i) {
      std::vector<int>& of_this = of_label[data.label(data.place(i))];
      of_this.resize(folds);
      ++size[fold[i]];
      ++of_this[fold[i]];
    }
    const auto spread = [](const std::vector<int>& v) {
      return *std::max_element(v.begin(), v.end()) - *std::min_element(v.begin(), v.end());
    };
    CHECK(spread(size) <= 1);
    CHECK(of_label.size() == 3);
    for (const auto& [label, counts] : of_label) CHECK(spread(counts) <= 1);
    CHECK(deal_rows(data, folds, true, 3) == fold);
    CHECK(deal_rows(data, folds, true, 4) != fold);
  }
  CHECK(deal_rows(data, 5, false, 3) != deal_rows(data, 5, true, 3));
  CHECK_THROWS_AS(deal_rows(data, 1, true, 1), UsageError);
  CHECK_THROWS_AS(deal_rows(data, 504, true, 1), UsageError);
}

TEST_CASE("folds: held out and trained on are all rows once, and the blocks are shared") {
  const Dataset data = small_data({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 4, 5);
  const Folds folds(data, deal_rows(data, 3, false, 1), 3);
  for (std::size_t k = 0; k < 3; ++k) {
    const Dataset training = folds.training(k);
    CHECK(training.rows() + folds.held_out(k).rows() == 11);
    CHECK(training.features() == 4);
    CHECK(training.nonzeros() + folds.held_out(k).nonzeros() == 11);
    std::multiset<double> labels;
    for (const Dataset* part : {&training, &folds.held_out(k)})
      for (const RowBlock& block : part->blocks())
        for (std::size_t r = 0; r < block.rows(); ++r) {
          const double label = block.labels[r];
          labels.insert(label);
          CHECK((folds.fold_of_row()[static_cast<std::size_t>(label)] == k) == (part == &folds.held_out(k)));
          REQUIRE(block.row(r).size == 1);  // row i has the value i + 1 at feature i mod 4
          CHECK(block.row(r).index[0] == static_cast<std::uint32_t>(label) % 4);
          CHECK(block.row(r).value_at(0) == static_cast<float>(label + 1));
        }
    CHECK(labels == std::multiset<double>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    const std::size_t other = k == 0 ? 1 : 0;
    CHECK(&training.blocks()[0] == &folds.held_out(other).blocks()[0]);
  }
}

TEST_CASE("folds: rejoined rows are what they were, block by block") {
  for (const bool weighted : {false, true}) {
    RandomRows shape;
    shape.weighted = weighted;
    const Dataset data = random_rows(shape);
    Folds folds(data, deal_rows(data, 4, true, 9), 4);
    const Dataset again = folds.rejoin();
    CHECK(same_blocks(again, data));
    CHECK(again.features() == data.features());
    CHECK(again.total_weight() == data.total_weight());
  }
}

TEST_CASE("data set: a copy shares its blocks until one of the two changes") {
  Dataset data = small_data({1, 2, 3, 4}, 2);
  Dataset copy = data;
  CHECK(&copy.blocks()[0] == &data.blocks()[0]);
  copy.map_labels([](double label) { return -label; });
  CHECK(&copy.blocks()[0] != &data.blocks()[0]);
  CHECK(data.label({0, 1}) == 2);
  CHECK(copy.label({0, 1}) == -2);
  const RowBlock* const before = &copy.blocks()[0];
  copy.scale_weights([](double) { return 2.0; });
  CHECK(&copy.blocks()[0] == before);  // its own by now
  CHECK(data.total_weight() == 4);
  CHECK(copy.total_weight() == 8);
}
