// sparselearn plot: traces as a picture, or as characters on the terminal.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "cli/arguments.hpp"
#include "cli/plot_path.hpp"
#include "cli/value.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/train/trace_figure.hpp"

namespace sparselearn::cli {
namespace {

// "900x600"
FigureSize picture_size(std::string_view text) {
  constexpr std::uint64_t least = 100, most = 10000;
  const std::vector<std::string_view> sides = split(text, 'x');
  const std::uint64_t width = parse_unsigned(sides.front()).value_or(0),
                      height = parse_unsigned(sides.back()).value_or(0);
  if (sides.size() != 2 || std::min(width, height) < least || std::max(width, height) > most)
    refuse("size", "WIDTHxHEIGHT, each from 100 to 10000", text);
  return {static_cast<unsigned>(width), static_cast<unsigned>(height)};
}

// As large as the terminal, a line left for the prompt.
FigureSize terminal_size() {
  struct winsize size {};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20 && size.ws_row >= 10;
  return known ? FigureSize{size.ws_col, size.ws_row - 1U} : FigureSize{80, 24};
}

FigureFormat picture_format(const Arguments& arguments) {
  std::string name(arguments.text("format"));
  if (name == "auto") {
    const std::string extension = std::filesystem::path(arguments.text("out")).extension().string();
    name = extension.empty() ? "" : extension.substr(1);
  }
  if (name == "svg") return FigureFormat::svg;
  if (name == "png") return FigureFormat::png;
  if (name == "pdf") return FigureFormat::pdf;
  throw UsageError("the extension of '" + std::string(arguments.text("out")) +
                   "' says no format: give it .svg, .png or .pdf, or use --format");
}

TraceAxes axes_of(const Arguments& arguments) {
  TraceAxes axes;
  axes.x = arguments.text("x");
  axes.y = arguments.text("y");
  if (arguments.given("optimum")) {
    axes.optimum = Value("optimum", arguments.text("optimum")).number();
    if (axes.y != "suboptimality") throw UsageError("--optimum is for --y suboptimality alone");
  }
  const std::string_view scale = arguments.text("axis");
  if (scale != "auto") axes.scale = scale == "log" ? TraceAxes::Scale::logarithmic : TraceAxes::Scale::linear;
  return axes;
}

void check_outputs(const Arguments& arguments) {
  const bool on_terminal = arguments.given("terminal");
  if (arguments.given("out") == on_terminal)
    throw UsageError(on_terminal ? "--out and --terminal exclude each other"
                                 : "where to? --out FILE, or --terminal");
  for (const char* option : {"format", "size"})
    if (on_terminal && arguments.given(option))
      throw UsageError(std::string("--") + option + " does not go with --terminal");
  std::vector<std::string> read = arguments.positional();
  for (const char* option : {"path", "data"})
    if (arguments.given(option)) read.emplace_back(arguments.text(option));
  for (const std::string& path : read)
    if (!on_terminal && path == arguments.text("out") && path != "-")
      throw UsageError("'" + path + "' is both read and written");
}

// Traces, or a path and its data.
void check_inputs(const Arguments& arguments) {
  const bool path = arguments.given("path");
  if (path != arguments.given("data")) throw UsageError("--path and --data need each other");
  if (!path) return arguments.require_positional(1);
  arguments.require_positional(0, 0);
  for (const char* option : {"x", "y", "axis", "optimum"})
    if (arguments.given(option)) throw UsageError(std::string("--") + option + " does not go with --path");
}

Figure figure_of(const Arguments& arguments) {
  if (arguments.given("path"))
    return path_figure(std::string(arguments.text("path")), {std::string(arguments.text("data"))});
  std::vector<CsvTable> traces;
  for (const std::string& path : arguments.positional()) traces.push_back(CsvTable::read(path));
  return trace_figure(traces, axes_of(arguments));
}

}  // namespace

ExitCode plot_command(const Arguments& arguments) {
  check_inputs(arguments);
  check_outputs(arguments);
  const bool on_terminal = arguments.given("terminal");
  const FigureFormat format = on_terminal ? FigureFormat::text : picture_format(arguments);
  const FigureSize size = on_terminal ? terminal_size() : picture_size(arguments.text("size"));
  Figure figure = figure_of(arguments);
  figure.panels[0].title = arguments.text("title");
  std::string picture = draw(figure, format, size);
  if (on_terminal) picture.erase(0, picture.find_first_not_of("\f\n"));
  write_file(on_terminal ? "-" : std::string(arguments.text("out")), picture);
  return ExitCode::success;
}

}  // namespace sparselearn::cli
