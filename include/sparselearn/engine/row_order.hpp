// The order in which an epoch visits rows. Rows are cut into segments of consecutive rows (32 to 128 KB
// each); an epoch shuffles the segments, takes a few MB of them at a time and shuffles the rows of that
// group: memory is read in runs that the prefetcher follows, every group is drawn from the whole file (so
// data sorted by label is mixed), and small data is shuffled fully.
//
// For threads that take rows at the same time an epoch can be dealt out to several streams, no row to two of
// them: segment by segment, shorter ones where there are few, so that what lies side by side in memory mostly
// belongs to one thread; in the first epoch of a curriculum row by row; and where rows are drawn at random,
// each stream draws from a run of consecutive rows of its own.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sparselearn/base/archive.hpp"
#include "sparselearn/base/random.hpp"
#include "sparselearn/data/dataset.hpp"

namespace sparselearn {

class RowOrder {
 public:
  enum class Kind { reshuffle, once, sequential, random, curriculum };
  /// Throws UsageError for an unknown name.
  static Kind kind_of(std::string_view name);

  /// The data must outlive the order.
  RowOrder(const Dataset& data, Kind kind, std::uint64_t seed, std::size_t streams = 1);

  /// Rows by importance instead: row i is visited N p_i times an epoch in expectation, for `probabilities` p
  /// (rows, sum 1). With the orders other than `random` the counts are floor or ceiling of N p_i (systematic
  /// sampling), which has less variance. For one stream only.
  void set_probabilities(std::vector<double> probabilities);

  /// From the next group on leaves out every row i with day[i] != today (days in file order; an empty span
  /// leaves out none). Groups hold as much work as ever, drawn from more segments. The days are looked at
  /// when a group is made.
  void only(std::span<const std::uint8_t> day, std::uint8_t today) {
    day_ = day;
    today_ = today;
  }

  /// Begins a pass over the rows.
  void begin_epoch();
  /// The next few rows of a stream of the epoch; empty at its end. Valid until the stream's next call.
  /// Different streams may be asked at the same time.
  std::span<const RowPlace> next_group(std::size_t stream = 0);

  void state(Archive& archive) { archive(random_)(begun_); }

 private:
  struct Segment {
    std::uint32_t block, begin, end;
  };
  // What one thread works with stays off the others' cache lines.
  struct alignas(128) Stream {
    std::vector<RowPlace> group;
    Random random{0};         // with several streams; one stream draws from random_
    std::size_t next = 0;     // of order_ or by_ease_
    std::uint64_t drawn = 0;  // random: rows drawn in this epoch
  };
  double fill_segment(Stream& stream, const Segment& segment);
  double fill_due(Stream& stream, const Segment& segment);
  void fill_random_group(std::size_t number);
  void sort_by_ease();
  void fill_easy_group(Stream& stream);
  void visit_by_probability(RowPlace place);
  Random& random_of(Stream& stream) { return streams_.size() == 1 ? random_ : stream.random; }

  const Dataset& data_;
  Kind kind_;
  std::uint64_t seed_;
  Random random_;
  std::vector<Segment> segments_, order_;
  std::vector<Stream> streams_;
  double segments_a_group_ = 0;
  std::uint64_t begun_ = 0;            // epochs begun
  std::vector<RowPlace> by_ease_;      // curriculum: the rows of the first epoch
  std::vector<double> probabilities_;  // empty: uniform
  std::vector<double> cumulative_;     // random with probabilities
  double carry_ = 0;                   // systematic sampling: the fraction brought along
  std::span<const std::uint8_t> day_;
  std::uint8_t today_ = 0;
};

}  // namespace sparselearn
