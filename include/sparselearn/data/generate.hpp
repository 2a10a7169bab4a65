// Synthetic sparse data with a planted linear model. The same shape and seed give the same bytes on every
// machine and any number of threads: rows are made in blocks of fixed size, each from its own random numbers.
#pragma once
#include <cstdint>
#include <string>

namespace sparselearn {

struct DataShape {
  enum class Labels { binary, regression, classes };
  std::uint64_t rows = 1000;
  std::uint64_t features = 100;
  double nonzeros_per_row = 10;  // mean; the lengths spread log-normally
  double length_spread = 0.5;    // standard deviation of the logarithm of a row's length
  double zipf = 1;               // feature j (1-based) is drawn with probability ~ j^-zipf
  bool ones = false;             // every value 1, else uniform in (0, 1) with 6 digits
  Labels labels = Labels::binary;
  std::uint64_t classes = 3;  // Labels::classes: labels 1 .. classes
  double noise = 0.1;         // binary, classes: share of labels drawn at random; regression: deviation added
  std::uint64_t seed = 1;     // of the rows
  std::uint64_t model_seed =
      1;  // of the planted model: another row seed with the same model makes a test set
};

/// Writes the data as LIBSVM text (base 1) to `path` ("-": standard output), whole or not at all.
/// Throws UsageError for a shape that cannot be, IoError when writing fails.
void generate(const DataShape& shape, const std::string& path);

}  // namespace sparselearn
