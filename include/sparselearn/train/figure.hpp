// Line plots, drawn by gnuplot.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sparselearn {

struct Figure {
  struct Series {
    std::string label;
    std::vector<std::pair<double, double>> points;
  };
  /// Heights on a grid, drawn as contours under the series.
  struct Surface {
    struct Point {
      double x, y, height;
    };
    std::vector<Point> points;  // one column of the grid after the other
    std::size_t rows = 0;       // points a column
  };
  struct Panel {
    std::string title;  // may be empty
    std::vector<Series> series;
    std::optional<Surface> surface = {};
  };
  std::string x_label, y_label;
  bool log_y = false;  // points at 0 and below are left out
  std::vector<Panel> panels;
};

enum class FigureFormat { svg, png, pdf, text };

/// Of one panel: in pixels (1/96 inch for pdf), in characters for text.
struct FigureSize {
  unsigned width = 900, height = 600;
};

/// The script for gnuplot, data included; it writes the picture to standard output. Lines differ in colour,
/// dashes and marks, so they can be told apart in grey. All text is shown as it is. Throws UsageError when
/// there is no point to draw.
std::string gnuplot_script(const Figure& figure, FigureFormat format, FigureSize size);

/// The picture's bytes. Throws MissingProgram, naming the package, where there is no gnuplot, and IoError
/// with its message when it fails.
std::string draw(const Figure& figure, FigureFormat format, FigureSize size = {});

}  // namespace sparselearn
