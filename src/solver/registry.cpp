#include <algorithm>
#include <string>
#include <vector>

#include "sparselearn/base/closest.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/solver/solver.hpp"

namespace sparselearn::solver {

#define SPARSELEARN_SOLVER(identifier, ...) std::unique_ptr<Solver> make_##identifier(const SolverOptions&);
#include "solver/solvers.def"
#undef SPARSELEARN_SOLVER

namespace {

#define SPARSELEARN_SOLVER(identifier, name, family, supports, options, summary, source) \
  Info{name, family, summary, source, supports, options, make_##identifier},
const Info table[] = {
#include "solver/solvers.def"
};
#undef SPARSELEARN_SOLVER

// What a problem needs, in the words of an error message.
struct Need {
  unsigned support;
  const char* words;
};

std::vector<Need> needs_of(const Problem& problem, bool lock_free) {
  std::vector<Need> needs;
  if (lock_free) needs.push_back({hogwild, "--mode hogwild"});
  if (problem.data().on_disk()) needs.push_back({stream, "rows on disk (--stream)"});
  if (problem.penalty().l1 > 0) needs.push_back({l1, "an l1 penalty"});
  if (problem.intercept()) needs.push_back({intercept, "an intercept"});
  if (problem.outputs() > 1) needs.push_back({classes, "a loss with a score per class"});
  if (!problem.loss().differentiable()) needs.push_back({nonsmooth, "a loss with kinks"});
  if (problem.penalty().l2 == 0) needs.push_back({no_l2, "l2 = 0"});
  return needs;
}

}  // namespace

bool Info::reads(std::string_view option) const {
  for (std::string_view rest = options; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    if (rest.substr(0, comma) == option) return true;
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return false;
}

std::span<const Info> all() { return table; }

const Info* find(std::string_view name) {
  const auto found =
      std::find_if(std::begin(table), std::end(table), [&](const Info& i) { return i.name == name; });
  return found == std::end(table) ? nullptr : found;
}

std::unique_ptr<Solver> make(std::string_view name, const SolverOptions& options) {
  if (const Info* info = find(name)) return info->make(options);
  std::vector<std::string_view> names;
  for (const Info& info : table) names.push_back(info.name);
  const std::string near = closest(name, names);
  throw UsageError("there is no solver '" + std::string(name) + "'" +
                   (near.empty() ? "; `sparselearn solvers` lists them" : "; did you mean '" + near + "'?"));
}

void require_support(const Info& info, const Problem& problem, bool lock_free) {
  const auto needs = needs_of(problem, lock_free);
  unsigned wanted = 0;
  for (const Need& need : needs) wanted |= need.support;
  for (const Need& need : needs) {
    if (info.supports & need.support) continue;
    std::string able;
    for (const Info& other : table)
      if ((other.supports & wanted) == wanted) able += (able.empty() ? "" : ", ") + std::string(other.name);
    throw UsageError("solver " + std::string(info.name) + " does not support " + need.words +
                     (able.empty() ? "" : "; solvers that do: " + able));
  }
}

}  // namespace sparselearn::solver
