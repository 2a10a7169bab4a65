#include "sparselearn/model/labels.hpp"

#include <doctest/doctest.h>

#include "sparselearn/base/error.hpp"

using namespace sparselearn;
using Labels = std::vector<double>;

TEST_CASE("LabelMap: two labels, smaller to -1, remembered") {
  for (const Labels& labels : {Labels{-1, 1}, Labels{0, 1}, Labels{1, 2}, Labels{-0.5, 7}}) {
    const LabelMap map(labels, LabelKind::binary);
    CHECK(map.to_loss(labels[0]) == -1);
    CHECK(map.to_loss(labels[1]) == 1);
    CHECK(map.labels() == labels);
    CHECK_THROWS_AS(map.to_loss(3), DataError);
  }
}

TEST_CASE("LabelMap: --positive turns the order round") {
  const LabelMap map(Labels{1, 2}, LabelKind::binary, 1.0);
  CHECK(map.to_loss(1) == 1);
  CHECK(map.to_loss(2) == -1);
  CHECK(map.labels() == Labels{2, 1});
  CHECK(LabelMap(map.labels(), 1).to_loss(1) == 1);
  CHECK(LabelMap(Labels{1, 2}, LabelKind::binary, 2.0).labels() == Labels{1, 2});
  CHECK_THROWS_WITH_AS(LabelMap(Labels{1, 2}, LabelKind::binary, 3.0),
                       "--positive 3: the data has the labels 1, 2", UsageError);
  CHECK_THROWS_AS(LabelMap(Labels{1, 2, 3}, LabelKind::classes, 3.0), UsageError);
}

TEST_CASE("LabelMap: what a binary loss can not take") {
  CHECK_THROWS_WITH_AS(LabelMap(Labels{1, 2, 3}, LabelKind::binary),
                       doctest::Contains("--loss softmax or --multiclass ovr"), DataError);
  CHECK_THROWS_WITH_AS(LabelMap(Labels{1}, LabelKind::binary), doctest::Contains("every row has the label 1"),
                       DataError);
  CHECK_THROWS_AS(LabelMap(Labels{1}, LabelKind::classes), DataError);
}

TEST_CASE("LabelMap: classes ascending become 0 .. K-1") {
  const Labels labels{-3, 0.5, 20};
  for (const LabelMap& map : {LabelMap(labels, LabelKind::classes),
                              LabelMap(labels, LabelKind::binary, {}, true), LabelMap(labels, 3)}) {
    CHECK(map.classes() == 3);
    CHECK(map.to_loss(-3) == 0);
    CHECK(map.to_loss(20) == 2);
    CHECK_THROWS_WITH_AS(map.to_loss(4), "the label 4 is none of -3, 0.5, 20", DataError);
  }
  CHECK(LabelMap(Labels{0, 1}, LabelKind::binary, {}, true).to_loss(0) == -1);  // two classes need one score
}

TEST_CASE("LabelMap: real labels stay") {
  const LabelMap map(Labels{-1, 2.5}, LabelKind::real);
  CHECK(map.to_loss(2.5) == 2.5);
  CHECK(map.to_loss(99) == 99);
  CHECK(map.labels().empty());
  CHECK_THROWS_AS(LabelMap(Labels{-1, 2.5}, LabelKind::positive_count), DataError);
  CHECK_THROWS_AS(LabelMap(Labels{-1, 2.5}, LabelKind::real, 2.5), UsageError);
  CHECK(LabelMap(Labels{0, 2}, LabelKind::positive_count).to_loss(2) == 2);
}

TEST_CASE("LabelMap: labels of lists become 0 .. K-1, also one alone") {
  const LabelMap map = LabelMap::of_lists({-1, 2.5, 7});
  CHECK(map.classes() == 3);
  CHECK(map.to_loss(2.5) == 1);
  CHECK_THROWS_AS(map.to_loss(3), DataError);
  CHECK(LabelMap::of_lists({4}).to_loss(4) == 0);
  CHECK_THROWS_WITH_AS(LabelMap::of_lists({}), "no row has a label", DataError);
}
