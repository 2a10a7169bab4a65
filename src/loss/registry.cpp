#include <algorithm>
#include <string>
#include <vector>

#include "sparselearn/base/closest.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/loss/loss.hpp"

namespace sparselearn::loss {

#define SPARSELEARN_LOSS(identifier, ...) std::unique_ptr<Loss> make_##identifier(const LossOptions&);
#include "loss/losses.def"
#undef SPARSELEARN_LOSS

namespace {

#define SPARSELEARN_LOSS(identifier, name, formula, labels, options, source) \
  Info{name, formula, labels, options, source, make_##identifier},
constexpr Info table[] = {
#include "loss/losses.def"
};
#undef SPARSELEARN_LOSS

}  // namespace

std::span<const Info> all() { return table; }

const Info* find(std::string_view name) {
  const auto found =
      std::find_if(std::begin(table), std::end(table), [&](const Info& i) { return i.name == name; });
  return found == std::end(table) ? nullptr : found;
}

std::unique_ptr<Loss> make(std::string_view name, const LossOptions& options) {
  if (const Info* info = find(name)) return info->make(options);
  std::vector<std::string_view> names;
  for (const Info& info : table) names.push_back(info.name);
  const std::string near = closest(name, names);
  throw UsageError("there is no loss '" + std::string(name) + "'" +
                   (near.empty() ? "; `sparselearn losses` lists them" : "; did you mean '" + near + "'?"));
}

}  // namespace sparselearn::loss
