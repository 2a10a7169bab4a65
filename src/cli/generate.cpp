// sparselearn generate: synthetic sparse data with a planted model.
#include "sparselearn/data/generate.hpp"

#include "cli/arguments.hpp"
#include "cli/value.hpp"

namespace sparselearn::cli {

ExitCode generate_command(const Arguments& arguments) {
  arguments.require_positional(1, 1);
  const auto value = [&](std::string_view option) { return Value(option, arguments.text(option)); };
  DataShape shape;
  shape.rows = value("rows").count(1);
  shape.features = value("columns").count(1, UINT32_MAX - 1);
  shape.nonzeros_per_row = value("nonzeros").above(0);
  shape.length_spread = value("length-spread").at_least(0);
  shape.zipf = value("zipf").at_least(0);
  shape.ones = arguments.given("ones");
  const std::string_view labels = arguments.text("labels");
  shape.labels = labels == "regression" ? DataShape::Labels::regression
                 : labels == "classes"  ? DataShape::Labels::classes
                                        : DataShape::Labels::binary;
  shape.classes = value("classes").count(2, 100000);
  shape.noise = value("noise").at_least(0);
  shape.seed = value("seed").count();
  shape.model_seed = value("model-seed").count();
  generate(shape, arguments.positional()[0]);
  return ExitCode::success;
}

}  // namespace sparselearn::cli
