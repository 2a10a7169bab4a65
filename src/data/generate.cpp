#include "sparselearn/data/generate.hpp"

#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/math.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/base/random.hpp"

namespace sparselearn {
namespace {

constexpr std::uint64_t block_rows = 1024;

// Standard normal deviate by the polar method (Marsaglia & Bray 1964).
double normal(Random& random) {
  for (;;) {
    const double u = 2 * random.uniform() - 1, v = 2 * random.uniform() - 1, s = u * u + v * v;
    if (s > 0 && s < 1) return u * std::sqrt(-2 * math::log(s) / s);
  }
}

double power(double base, double exponent) { return math::exp(exponent * math::log(base)); }

// A feature, 0-based, with probability about (j+1)^-zipf: the inverse of the continuous distribution
// function.
std::uint64_t zipf_feature(Random& random, const DataShape& shape) {
  const double u = random.uniform(), d = static_cast<double>(shape.features) + 1, s = 1 - shape.zipf;
  const double x = std::abs(s) < 1e-9 ? power(d, u) : power(1 + u * (power(d, s) - 1), 1 / s);
  return std::min(static_cast<std::uint64_t>(x - 1), shape.features - 1);
}

// The planted weight of a feature for one class: from the feature's number alone, so that no table is needed.
double planted_weight(std::uint64_t feature, std::uint64_t output, const DataShape& shape) {
  Random random(shape.model_seed * 0x9e3779b97f4a7c15ULL + feature * shape.classes + output);
  return normal(random);
}

class BlockWriter {
 public:
  BlockWriter(const DataShape& shape, std::uint64_t block)
      : shape_(shape), random_(shape.seed * 0xd1342543de82ef95ULL + block) {}

  std::string text(std::uint64_t rows) {
    for (std::uint64_t r = 0; r < rows; ++r) row();
    return std::move(text_);
  }

 private:
  void row() {
    draw_features();
    const std::size_t outputs = shape_.labels == DataShape::Labels::classes ? shape_.classes : 1;
    std::vector<double> scores(outputs), values(features_.size(), 1.0);
    for (std::size_t k = 0; k < features_.size(); ++k) {
      if (!shape_.ones) values[k] = static_cast<double>(1 + random_.below(999999)) / 1e6;
      for (std::size_t c = 0; c < outputs; ++c)
        scores[c] += values[k] * planted_weight(features_[k], c, shape_);
    }
    text_ += label(scores);
    for (std::size_t k = 0; k < features_.size(); ++k)
      text_ += ' ' + std::to_string(features_[k] + 1) + ':' + to_text(values[k]);
    text_ += '\n';
  }

  // Distinct features in ascending order; the mean length is that of the shape (log-normal: mean exp(mu +
  // sigma^2/2)).
  void draw_features() {
    const double sigma = shape_.length_spread;
    const double length = shape_.nonzeros_per_row * math::exp(sigma * normal(random_) - sigma * sigma / 2);
    const auto wanted =
        std::min<std::uint64_t>(static_cast<std::uint64_t>(length + random_.uniform()), shape_.features);
    features_.clear();
    for (int round = 0; features_.size() < wanted && round < 64; ++round) {
      while (features_.size() < wanted) features_.push_back(zipf_feature(random_, shape_));
      std::sort(features_.begin(), features_.end());
      features_.erase(std::unique(features_.begin(), features_.end()), features_.end());
    }
  }

  std::string label(const std::vector<double>& scores) {
    switch (shape_.labels) {
      case DataShape::Labels::regression:
        return to_text(scores[0] + shape_.noise * normal(random_), 7);
      case DataShape::Labels::classes: {
        const auto best =
            static_cast<std::uint64_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
        return std::to_string(1 + (random_.uniform() < shape_.noise ? random_.below(shape_.classes) : best));
      }
      case DataShape::Labels::binary:
        break;
    }
    const bool positive = random_.uniform() < shape_.noise ? random_.uniform() < 0.5 : scores[0] > 0;
    return positive ? "+1" : "-1";
  }

  const DataShape& shape_;
  Random random_;
  std::vector<std::uint64_t> features_;
  std::string text_;
};

void require(bool holds, const char* what) {
  if (!holds) throw UsageError(what);
}

void check(const DataShape& shape) {
  require(shape.rows > 0, "--rows must be positive");
  require(shape.features > 0 && shape.features < UINT32_MAX, "--features must lie in 1 .. 2^32 - 2");
  require(shape.nonzeros_per_row > 0 && shape.nonzeros_per_row <= static_cast<double>(shape.features),
          "--nonzeros must be positive and at most --features");
  require(shape.length_spread >= 0 && shape.length_spread <= 5, "--length-spread must lie in 0 .. 5");
  require(shape.zipf >= 0 && shape.zipf <= 10, "--zipf must lie in 0 .. 10");
  require(shape.noise >= 0 && shape.noise <= 1e6, "--noise must not be negative");
  require(shape.labels != DataShape::Labels::classes || shape.classes >= 2, "--classes must be at least 2");
}

}  // namespace

void generate(const DataShape& shape, const std::string& path) {
  check(shape);
  OutputFile file(path);
  const std::uint64_t blocks = (shape.rows + block_rows - 1) / block_rows;
  std::uint64_t next = 0;
  const auto tokens = 2 * static_cast<std::size_t>(tbb::this_task_arena::max_concurrency());
  tbb::parallel_pipeline(
      tokens, tbb::make_filter<void, std::uint64_t>(tbb::filter_mode::serial_in_order,
                                                    [&](tbb::flow_control& control) {
                                                      if (next == blocks) control.stop();
                                                      return next++;
                                                    }) &
                  tbb::make_filter<std::uint64_t, std::string>(
                      tbb::filter_mode::parallel,
                      [&](std::uint64_t block) {
                        const std::uint64_t begin = block * block_rows;
                        return BlockWriter(shape, block).text(std::min(block_rows, shape.rows - begin));
                      }) &
                  tbb::make_filter<std::string, void>(tbb::filter_mode::serial_in_order,
                                                      [&](const std::string& text) { file.write(text); }));
  file.commit();
}

}  // namespace sparselearn
