// The published data sets that `generate --like` imitates. Rows, features and nonzeros are those of the
// LIBSVM collection; spread of the row lengths and exponent of the frequencies were fitted to the sets
// themselves or to samples of their kind.
#include <cmath>
#include <string>

#include "sparselearn/base/closest.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/data/generate.hpp"

namespace sparselearn {
namespace {

struct Shape {
  std::string_view name;
  std::uint64_t rows, features, nonzeros;
  double row_spread, zipf;
  GenerateOptions::Values values;
  bool normalized;
};

using Values = GenerateOptions::Values;

constexpr Shape shapes[] = {
    {"rcv1", 20'242, 47'236, 1'498'952, 0.6, 1.1, Values::tf_idf,
     true},  // Reuters stories, cosine-normalised
    {"news20", 19'996, 1'355'191, 9'097'916, 0.85, 1.0, Values::tf_idf, true},   // newsgroups, two classes
    {"url", 2'396'130, 3'231'961, 277'058'644, 0.16, 1.3, Values::ones, false},  // addresses good and bad
    {"kdda", 8'407'752, 20'216'830, 305'613'510, 0.35, 1.0, Values::ones,
     false},                                                        // steps of students, KDD Cup 2010
    {"a9a", 32'561, 123, 451'592, 0.04, 1.0, Values::ones, false},  // census
};

}  // namespace

std::vector<std::string_view> generate_shapes() {
  std::vector<std::string_view> names;
  for (const Shape& shape : shapes) names.push_back(shape.name);
  return names;
}

GenerateOptions shaped_like(std::string_view name, double scale) {
  for (const Shape& shape : shapes) {
    if (shape.name != name) continue;
    const double rows = std::floor(static_cast<double>(shape.rows) * scale + 0.5);
    if (!(rows >= 1 && rows <= 1e12)) throw UsageError("a scale that leaves at least one row is needed");
    GenerateOptions options;
    options.rows = static_cast<std::uint64_t>(rows);
    options.features = shape.features;
    options.nonzeros_per_row = static_cast<double>(shape.nonzeros) / static_cast<double>(shape.rows);
    options.row_spread = shape.row_spread;
    options.zipf = shape.zipf;
    options.values = shape.values;
    options.normalized = shape.normalized;
    return options;
  }
  const auto names = generate_shapes();
  const std::string near = closest(name, names);
  throw UsageError("unknown shape '" + std::string(name) + "'" +
                   (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

}  // namespace sparselearn
