// sparselearn convert: a model in another format, data as plain or compressed text or as a cache.
#include "cli/read_data.hpp"
#include "cli/train_settings.hpp"
#include "cli/value.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/data/cache.hpp"
#include "sparselearn/engine/threads.hpp"

namespace sparselearn::cli {
namespace {

enum class DataFormat { text, gzip, cache };

// As asked for, or by the name of OUT.
DataFormat data_format(const Arguments& arguments, const std::string& out) {
  const std::string_view to = arguments.text("to");
  const bool gzip = arguments.given("gzip");
  if (gzip && to != "auto" && to != "gzip")
    throw UsageError("--gzip does not go with --to " + std::string(to));
  if (gzip || to == "gzip") return DataFormat::gzip;
  if (to == "cache") return DataFormat::cache;
  if (to == "text") return DataFormat::text;
  if (out.ends_with(".gz")) return DataFormat::gzip;
  return out.ends_with(".slc") ? DataFormat::cache : DataFormat::text;
}

void convert_model(const Arguments& arguments, const std::string& in, const std::string& out) {
  arguments.require_absent(
      {"to", "gzip", "write-base", "label-column", "index-base", "multilabel", "unsorted", "on-error"},
      "models");
  write_model(read_model(in), out, model_format(arguments.text("model-format")));
}

void convert_data(const Arguments& arguments, const std::string& in, const std::string& out) {
  arguments.require_absent({"model-format"}, "data");
  const DataFormat format = data_format(arguments, out);
  require_writable(out);
  Screen screen(arguments);
  const ThreadLimit limit(Value("threads", arguments.text("threads")).count(0, 4096));
  ReadReport report;
  Dataset data = read_data({in}, read_options(arguments), screen, report);

  if (data.weighted() && format != DataFormat::cache)
    screen.note("note: the importance of the rows is left out, which LIBSVM text can not tell; a cache can");
  const std::string_view base = arguments.text("write-base");
  if (base != "same") data.set_index_base(base == "1" ? 1 : 0);
  OutputFile file(out);
  const auto write = [&](std::string_view bytes) { file.write(bytes); };
  if (format == DataFormat::cache)
    write_cache(data, report, {}, write);
  else
    write_text(data, {data.index_base(), format == DataFormat::gzip}, write);
  file.commit();
}

}  // namespace

ExitCode convert_command(const Arguments& arguments) {
  arguments.require_positional(2, 2);
  const std::string &in = arguments.positional()[0], &out = arguments.positional()[1];
  const bool model = !arguments.given("input-format") && is_model(in);
  model ? convert_model(arguments, in, out) : convert_data(arguments, in, out);
  return ExitCode::success;
}

}  // namespace sparselearn::cli
