// sparselearn generate: synthetic sparse data with a planted model.
#include "sparselearn/data/generate.hpp"

#include <algorithm>
#include <cmath>

#include "cli/read_data.hpp"
#include "cli/value.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn::cli {
namespace {

// What --like names: a published data set, or a file whose shape is measured.
DataShape shape_to_start_from(const Arguments& arguments, Screen& screen) {
  if (!arguments.given("like")) return {};
  const std::string name(arguments.text("like"));
  const double scale = Value("scale", arguments.text("scale")).above(0);
  const auto published = generate_shapes();
  const bool is_name = std::find(published.begin(), published.end(), name) != published.end();
  if (is_name || name.find_first_of("./") == std::string::npos) return shaped_like(name, scale);
  ReadReport report;
  DataShape shape = shape_of(read_data({name}, ReadOptions{}, screen, report));
  shape.rows = static_cast<std::uint64_t>(std::max(1.0, std::round(static_cast<double>(shape.rows) * scale)));
  return shape;
}

DataShape::Labels label_kind(std::string_view name) {
  if (name == "regression") return DataShape::Labels::regression;
  return name == "classes" ? DataShape::Labels::classes : DataShape::Labels::binary;
}

// With --like only what was given changes the shape; else the table's defaults hold.
void change_shape(const Arguments& arguments, DataShape& shape) {
  const auto value = [&](std::string_view option) { return Value(option, arguments.text(option)); };
  const auto counts = [&](std::string_view option) {
    return !arguments.given("like") || arguments.given(option);
  };
  if (counts("rows")) shape.rows = value("rows").count(1);
  if (counts("columns")) shape.features = value("columns").count(1, UINT32_MAX - 1);
  if (counts("nonzeros")) shape.nonzeros_per_row = value("nonzeros").above(0);
  if (counts("length-spread")) shape.length_spread = value("length-spread").at_least(0);
  if (counts("zipf")) shape.zipf = value("zipf").at_least(0);
  if (counts("labels")) shape.labels = label_kind(arguments.text("labels"));
  if (counts("classes")) shape.classes = value("classes").count(2, 100000);
  if (counts("noise")) shape.noise = value("noise").at_least(0);
  if (counts("model-density")) shape.model_density = value("model-density").above(0);
  if (counts("digits")) shape.digits = static_cast<int>(value("digits").count(1, 9));
  if (arguments.given("ones") || arguments.given("tf-idf")) {
    shape.ones = arguments.given("ones");
    shape.tf_idf = arguments.given("tf-idf");
  }
  if (arguments.given("normalized")) shape.normalized = true;
  shape.seed = value("seed").count();
  shape.model_seed = value("model-seed").count();
}

}  // namespace

ExitCode generate_command(const Arguments& arguments) {
  arguments.require_positional(1, 1);
  if (arguments.given("ones") && arguments.given("tf-idf"))
    throw UsageError("--ones and --tf-idf exclude each other");
  if (arguments.given("scale") && !arguments.given("like")) throw UsageError("--scale needs --like");
  Screen screen(arguments);
  const ThreadLimit limit(Value("threads", arguments.text("threads")).count(0, 4096));
  DataShape shape = shape_to_start_from(arguments, screen);
  change_shape(arguments, shape);
  TextFormat format;
  format.gzip = arguments.given("gzip") || arguments.positional()[0].ends_with(".gz");
  generate(shape, arguments.positional()[0], format);
  return ExitCode::success;
}

}  // namespace sparselearn::cli
