// Synthetic sparse data with a planted model. The rows depend on the shape alone: the same on any number of
// threads and on any machine.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sparselearn/data/dataset.hpp"
#include "sparselearn/data/writer.hpp"

namespace sparselearn {

struct DataShape {
  enum class Labels { binary, regression, classes };

  std::uint64_t rows = 1000;
  std::uint64_t features = 1000;
  double nonzeros_per_row =
      20;                      // the mean: rows * nonzeros_per_row, rounded, is the number of nonzeros in all
  double length_spread = 0.5;  // row lengths are log-normal: standard deviation of their logarithm
  double zipf = 1;             // the k-th most frequent feature is drawn in proportion to k^-zipf
  // Values are 1 with `ones`, else (1 + log(times drawn)) * log(frequency rank + 1) with `tf_idf`, else
  // uniform in (0, 1).
  bool ones = false;
  bool tf_idf = false;
  bool normalized = false;         // rows of Euclidean length 1
  int digits = 6;                  // decimals of the values, 1 to 9
  Labels labels = Labels::binary;  // -1 and 1; numbers; 1 .. classes
  std::uint64_t classes = 3;
  double model_density = 0.1;  // part of the features that the planted model uses
  double noise =
      0.1;  // binary, classes: part of the labels that is wrong; regression: relative to the signal
  std::uint64_t seed = 1;        // of the rows
  std::uint64_t model_seed = 1;  // of the planted model: other rows of the same model make a test set
};

/// Names that shaped_like takes.
std::vector<std::string_view> generate_shapes();

/// Rows, features, nonzeros, frequencies and row lengths of a published data set: rcv1, news20 (the binary
/// one), url, kdda, a9a. `scale` multiplies the rows alone. Throws UsageError for another name or a scale
/// that leaves no row.
DataShape shaped_like(std::string_view name, double scale = 1);

/// The shape of a data set at hand: rows, features, nonzeros, spread of the row lengths, exponent of the
/// feature frequencies (least squares over the logarithms of frequency and rank, each octave of ranks
/// weighing the same), kind of values and of labels. Throws DataError for data without a nonzero.
DataShape shape_of(const Dataset& data);

/// Makes any block of rows independently of the others. Safe to use from several threads.
class Generator {
 public:
  /// Throws UsageError for a shape that can not be.
  explicit Generator(const DataShape& shape);

  const DataShape& shape() const { return shape_; }
  std::uint64_t blocks() const;
  /// The rows of block b = 0 .. blocks() - 1, a few hundred kilobytes of them.
  RowBlock block(std::uint64_t b) const;

 private:
  std::uint64_t length(std::uint64_t row) const;
  std::uint64_t drawn_nonzeros() const;
  std::uint64_t drawn_length(std::uint64_t seed, std::uint64_t row) const;
  RowBlock unlabelled(std::uint64_t b) const;
  RowBlock sample() const;
  double score(const RowView& row, std::uint64_t output) const;
  double label(const RowView& row, std::uint64_t number) const;
  void balance();

  DataShape shape_;
  std::uint64_t rows_per_block_ = 1;
  std::int64_t surplus_ = 0;    // nonzeros that the drawn lengths are short of, spread over all rows
  std::vector<double> middle_;  // median score of each output: where the two labels part
  double deviation_ = 1;        // typical distance of a score from it
};

/// All rows; blocks are made in parallel. Throws UsageError for a shape that can not be.
Dataset generated(const DataShape& shape);

/// Writes all rows; blocks are made and formatted in parallel.
void generate_text(const Generator& generator, const TextFormat& format, const TextSink& sink);

/// The same to a file ("-": standard output), whole or not at all. Throws UsageError for a shape that can not
/// be, IoError when writing fails.
void generate(const DataShape& shape, const std::string& path, const TextFormat& format = {});

}  // namespace sparselearn
