// The text format:
//   sparselearn-model 1
//   key value            (header.cpp)
//   weights K
//   INDEX W_1 ... W_outputs    (K lines: features with a nonzero weight, 1-based ascending, shortest
//   decimals)
#include <algorithm>
#include <optional>

#include "data/in_order.hpp"
#include "model/formats.hpp"
#include "model/lines.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::model {
namespace {

void read_first_line(Lines& lines) {
  lines.need("'sparselearn-model 1'");
  Words words(lines.line());
  if (words.next() != text_magic) lines.fail("this is not a model of sparselearn");
  const auto version = parse_unsigned(words.next());
  if (!version || !words.done()) lines.fail("expected a version after 'sparselearn-model'", words.offset());
  if (*version != format_version)
    lines.fail("the model has format version " + std::to_string(*version) + "; this program reads version 1",
               words.offset());
}

// Reads up to and including "weights K" and returns K.
std::uint64_t read_header(Lines& lines, Model& model) {
  HeaderReader header;
  while (true) {
    lines.need("'weights K'");
    Words words(lines.line());
    if (words.next() == "weights") {
      const auto count = parse_unsigned(words.next());
      if (!count || !words.done()) lines.fail("expected a count after 'weights'", words.offset());
      std::string wrong = header.finish(model);
      if (wrong.empty() && *count > model.features) wrong = "there are more weights than features";
      if (wrong.empty()) wrong = allocate_weights(model);
      if (!wrong.empty()) lines.fail(wrong);
      return *count;
    }
    if (const std::string wrong = header.take(lines.line(), model); !wrong.empty()) lines.fail(wrong);
  }
}

// One line INDEX W_1 ... ; returns the index.
std::uint64_t read_weights(const Lines& lines, std::uint64_t last, Model& model) {
  Words words(lines.line());
  const auto index = parse_unsigned(words.next());
  if (!index || *index == 0 || *index > model.features)
    lines.fail("expected an index from 1 to " + std::to_string(model.features));
  if (*index <= last) lines.fail("expected an index above " + std::to_string(last) + ": indices ascend");
  double* const row = &model.weights[(*index - 1) * model.outputs];
  for (std::size_t c = 0; c < model.outputs; ++c) {
    const auto weight = words.done() ? std::nullopt : parse_double(words.next());
    if (!weight) lines.fail("expected a finite weight", words.done() && c > 0 ? words.end() : words.offset());
    row[c] = *weight;
  }
  if (!words.done()) lines.fail("expected the end of the line", words.end());
  return *index;
}

// The lines of rows begin .. end - 1 of the weights.
std::string weight_lines(const Model& model, std::uint64_t begin, std::uint64_t end) {
  std::string text;
  for (std::uint64_t k = begin; k < end; ++k) {
    if (zero_row(model, k)) continue;
    append_text(model.feature_of(k) + 1, text);
    for (std::size_t c = 0; c < model.outputs; ++c) {
      text += ' ';
      append_text(model.weights[k * model.outputs + c], text);
    }
    text += '\n';
  }
  return text;
}

}  // namespace

void write_text_format(const Model& model, const TextSink& write) {
  write(std::string(text_magic) + ' ' + std::to_string(format_version) + '\n' + header_lines(model) +
        "weights " + std::to_string(nonzero_rows(model)) + '\n');
  constexpr std::uint64_t rows_a_piece = std::uint64_t{1} << 12;
  const std::uint64_t rows = model.held_rows(), pieces = (rows + rows_a_piece - 1) / rows_a_piece;
  const auto piece = [&](std::uint64_t k) {
    return weight_lines(model, k * rows_a_piece, std::min(rows, (k + 1) * rows_a_piece));
  };
  in_order(pieces, piece, [&](const std::string& text) { write(text); });
}

Model from_text_format(std::string_view bytes, const std::string& path) {
  Lines lines(bytes, path);
  read_first_line(lines);
  Model model;
  const std::uint64_t count = read_header(lines, model);
  std::uint64_t last = 0;
  for (std::uint64_t k = 0; k < count; ++k) {
    lines.need("a weight");
    last = read_weights(lines, last, model);
  }
  if (lines.next()) lines.fail("expected the end of the file after " + std::to_string(count) + " weights");
  return model;
}

}  // namespace sparselearn::model
