// What the model formats share with one another; private to model/.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "sparselearn/data/writer.hpp"
#include "sparselearn/model/model.hpp"

namespace sparselearn::model {

constexpr std::string_view text_magic = "sparselearn-model";
constexpr std::string_view binary_magic = "\x89SLMODEL";  // not text: no LIBSVM line or text model begins so
constexpr std::uint32_t format_version = 1;

/// Everything but the weights as "key value" lines.
std::string header_lines(const Model& model);

/// The options that the model's loss reads, by their keys.
std::vector<std::pair<std::string_view, double>> loss_option_values(const Model& model);

/// {a, b}, or the scores of isotonic regression, each with its probability.
std::vector<double> calibration_numbers(const Calibration& calibration);

/// Reads "key value" lines into a model, in any order, each key at most once; unknown keys go to
/// Model::extra.
class HeaderReader {
 public:
  /// Returns what is wrong with the line, empty when it is fine.
  std::string take(std::string_view line, Model& model);
  /// True when no line was taken yet.
  bool empty() const { return seen_ == 0; }
  /// After the last line: what is missing or contradicts itself, empty when nothing.
  std::string finish(Model& model) const;

 private:
  std::uint64_t seen_ = 0;  // a bit a key
};

/// True when row k of the weights is zero.
inline bool zero_row(const Model& model, std::uint64_t k) {
  const double* const row = &model.weights[k * model.outputs];
  for (std::size_t c = 0; c < model.outputs; ++c)
    if (row[c] != 0) return false;
  return true;
}
/// Number of features that have a nonzero weight: lines of the text format.
std::uint64_t nonzero_rows(const Model& model);
/// Makes room for features * outputs zero weights. Returns what is wrong when this machine could not hold
/// them.
std::string allocate_weights(Model& model);

/// Hands the text on a piece at a time: that of a wide model is made in parallel.
void write_text_format(const Model& model, const TextSink& write);
std::string to_binary_format(const Model& model);
std::string to_liblinear_format(const Model& model);
std::string to_json_format(const Model& model);
std::string to_csv_format(const Model& model);
std::string to_vw_format(const Model& model);
Model from_text_format(std::string_view bytes, const std::string& path);
Model from_binary_format(std::string_view bytes, const std::string& path);
Model from_liblinear_format(std::string_view bytes, const std::string& path);
Model from_json_format(std::string_view bytes, const std::string& path);
Model from_csv_format(std::string_view bytes, const std::string& path);
Model from_vw_format(std::string_view bytes, const std::string& path);

/// Whether a file begins like a model of each format.
bool begins_liblinear(std::string_view bytes);
bool begins_json(std::string_view bytes);
bool begins_csv(std::string_view bytes);
bool begins_vw(std::string_view bytes);

}  // namespace sparselearn::model
