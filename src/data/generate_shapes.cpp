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

struct Published {
  std::string_view name;
  std::uint64_t rows, features, nonzeros;
  double length_spread, zipf;
  bool tf_idf;  // normalised log tf-idf, else ones
};

constexpr Published shapes[] = {
    {"rcv1", 20'242, 47'236, 1'498'952, 0.6, 1.1, true},             // Reuters stories, cosine-normalised
    {"news20", 19'996, 1'355'191, 9'097'916, 0.85, 1.0, true},       // newsgroups, two classes
    {"url", 2'396'130, 3'231'961, 277'058'644, 0.16, 1.3, false},    // addresses good and bad
    {"kdda", 8'407'752, 20'216'830, 305'613'510, 0.35, 1.0, false},  // steps of students, KDD Cup 2010
    {"a9a", 32'561, 123, 451'592, 0.04, 1.0, false},                 // census
};

}  // namespace

std::vector<std::string_view> generate_shapes() {
  std::vector<std::string_view> names;
  for (const Published& set : shapes) names.push_back(set.name);
  return names;
}

DataShape shaped_like(std::string_view name, double scale) {
  for (const Published& set : shapes) {
    if (set.name != name) continue;
    const double rows = std::floor(static_cast<double>(set.rows) * scale + 0.5);
    if (!(rows >= 1 && rows <= 1e12)) throw UsageError("a scale that leaves at least one row is needed");
    DataShape shape;
    shape.rows = static_cast<std::uint64_t>(rows);
    shape.features = set.features;
    shape.nonzeros_per_row = static_cast<double>(set.nonzeros) / static_cast<double>(set.rows);
    shape.length_spread = set.length_spread;
    shape.zipf = set.zipf;
    shape.ones = !set.tf_idf;
    shape.tf_idf = set.tf_idf;
    shape.normalized = set.tf_idf;
    return shape;
  }
  const auto names = generate_shapes();
  const std::string near = closest(name, names);
  throw UsageError("unknown shape '" + std::string(name) + "'" +
                   (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

}  // namespace sparselearn
