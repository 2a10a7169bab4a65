#include "sparselearn/model/labels.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn {
namespace {

std::string list(std::span<const double> labels) {
  constexpr std::size_t shown = 10;
  std::string text;
  for (const double label : labels.first(std::min(shown, labels.size())))
    text += (text.empty() ? "" : ", ") + to_text(label);
  return labels.size() > shown ? text + ", ..." : text;
}

void require_two(std::span<const double> distinct) {
  if (distinct.size() == 1)
    throw DataError("every row has the label " + to_text(distinct[0]) +
                    ": a classifier needs at least two labels");
  if (distinct.size() > 2)
    throw DataError("a binary loss takes two labels, found more: " + list(distinct) +
                    "; try --loss softmax or --multiclass ovr");
}

}  // namespace

LabelMap::LabelMap(std::span<const double> distinct, LabelKind kind, std::optional<double> positive,
                   bool one_vs_rest) {
  if (kind == LabelKind::positive_count && !distinct.empty() && distinct.front() < 0)
    throw DataError("this loss takes labels >= 0, found " + to_text(distinct.front()));
  const bool real = kind == LabelKind::real || kind == LabelKind::positive_count;
  if (real && positive) throw UsageError("--positive is for losses of two labels, not for regression");
  if (real) return;

  labels_.assign(distinct.begin(), distinct.end());
  binary_ = kind == LabelKind::binary && !(one_vs_rest && distinct.size() > 2);
  if (binary_ || distinct.size() == 1) require_two(distinct);
  if (!positive) return;
  if (!binary_) throw UsageError("--positive is for two labels; with classes every label has its own score");
  if (std::find(labels_.begin(), labels_.end(), *positive) == labels_.end())
    throw UsageError("--positive " + to_text(*positive) + ": the data has the labels " + list(labels_));
  if (*positive == labels_[0]) std::swap(labels_[0], labels_[1]);
}

LabelMap LabelMap::of_lists(std::vector<double> distinct) {
  if (distinct.empty()) throw DataError("no row has a label");
  LabelMap map;
  map.labels_ = std::move(distinct);
  return map;
}

LabelMap::LabelMap(std::vector<double> labels, std::size_t outputs)
    : labels_(std::move(labels)), binary_(outputs == 1 && !labels_.empty()) {}

double LabelMap::to_loss(double label) const {
  if (labels_.empty()) return label;
  const auto found = binary_ ? std::find(labels_.begin(), labels_.end(), label)
                             : std::lower_bound(labels_.begin(), labels_.end(), label);
  if (found == labels_.end() || *found != label)
    throw DataError("the label " + to_text(label) + " is none of " + list(labels_));
  const auto position = static_cast<double>(found - labels_.begin());
  return binary_ ? 2 * position - 1 : position;
}

}  // namespace sparselearn
