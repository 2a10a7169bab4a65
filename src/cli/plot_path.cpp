#include "cli/plot_path.hpp"

#include <algorithm>
#include <cmath>

#include "cli/experiment.hpp"
#include "cli/fitting.hpp"
#include "sparselearn/base/csv.hpp"
#include "sparselearn/engine/objective.hpp"

namespace sparselearn::cli {
namespace {

constexpr std::size_t grid_points = 61;  // a side: each costs a pass over the data
constexpr double margin = 0.25;          // around the path, as a part of its extent

// The file, its two columns of weights and that of the intercept.
struct Path {
  CsvTable table;
  std::size_t x, y;
  std::optional<std::size_t> bias;

  explicit Path(const std::string& file) : table(CsvTable::read(file)), x(0), y(0), bias(table.column("b")) {
    table.require_column("problem");  // other files are none of ours
    const std::size_t first = table.require_column("objective") + 1;
    const std::size_t weights = table.header().size() - first - (bias ? 1 : 0);
    if (weights != 2)
      throw UsageError("a path is drawn over two weights; " + file + " has " + std::to_string(weights));
    if (table.rows().empty()) throw DataError(Place{file, 1}, "there are no rows");
    x = first;
    y = first + 1;
  }

  std::string problem() const {
    const std::size_t column = table.require_column("problem");
    const std::string& text = table.rows()[0].fields[column];
    for (const CsvTable::Row& row : table.rows())
      if (row.fields[column] != text)
        throw DataError(Place{table.path(), row.line}, "the runs of one plot must be of one problem");
    return text;
  }

  double last_bias() const { return bias ? table.number(table.rows().back(), *bias) : 0; }
};

std::vector<Figure::Series> series_of(const Path& path) {
  const std::size_t run = path.table.require_column("run"), solver = path.table.require_column("solver");
  std::vector<Figure::Series> all;
  std::string name;
  for (const CsvTable::Row& row : path.table.rows()) {
    if (all.empty() || row.fields[run] != name) {
      name = row.fields[run];
      all.push_back({row.fields[solver], {}});
    }
    all.back().points.emplace_back(path.table.number(row, path.x), path.table.number(row, path.y));
  }
  return all;
}

// From the least to the largest coordinate of the path, and a margin.
std::pair<double, double> range_of(const Path& path, std::size_t column) {
  double least = path.table.number(path.table.rows()[0], column), largest = least;
  for (const CsvTable::Row& row : path.table.rows()) {
    least = std::min(least, path.table.number(row, column));
    largest = std::max(largest, path.table.number(row, column));
  }
  const double around = largest > least ? margin * (largest - least) : std::max(1.0, std::abs(least));
  return {least - around, largest + around};
}

Figure::Surface surface_of(const Path& path, const Problem& problem) {
  Figure::Surface surface;
  const auto [left, right] = range_of(path, path.x);
  const auto [bottom, top] = range_of(path, path.y);
  Objective objective(problem);
  std::vector<double> w(problem.dimension(), path.last_bias());
  for (std::size_t i = 0; i < grid_points; ++i)
    for (std::size_t j = 0; j < grid_points; ++j) {
      const auto place = [](double from, double to, std::size_t k) {
        return from + (to - from) * static_cast<double>(k) / (grid_points - 1);
      };
      w[0] = place(left, right, i);
      w[1] = place(bottom, top, j);
      surface.points.push_back({w[0], w[1], objective.value(w).total});
    }
  surface.rows = grid_points;
  return surface;
}

}  // namespace

Figure path_figure(const std::string& weights, const std::vector<std::string>& data) {
  const Path path(weights);
  const Arguments arguments = train_arguments(path.problem(), data);
  TrainSettings settings = train_settings(arguments);
  settings.cache = false;  // what the file says must not have others written
  Screen screen(arguments);
  const TrainData rows = read_train_data(arguments, settings, screen);
  const LossProblem made(settings, rows);
  const Problem& problem = made.problem;
  if (problem.penalized() != 2 || problem.dimension() != (path.bias ? 3U : 2U))
    throw UsageError(weights + " is of two weights, and the data have " + std::to_string(problem.features()) +
                     " features: name the data it was trained on with --data");
  Figure figure{path.table.header()[path.x], path.table.header()[path.y], false, {{"", series_of(path), {}}}};
  figure.panels[0].surface = surface_of(path, problem);
  return figure;
}

}  // namespace sparselearn::cli
