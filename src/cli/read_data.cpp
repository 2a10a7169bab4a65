#include "cli/read_data.hpp"

#include <chrono>

#include "cli/interrupt.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/data/kept_caches.hpp"

namespace sparselearn::cli {

ReadProgress reading_bar(Screen& screen) {
  return [&screen](std::uint64_t done, std::uint64_t total) {
    const double part = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : -1;
    screen.progress(part, "reading, " + bytes_text(done));
    return !interrupted();
  };
}

namespace {

void tell(const ReadReport& report, Screen& screen) {
  screen.clear();
  if (report.saw_qid) screen.note("note: qid: tokens were ignored");
  if (report.skipped == 0) return;
  for (const std::string& message : report.first_skipped) screen.note(message);
  screen.note("note: " + with_commas(report.skipped) + " bad " +
              (report.skipped == 1 ? "line was" : "lines were") + " skipped");
}

}  // namespace

ReadOptions read_options(const Arguments& arguments) {
  ReadOptions options;
  const std::string_view base = arguments.text("index-base");
  if (base == "0") options.index_base = ReadOptions::IndexBase::zero;
  if (base == "1") options.index_base = ReadOptions::IndexBase::one;
  options.unsorted = arguments.given("unsorted");
  options.skip_bad_lines = arguments.text("on-error") == "skip";
  const std::string_view syntax = arguments.text("input-format");
  if (syntax == "vw") options.syntax = TextSyntax::vw;
  if (syntax == "csv") options.syntax = TextSyntax::csv;
  options.label_lists = arguments.given("multilabel");
  if (options.label_lists && options.syntax != TextSyntax::libsvm)
    throw UsageError("--multilabel reads the lists of labels of LIBSVM text; rows of --input-format " +
                     std::string(syntax) + " have one label");
  options.label_column = arguments.text("label-column");
  if (arguments.given("label-column") && options.syntax != TextSyntax::csv)
    throw UsageError("--label-column needs --input-format csv");
  return options;
}

ReadOptions read_options(const Arguments& arguments, int index_base) {
  ReadOptions options = read_options(arguments);
  if (options.index_base == ReadOptions::IndexBase::automatic)
    options.index_base = index_base == 0 ? ReadOptions::IndexBase::zero : ReadOptions::IndexBase::one;
  return options;
}

ReadOptions read_options(const Arguments& arguments, const Model& model) {
  ReadOptions options = read_options(arguments, model.index_base);
  options.name_bits = model.vw_bits().value_or(usual_name_bits);
  options.hash_bits = model.hash_bits().value_or(0);
  options.label_lists = model.multilabel && options.syntax == TextSyntax::libsvm;
  return options;
}

Dataset read_data(const std::vector<std::string>& paths, const ReadOptions& options, Screen& screen,
                  ReadReport& report) {
  Dataset data = read_dataset(paths, options, report, reading_bar(screen));
  tell(report, screen);
  return data;
}

Dataset read_data_cached(const std::vector<std::string>& paths, const std::string& folder,
                         const ReadOptions& options, Screen& screen, ReadReport& report) {
  const auto begin = std::chrono::steady_clock::now();
  catch_interrupts();  // an unfinished cache must not stay
  const KeptCaches kept = keep_caches(paths, folder, options, reading_bar(screen));
  exit_on_interrupt();
  screen.clear();
  for (const std::string& note : kept.notes) screen.note(note);
  Dataset data = read_data(kept.paths, options, screen, report);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return data;
}

void stream_data(const std::vector<std::string>& paths, const ReadOptions& options, Screen& screen,
                 ReadReport& report, const std::function<void(RowBlock&&)>& consume) {
  read_stream(paths, options, report, consume, reading_bar(screen));
  tell(report, screen);
}

void survey_data(const std::vector<std::string>& paths, const ReadOptions& options, Screen& screen,
                 ReadReport& report, const std::function<void(const RowBlock&)>& look) {
  survey_stream(paths, options, report, look, reading_bar(screen));
  tell(report, screen);
}

}  // namespace sparselearn::cli
