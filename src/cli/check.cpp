#include "cli/check.hpp"

#include <filesystem>
#include <optional>
#include <system_error>

#include "cli/interrupt.hpp"
#include "cli/read_data.hpp"
#include "cli/value.hpp"
#include "sparselearn/base/json.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/data/check.hpp"
#include "sparselearn/data/writer.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/model/model.hpp"

namespace sparselearn::cli {
namespace {

std::string counted(std::uint64_t count, const std::string& noun) {
  return with_commas(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string first_places(const Findings& findings) {
  std::string text;
  for (const std::string& message : findings.first) text += "  " + message + "\n";
  const std::uint64_t more = findings.lines - findings.first.size();
  return more == 0 ? text : text + "  and " + with_commas(more) + " more\n";
}

std::string verdict(const CheckReport& report) {
  const std::string rows = counted(report.rows, "row") + " in " + counted(report.lines, "line");
  if (report.clean()) return "no defects: " + rows + "\n";
  return "defects in " + counted(report.bad_lines, "line") + " of " + with_commas(report.lines) + "\n";
}

std::string fix_text(const CheckReport& report, const std::string& fixed) {
  return "wrote " + fixed + ": " + counted(report.rows, "row") + "; " + counted(report.repaired, "line") +
         " repaired, " + counted(report.bad_lines - report.repaired, "line") + " dropped\n";
}

std::string table(const CheckReport& report, const std::string& fixed) {
  std::string text;
  for (std::size_t k = 0; k < defect_count; ++k) {
    const auto defect = static_cast<Defect>(k);
    const Findings& found = report.of(defect);
    if (found.lines == 0) continue;
    const DefectKind& kind = kind_of(defect);
    text +=
        std::string(kind.title) + ": " + counted(found.lines, defect == Defect::no_rows ? "file" : "line");
    if (!fixed.empty()) text += ", " + std::string(kind.repair);
    text += "\n" + first_places(found);
  }
  if (report.index_zero.lines > 0)
    text += "note, no defect: " + counted(report.index_zero.lines, "row") + " with index 0\n" +
            first_places(report.index_zero);
  return text + verdict(report) + (fixed.empty() ? "" : fix_text(report, fixed));
}

void write_findings(JsonWriter& json, std::string_view name, const Findings& findings) {
  json.key(name).begin_object().member("lines", findings.lines);
  json.key("first").begin_array();
  for (const std::string& message : findings.first) json.value(message);
  json.end_array().end_object();
}

std::string json_text(const CheckReport& report, const std::string& fixed) {
  JsonWriter json;
  json.begin_object().member("kind", "check").member("clean", report.clean());
  json.member("text_bytes", report.bytes).member("lines", report.lines).member("rows", report.rows);
  json.member("bad_lines", report.bad_lines);
  json.key("defects").begin_object();
  for (std::size_t k = 0; k < defect_count; ++k)
    write_findings(json, kind_of(static_cast<Defect>(k)).name, report.defects[k]);
  json.end_object();
  write_findings(json, "index_zero_rows", report.index_zero);
  if (!fixed.empty()) {
    json.key("fix").begin_object().member("file", fixed).member("rows", report.rows);
    json.member("repaired", report.repaired).member("dropped", report.bad_lines - report.repaired);
    json.end_object();
  }
  return json.end_object().text();
}

void require_other_file(const std::string& fixed, const std::vector<std::string>& paths) {
  if (fixed == "-") throw UsageError("--fix: expected a file, since the report goes to standard output");
  if (fixed.ends_with(".slc"))
    throw UsageError("--fix writes text; `sparselearn convert` makes a cache of it");
  std::error_code none;  // what is not there is no other file's equal
  for (const std::string& path : expand_paths(paths))
    if (std::filesystem::equivalent(path, fixed, none))
      throw UsageError("--fix: " + fixed + " is being read; name another file");
  require_writable(fixed);
}

CheckReport check_and_fix(const std::vector<std::string>& paths, const ReadOptions& options,
                          const std::string& fixed, const ReadProgress& progress) {
  const bool gzip = fixed.ends_with(".gz");
  OutputFile file(fixed);
  const auto write = [&](std::string_view text) { file.write(gzip ? gzip_member(text) : text); };
  CheckReport report = check_text(paths, options, write, progress);
  if (report.rows == 0) throw DataError("no row can be kept; " + fixed + " was not written");
  file.commit();
  return report;
}

}  // namespace

ExitCode check_data(const Arguments& arguments) {
  const std::vector<std::string>& paths = arguments.positional();
  const std::string fixed(arguments.text("fix"));
  arguments.require_absent({"top", "names", "unsorted", "on-error"}, "inspect --check");
  if (arguments.given("fix") && fixed.empty()) refuse("fix", "a file", fixed);
  for (const std::string& path : paths)
    if (is_model(path)) throw UsageError(path + " is a model; --check is for data");
  if (!fixed.empty()) require_other_file(fixed, paths);

  Screen screen(arguments);
  const ThreadLimit limit(Value("threads", arguments.text("threads")).count(0, 4096));
  if (!fixed.empty()) catch_interrupts();  // an unfinished file must not stay
  const ReadOptions options = read_options(arguments);
  if (options.syntax != TextSyntax::libsvm) throw UsageError("--check is for LIBSVM text");
  const ReadProgress progress = reading_bar(screen);
  const CheckReport report = fixed.empty() ? check_text(paths, options, {}, progress)
                                           : check_and_fix(paths, options, fixed, progress);
  screen.clear();
  OutputFile out("-");
  out.write(arguments.given("json") ? json_text(report, fixed) : table(report, fixed));
  out.commit();
  return report.clean() ? ExitCode::success : ExitCode::bad_data;
}

}  // namespace sparselearn::cli
