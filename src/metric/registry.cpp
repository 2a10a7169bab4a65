#include <algorithm>

#include "sparselearn/metric/metric.hpp"

namespace sparselearn::metric {

#define SPARSELEARN_METRIC(identifier, ...) double identifier(const Predictions&);
#include "metric/metrics.def"
#undef SPARSELEARN_METRIC

namespace {

constexpr unsigned binary = 1u << static_cast<unsigned>(Task::binary);
constexpr unsigned regression = 1u << static_cast<unsigned>(Task::regression);
constexpr unsigned classes = 1u << static_cast<unsigned>(Task::classes);

#define SPARSELEARN_METRIC(identifier, name, tasks, larger_is_better, needs_probability, summary) \
  Info{name, summary, tasks, larger_is_better, needs_probability, identifier},
constexpr Info table[] = {
#include "metric/metrics.def"
};
#undef SPARSELEARN_METRIC

}  // namespace

std::span<const Info> all() { return table; }

const Info* find(std::string_view name) {
  const auto found =
      std::find_if(std::begin(table), std::end(table), [&](const Info& i) { return i.name == name; });
  return found == std::end(table) ? nullptr : found;
}

}  // namespace sparselearn::metric
