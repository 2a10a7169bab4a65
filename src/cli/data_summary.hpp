// Figures of a data set, for `inspect`.
#pragma once
#include <cstdint>
#include <map>
#include <memory>

#include "sparselearn/data/row_block.hpp"

namespace sparselearn::cli {

struct Range {
  double least = 0, mean = 0, largest = 0;
};

struct DataSummary {
  std::uint64_t memory = 0;  // bytes that the rows take
  std::uint64_t empty_rows = 0;
  std::uint64_t used_features = 0;         // features with at least one nonzero
  bool all_ones = true;                    // every value is 1
  Range values, row_lengths, row_norms;    // norms: |x_i|_2
  std::map<double, std::uint64_t> labels;  // rows with each label; empty when there are more than
                                           // `most_labels`, but of lists they are all
  Range label_range;
  bool label_lists = false;
  Range list_lengths;                 // of lists: labels a row; the mean is the cardinality
  std::uint64_t rows_unlabelled = 0;  // of lists: rows without a label
  static constexpr std::size_t most_labels = 1000;
};

/// Looks at rows block by block, so that data of any size fit.
class DataSurvey {
 public:
  DataSurvey();
  ~DataSurvey();
  /// Indices may stand for others one higher, modulo 2^32 (survey_stream()).
  void add(const RowBlock& block);
  DataSummary summary() const;

 private:
  struct Tallies;
  std::unique_ptr<Tallies> tallies_;
};

}  // namespace sparselearn::cli
