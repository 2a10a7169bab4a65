// A trace's text, taken apart.
#pragma once
#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

namespace sparselearn::tests {

inline std::vector<std::vector<std::string>> cells(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    REQUIRE(line.back() == '\r');
    line.pop_back();
    std::istringstream fields(line + ",");
    rows.emplace_back();
    for (std::string field; std::getline(fields, field, ',');) rows.back().push_back(field);
  }
  return rows;
}

// Columns that may differ from run to run.
inline constexpr std::size_t threads_column = 6, seconds_column = 10;

inline std::string without_times(const std::string& csv) {
  std::string text;
  for (auto row : cells(csv)) {
    row[threads_column] = row[seconds_column] = "*";
    for (const std::string& field : row) text += field + ",";
    text += "\n";
  }
  return text;
}

}  // namespace sparselearn::tests
