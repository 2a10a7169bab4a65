// sparselearn convert: a model in another format, data as plain or compressed text.
#include "cli/read_data.hpp"
#include "cli/train_settings.hpp"
#include "cli/value.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/data/writer.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn::cli {
namespace {

void require_absent(const Arguments& arguments, std::initializer_list<const char*> options,
                    const char* kind) {
  for (const char* option : options)
    if (arguments.given(option)) throw UsageError(std::string("--") + option + " is not for " + kind);
}

void convert_model(const Arguments& arguments, const std::string& in, const std::string& out) {
  require_absent(arguments, {"gzip", "write-base", "index-base", "unsorted", "on-error"}, "models");
  write_model(read_model(in), out, model_format(arguments.text("model-format")));
}

void convert_data(const Arguments& arguments, const std::string& in, const std::string& out) {
  require_absent(arguments, {"model-format"}, "data");
  require_writable(out);
  Screen screen(arguments);
  const ThreadLimit limit(Value("threads", arguments.text("threads")).count(0, 4096));
  ReadReport report;
  const Dataset data = read_data({in}, read_options(arguments), screen, report);

  const std::string_view base = arguments.text("write-base");
  TextFormat format;
  format.index_base = base == "same" ? data.index_base() : base == "1" ? 1 : 0;
  format.gzip = arguments.given("gzip") || out.ends_with(".gz");
  OutputFile file(out);
  write_text(data, format, [&](std::string_view text) { file.write(text); });
  file.commit();
}

}  // namespace

ExitCode convert_command(const Arguments& arguments) {
  arguments.require_positional(2, 2);
  const std::string &in = arguments.positional()[0], &out = arguments.positional()[1];
  is_model(in) ? convert_model(arguments, in, out) : convert_data(arguments, in, out);
  return ExitCode::success;
}

}  // namespace sparselearn::cli
