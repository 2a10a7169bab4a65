#include "sparselearn/train/figure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/program.hpp"

namespace sparselearn {
namespace {

// Okabe & Ito 2008: told apart by most eyes, and of different lightness.
constexpr std::array<std::string_view, 8> colours{"#000000", "#0072b2", "#d55e00", "#009e73",
                                                  "#cc79a7", "#56b4e9", "#e69f00", "#999999"};
constexpr std::size_t dash_types = 5;
constexpr std::size_t marks_a_line = 12;

// In single quotes gnuplot knows no escapes but the doubled quote; a line must not end.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
  }
  return out + "'";
}

struct Layout {
  std::size_t columns, rows;
};

Layout layout_of(const Figure& figure) {
  const std::size_t panels = figure.panels.size();
  std::size_t columns = 1;
  while (columns * columns < panels) ++columns;
  return {columns, (panels + columns - 1) / columns};
}

std::string terminal(const Figure& figure, FigureFormat format, FigureSize size) {
  const Layout layout = layout_of(figure);
  const std::size_t width = size.width * layout.columns, height = size.height * layout.rows;
  const std::string area = std::to_string(width) + "," + std::to_string(height);
  switch (format) {
    case FigureFormat::png:
      return "set terminal pngcairo noenhanced font 'sans,11' size " + area + "\n";
    case FigureFormat::pdf:
      return "set terminal pdfcairo noenhanced font 'sans,11' size " +
             to_text(static_cast<double>(width) / 96) + "in," + to_text(static_cast<double>(height) / 96) +
             "in\n";
    case FigureFormat::text:
      return "set terminal dumb noenhanced mono size " + area + "\n";
    default:
      return "set terminal svg noenhanced dynamic background rgb 'white' font 'sans-serif,13' size " + area +
             "\n";
  }
}

bool drawable(const Figure& figure, const std::pair<double, double>& point) {
  return std::isfinite(point.first) && std::isfinite(point.second) && (!figure.log_y || point.second > 0);
}

// "$p1s2 << EOD ... EOD"; empty when there is nothing to draw.
std::string data_block(const Figure& figure, const Figure::Series& series, const std::string& name) {
  std::string rows;
  for (const auto& point : series.points)
    if (drawable(figure, point)) rows += to_text(point.first) + " " + to_text(point.second) + "\n";
  return rows.empty() ? "" : "$" + name + " << EOD\n" + rows + "EOD\n";
}

std::string style(std::size_t k, std::size_t points) {
  return "linespoints linewidth 1.5 pointsize 0.7 linecolor rgb '" +
         std::string(colours[k % colours.size()]) + "' dashtype " + std::to_string(k % dash_types + 1) +
         " pointtype " + std::to_string(k + 1) + " pointinterval " +
         std::to_string(std::max<std::size_t>(1, points / marks_a_line));
}

// Contours where F - (its least value on the grid) is these parts of the whole range: close together at the
// bottom, where the path ends.
constexpr std::array<double, 9> contour_parts{0.001, 0.004, 0.012, 0.03, 0.07, 0.14, 0.26, 0.45, 0.7};

std::string contour_levels(const Figure::Surface& surface) {
  const auto lower = [](const auto& a, const auto& b) { return a.height < b.height; };
  const auto [least, largest] = std::minmax_element(surface.points.begin(), surface.points.end(), lower);
  std::string levels;
  for (const double part : contour_parts)
    levels += (levels.empty() ? "" : ",") + to_text(least->height + part * (largest->height - least->height));
  return levels;
}

// Draws the contours into a table named `name`c.
std::string contour_commands(const Figure::Surface& surface, const std::string& name) {
  std::string data = "$" + name + "g << EOD\n";
  for (std::size_t k = 0; k < surface.points.size(); ++k) {
    const Figure::Surface::Point& point = surface.points[k];
    data += to_text(point.x) + " " + to_text(point.y) + " " + to_text(point.height) + "\n";
    if ((k + 1) % surface.rows == 0) data += "\n";
  }
  return data + "EOD\nset contour base\nunset surface\nset cntrparam levels discrete " +
         contour_levels(surface) + "\nset table $" + name + "c\nsplot $" + name +
         "g using 1:2:3 with lines\nunset table\nunset contour\nset surface\n"
         "set autoscale xfix\nset autoscale yfix\n";
}

// The data of a panel and the command that draws it; empty without any point.
std::string panel_commands(const Figure& figure, const Figure::Panel& panel, const std::string& name) {
  std::string data, lines;
  if (panel.surface) {
    data = contour_commands(*panel.surface, name);
    lines = "plot $" + name + "c using 1:2 with lines linecolor rgb '#bbbbbb' title 'objective F'";
  }
  for (std::size_t k = 0; k < panel.series.size(); ++k) {
    const Figure::Series& series = panel.series[k];
    const std::string block = name + "s" + std::to_string(k);
    const std::string rows = data_block(figure, series, block);
    if (rows.empty()) continue;
    data += rows;
    lines += (lines.empty() ? "plot " : ", \\\n  ") + ("$" + block) + " using 1:2 with " +
             style(k, series.points.size()) + " title " + quoted(series.label);
  }
  if (lines.empty()) return "";
  return data + "set title " + quoted(panel.title) + "\n" + lines + "\n";
}

}  // namespace

std::string gnuplot_script(const Figure& figure, FigureFormat format, FigureSize size) {
  std::string script = "set encoding utf8\n" + terminal(figure, format, size);
  script += "set xlabel " + quoted(figure.x_label) + "\nset ylabel " + quoted(figure.y_label) + "\n";
  script +=
      format == FigureFormat::text ? "set key below\n" : "set key outside right center vertical\nset grid\n";
  if (figure.log_y) script += "set logscale y\nset format y '%.0e'\n";
  const Layout layout = layout_of(figure);
  const bool several = figure.panels.size() > 1;
  if (several)
    script +=
        "set multiplot layout " + std::to_string(layout.rows) + "," + std::to_string(layout.columns) + "\n";
  bool any = false;
  for (std::size_t k = 0; k < figure.panels.size(); ++k) {
    const std::string commands = panel_commands(figure, figure.panels[k], "p" + std::to_string(k));
    any = any || !commands.empty();
    script += commands;
  }
  if (!any)
    throw UsageError("there is nothing to draw: no point has both values" +
                     std::string(figure.log_y ? ", the upright one above 0" : ""));
  return script + (several ? "unset multiplot\n" : "");
}

std::string draw(const Figure& figure, FigureFormat format, FigureSize size) {
  const std::string script = gnuplot_script(figure, format, size);
  ProgramResult result;
  try {
    result = run_program({"gnuplot", "--default-settings", "-"}, script);
  } catch (const MissingProgram&) {
    throw MissingProgram(
        "plots are drawn by gnuplot, which is not installed; Debian's package is gnuplot-nox");
  }
  if (result.status != 0 || result.out.empty())
    throw IoError("gnuplot failed with exit code " + std::to_string(result.status) +
                  (result.err.empty() ? "" : ": " + result.err.substr(0, 1000)));
  return result.out;
}

}  // namespace sparselearn
