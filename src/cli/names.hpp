// Looking a name up in one of the library's tables.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"
#include "sparselearn/base/closest.hpp"

namespace sparselearn::cli {

/// True when the comma-separated list holds the name.
inline bool reads(std::string_view list, std::string_view name) {
  for (const std::string_view item : split(list, ','))
    if (item == name) return true;
  return false;
}

/// The line with this name. Throws UsageError, suggesting the nearest and naming the list.
template <class Info>
const Info& find_named(const std::string& kind, std::string_view name, std::span<const Info> all) {
  std::vector<std::string_view> names;
  for (const Info& info : all) {
    if (info.name == name) return info;
    names.push_back(info.name);
  }
  const std::string near = closest(name, names);
  const std::string plural = kind == "loss" ? "losses" : kind + "s";
  throw UsageError(
      "there is no " + kind + " '" + std::string(name) + "'" +
      (near.empty() ? "; `sparselearn " + plural + "` lists them" : "; did you mean '" + near + "'?"));
}

}  // namespace sparselearn::cli
