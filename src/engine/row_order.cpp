#include "sparselearn/engine/row_order.hpp"

#include <algorithm>
#include <string>

#include "sparselearn/base/error.hpp"

namespace sparselearn {
namespace {

constexpr std::uint64_t least_cost = 4096, most_cost = 16384;  // nonzeros and rows in a segment
constexpr std::uint64_t many_segments = 8192;
constexpr std::uint64_t cost_in_cache = 64 * least_cost;  // of a group: about the second-level cache
constexpr std::uint64_t rows_a_group = 4096;              // in orders that ignore segments

// Segments of large data are longer, where there are so many that groups are well mixed all the same: each
// begins on other pages than the last.
std::uint64_t segment_cost(const Dataset& data) {
  return std::clamp((data.nonzeros() + data.rows()) / many_segments, least_cost, most_cost);
}

}  // namespace

RowOrder::Kind RowOrder::kind_of(std::string_view name) {
  if (name == "reshuffle") return Kind::reshuffle;
  if (name == "once") return Kind::once;
  if (name == "sequential") return Kind::sequential;
  if (name == "random") return Kind::random;
  if (name == "curriculum") return Kind::curriculum;
  throw UsageError("--order takes reshuffle, once, sequential, random or curriculum, not '" +
                   std::string(name) + "'");
}

RowOrder::RowOrder(const Dataset& data, Kind kind, std::uint64_t seed)
    : data_(data), kind_(kind), seed_(seed), random_(seed) {
  const std::uint64_t cost = segment_cost(data);
  segments_a_group_ = static_cast<double>(cost_in_cache) / static_cast<double>(cost);
  for (std::uint32_t b = 0; b < data.blocks().size(); ++b) {
    data.relieve();
    const RowBlock& block = data.blocks()[b];
    const auto rows = static_cast<std::uint32_t>(block.rows());
    for (std::uint32_t begin = 0, end = 0; begin < rows; begin = end) {
      while (end < rows && block.offsets[end] - block.offsets[begin] + (end - begin) < cost) ++end;
      segments_.push_back({b, begin, end});
    }
  }
  order_ = segments_;
}

void RowOrder::set_probabilities(std::vector<double> probabilities) {
  probabilities_ = std::move(probabilities);
  if (kind_ != Kind::random) return;
  cumulative_.resize(probabilities_.size());
  double sum = 0;
  for (std::size_t i = 0; i < cumulative_.size(); ++i) cumulative_[i] = sum += probabilities_[i];
}

void RowOrder::begin_epoch() {
  next_segment_ = 0;
  drawn_ = 0;
  carry_ = random_.uniform();
  by_ease_.clear();
  if (kind_ == Kind::curriculum && begun_ == 0) sort_by_ease();
  ++begun_;
  if (kind_ == Kind::reshuffle || kind_ == Kind::once || kind_ == Kind::curriculum) {
    if (kind_ == Kind::once) random_ = Random(seed_);  // the same shuffle every time
    order_ = segments_;
    random_.shuffle(std::span(order_));
  }
}

std::span<const RowPlace> RowOrder::next_group() {
  group_.clear();
  data_.relieve();
  if (kind_ == Kind::random) {
    fill_random_group();
    return group_;
  }
  if (!by_ease_.empty()) {
    fill_easy_group();
    return group_;
  }
  // Segments' worth of rows taken; a segment of which few rows are due counts for little.
  double filled = 0;
  while (next_segment_ < order_.size() && (filled < segments_a_group_ || group_.empty()))
    filled += fill_segment(order_[next_segment_++]);
  if (kind_ != Kind::sequential) random_.shuffle(std::span(group_));
  return group_;
}

// Adds a segment's rows to the group; returns the share of them that are due.
double RowOrder::fill_segment(const Segment& segment) {
  if (!day_.empty()) return fill_due(segment);
  for (std::uint32_t r = segment.begin; r < segment.end; ++r) {
    if (probabilities_.empty())
      group_.push_back({segment.block, r});
    else
      visit_by_probability({segment.block, r});
  }
  return 1;
}

double RowOrder::fill_due(const Segment& segment) {
  const std::uint32_t rows = segment.end - segment.begin;
  const std::uint8_t* const day = &day_[data_.number({segment.block, segment.begin})];
  const std::size_t before = group_.size();
  group_.resize(before + rows);
  RowPlace* next = group_.data() + before;
  for (std::uint32_t r = 0; r < rows; ++r) {  // without a branch, as which rows are due has no pattern
    *next = {segment.block, segment.begin + r};
    next += day[r] == today_ ? 1 : 0;
  }
  group_.resize(static_cast<std::size_t>(next - group_.data()));
  return static_cast<double>(group_.size() - before) / static_cast<double>(rows);
}

// Systematic sampling: the running sum of N p_i crosses as many integers as row i has visits.
void RowOrder::visit_by_probability(RowPlace place) {
  carry_ += probabilities_[data_.number(place)] * static_cast<double>(data_.rows());
  for (; carry_ >= 1; carry_ -= 1) group_.push_back(place);
}

void RowOrder::fill_random_group() {
  const std::uint64_t rows = data_.rows();
  for (; drawn_ < rows && group_.size() < rows_a_group; ++drawn_) {
    std::uint64_t number = random_.below(rows);
    if (!cumulative_.empty()) {
      const double at = random_.uniform() * cumulative_.back();
      number = static_cast<std::uint64_t>(std::upper_bound(cumulative_.begin(), cumulative_.end(), at) -
                                          cumulative_.begin());
      number = std::min(number, rows - 1);
    }
    if (day_.empty() || day_[number] == today_) group_.push_back(data_.place(number));
  }
}

// Rows of equal length in random order: data sorted by label is mixed.
void RowOrder::sort_by_ease() {
  next_easy_ = 0;
  by_ease_.reserve(data_.rows());
  for (const Segment& segment : segments_)
    for (std::uint32_t r = segment.begin; r < segment.end; ++r) by_ease_.push_back({segment.block, r});
  random_.shuffle(std::span(by_ease_));
  std::stable_sort(by_ease_.begin(), by_ease_.end(),
                   [&](RowPlace a, RowPlace b) { return data_.row(a).size < data_.row(b).size; });
}

void RowOrder::fill_easy_group() {
  for (; next_easy_ < by_ease_.size() && group_.size() < rows_a_group; ++next_easy_) {
    const RowPlace place = by_ease_[next_easy_];
    if (!day_.empty() && day_[data_.number(place)] != today_) continue;
    if (probabilities_.empty())
      group_.push_back(place);
    else
      visit_by_probability(place);
  }
}

}  // namespace sparselearn
