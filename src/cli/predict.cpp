// sparselearn predict: a line a row, in input order, while the data passes by.
#include <numeric>

#include "cli/interrupt.hpp"
#include "cli/read_data.hpp"
#include "cli/value.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/output_file.hpp"
#include "sparselearn/engine/threads.hpp"
#include "sparselearn/model/predictor.hpp"

namespace sparselearn::cli {
namespace {

struct Columns {
  bool label, scores, probabilities;
};

Columns columns(std::string_view output, const Predictor& predictor) {
  const bool all = output == "all", asked = output == "probability";
  if (asked && !predictor.has_probabilities())
    throw UsageError("--output probability: the loss " + predictor.model().loss + " has none");
  return {all || output == "label", all || output == "score",
          asked || (all && predictor.has_probabilities())};
}

// Turns blocks of rows into blocks of lines.
class Writer {
 public:
  Writer(const Predictor& predictor, Columns columns, OutputFile& out)
      : predictor_(predictor), columns_(columns), out_(out) {}

  void write(const RowBlock& block) {
    constexpr std::size_t rows_a_piece = 1024;
    const std::size_t pieces = (block.rows() + rows_a_piece - 1) / rows_a_piece;
    std::vector<std::string> lines(pieces);
    std::vector<std::uint64_t> unknown(pieces);
    parallel_for(pieces, [&](std::size_t piece) {
      const std::size_t begin = piece * rows_a_piece, end = std::min(begin + rows_a_piece, block.rows());
      unknown[piece] = append_rows(block, begin, end, lines[piece]);
    });
    for (const std::string& text : lines) out_.write(text);
    unknown_ = std::accumulate(unknown.begin(), unknown.end(), unknown_);
  }

  std::uint64_t unknown_features() const { return unknown_; }

 private:
  std::uint64_t append_rows(const RowBlock& block, std::size_t begin, std::size_t end,
                            std::string& lines) const {
    const std::size_t outputs = predictor_.model().outputs;
    std::vector<double> z(outputs), p(outputs);
    std::uint64_t unknown = 0;
    for (std::size_t r = begin; r < end; ++r) {
      unknown += predictor_.model().score(block.row(r), z.data());
      if (columns_.label) append_label(lines, z);
      if (columns_.scores) append(lines, z);
      if (columns_.probabilities) {
        predictor_.probabilities(z.data(), p.data());
        append(lines, p);
      }
      lines.back() = '\n';
    }
    return unknown;
  }

  // Of several labels, those of positive scores: 1,3,7, or nothing.
  void append_label(std::string& line, const std::vector<double>& z) const {
    const Model& model = predictor_.model();
    if (!model.multilabel) {
      line += to_text(predictor_.label(z.data())) + ' ';
      return;
    }
    std::vector<double> labels;
    model.add_labels_of(z.data(), labels);
    for (const double label : labels) line += to_text(label) + ',';
    labels.empty() ? line.push_back(' ') : void(line.back() = ' ');
  }

  static void append(std::string& line, const std::vector<double>& values) {
    for (const double value : values) line += to_text(value) + ' ';
  }

  const Predictor& predictor_;
  Columns columns_;
  OutputFile& out_;
  std::uint64_t unknown_ = 0;
};

}  // namespace

ExitCode predict_command(const Arguments& arguments) {
  arguments.require_positional(2);
  Screen screen(arguments);
  catch_interrupts();  // an unfinished file must not stay
  const ThreadLimit limit(Value("threads", arguments.text("threads")).count(0, 4096));
  const Model model = read_model(arguments.positional()[0]);
  const Predictor predictor(model);
  const Columns wanted = columns(arguments.text("output"), predictor);
  const std::vector<std::string> paths(arguments.positional().begin() + 1, arguments.positional().end());

  OutputFile out{std::string(arguments.text("out"))};
  Writer writer(predictor, wanted, out);
  ReadReport report;
  ReadOptions options = read_options(arguments, model);
  options.label_optional = true;
  stream_data(paths, options, screen, report, [&](RowBlock&& block) { writer.write(block); });
  out.commit();
  if (writer.unknown_features() > 0)
    screen.note("note: " + with_commas(writer.unknown_features()) +
                " values of features that the model does not have were ignored");
  return ExitCode::success;
}

}  // namespace sparselearn::cli
