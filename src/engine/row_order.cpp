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
// begins on other pages than the last. Those of small data are shorter, where several streams share them.
std::uint64_t segment_cost(const Dataset& data, std::size_t streams) {
  constexpr std::uint64_t segments_a_stream = 64;
  const std::uint64_t all = data.nonzeros() + data.rows();
  const std::uint64_t cost = std::clamp(all / many_segments, least_cost, most_cost);
  return streams == 1 ? cost : std::clamp<std::uint64_t>(all / (segments_a_stream * streams), 1, cost);
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

RowOrder::RowOrder(const Dataset& data, Kind kind, std::uint64_t seed, std::size_t streams)
    : data_(data), kind_(kind), seed_(seed), random_(seed), streams_(streams) {
  const std::uint64_t cost = segment_cost(data, streams);
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
  carry_ = random_.uniform();
  by_ease_.clear();
  if (kind_ == Kind::curriculum && begun_ == 0) sort_by_ease();
  ++begun_;
  if (kind_ == Kind::reshuffle || kind_ == Kind::once || kind_ == Kind::curriculum) {
    if (kind_ == Kind::once) random_ = Random(seed_);  // the same shuffle every time
    order_ = segments_;
    random_.shuffle(std::span(order_));
  }
  for (std::size_t s = 0; s < streams_.size(); ++s) {
    streams_[s].next = s;
    streams_[s].drawn = 0;
    if (streams_.size() > 1) streams_[s].random = Random(random_.next());
  }
}

std::span<const RowPlace> RowOrder::next_group(std::size_t number) {
  Stream& stream = streams_[number];
  stream.group.clear();
  data_.relieve();
  if (kind_ == Kind::random) {
    fill_random_group(number);
    return stream.group;
  }
  if (!by_ease_.empty()) {
    fill_easy_group(stream);
    return stream.group;
  }
  // Segments' worth of rows taken; a segment of which few rows are due counts for little.
  double filled = 0;
  for (; stream.next < order_.size() && (filled < segments_a_group_ || stream.group.empty());
       stream.next += streams_.size())
    filled += fill_segment(stream, order_[stream.next]);
  if (kind_ != Kind::sequential) random_of(stream).shuffle(std::span(stream.group));
  return stream.group;
}

// Adds a segment's rows to the group; returns the share of them that are due.
double RowOrder::fill_segment(Stream& stream, const Segment& segment) {
  if (!day_.empty()) return fill_due(stream, segment);
  for (std::uint32_t r = segment.begin; r < segment.end; ++r) {
    if (probabilities_.empty())
      stream.group.push_back({segment.block, r});
    else
      visit_by_probability({segment.block, r});
  }
  return 1;
}

double RowOrder::fill_due(Stream& stream, const Segment& segment) {
  std::vector<RowPlace>& group = stream.group;
  const std::uint32_t rows = segment.end - segment.begin;
  const std::uint8_t* const day = &day_[data_.number({segment.block, segment.begin})];
  const std::size_t before = group.size();
  group.resize(before + rows);
  RowPlace* next = group.data() + before;
  for (std::uint32_t r = 0; r < rows; ++r) {  // without a branch, as which rows are due has no pattern
    *next = {segment.block, segment.begin + r};
    next += day[r] == today_ ? 1 : 0;
  }
  group.resize(static_cast<std::size_t>(next - group.data()));
  return static_cast<double>(group.size() - before) / static_cast<double>(rows);
}

// Systematic sampling: the running sum of N p_i crosses as many integers as row i has visits.
void RowOrder::visit_by_probability(RowPlace place) {
  carry_ += probabilities_[data_.number(place)] * static_cast<double>(data_.rows());
  for (; carry_ >= 1; carry_ -= 1) streams_.front().group.push_back(place);
}

// Each stream draws from rows of its own: the n-th of S streams from the n-th S-th of them all.
void RowOrder::fill_random_group(std::size_t number) {
  Stream& stream = streams_[number];
  Random& random = random_of(stream);
  const std::uint64_t first = data_.rows() * number / streams_.size();
  const std::uint64_t rows = data_.rows() * (number + 1) / streams_.size() - first;
  for (; stream.drawn < rows && stream.group.size() < rows_a_group; ++stream.drawn) {
    std::uint64_t row = first + random.below(rows);
    if (!cumulative_.empty()) {
      const double at = random.uniform() * cumulative_.back();
      row = static_cast<std::uint64_t>(std::upper_bound(cumulative_.begin(), cumulative_.end(), at) -
                                       cumulative_.begin());
      row = std::min(row, rows - 1);
    }
    if (day_.empty() || day_[row] == today_) stream.group.push_back(data_.place(row));
  }
}

// Rows of equal length in random order: data sorted by label is mixed.
void RowOrder::sort_by_ease() {
  by_ease_.reserve(data_.rows());
  for (const Segment& segment : segments_)
    for (std::uint32_t r = segment.begin; r < segment.end; ++r) by_ease_.push_back({segment.block, r});
  random_.shuffle(std::span(by_ease_));
  std::stable_sort(by_ease_.begin(), by_ease_.end(),
                   [&](RowPlace a, RowPlace b) { return data_.row(a).size < data_.row(b).size; });
}

void RowOrder::fill_easy_group(Stream& stream) {
  for (; stream.next < by_ease_.size() && stream.group.size() < rows_a_group;
       stream.next += streams_.size()) {
    const RowPlace place = by_ease_[stream.next];
    if (!day_.empty() && day_[data_.number(place)] != today_) continue;
    if (probabilities_.empty())
      stream.group.push_back(place);
    else
      visit_by_probability(place);
  }
}

}  // namespace sparselearn
