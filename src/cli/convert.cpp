// sparselearn convert: a model in another format.
#include "cli/arguments.hpp"
#include "cli/train_settings.hpp"

namespace sparselearn::cli {

ExitCode convert_command(const Arguments& arguments) {
  arguments.require_positional(2, 2);
  const std::string &in = arguments.positional()[0], &out = arguments.positional()[1];
  if (!is_model(in)) throw UsageError("'" + in + "' is not a model");
  write_model(read_model(in), out, model_format(arguments.text("model-format")));
  return ExitCode::success;
}

}  // namespace sparselearn::cli
