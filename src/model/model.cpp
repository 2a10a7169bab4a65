#include "sparselearn/model/model.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "model/formats.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/input_file.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/output_file.hpp"

namespace sparselearn {

std::uint64_t Model::score(const RowView& row, double* z) const {
  if (!listed.empty()) throw std::logic_error("a model that lists its features has no scores");
  std::copy(bias.begin(), bias.end(), z);
  // Indices ascend: those beyond the width are the row's tail.
  const std::uint32_t* const end = row.index + row.size;
  const std::uint32_t* const beyond =
      features > UINT32_MAX ? end : std::lower_bound(row.index, end, features);
  const auto known = static_cast<std::size_t>(beyond - row.index);
  const double length = unit_rows ? std::sqrt(squared_norm(row)) : 1;
  const double factor = length > 0 ? 1 / length : 1;
  for (std::size_t k = 0; k < known; ++k) {
    const double value = factor * static_cast<double>(row.value_at(k));
    const double* const w = &weights[row.index[k] * outputs];
    for (std::size_t c = 0; c < outputs; ++c) z[c] += value * w[c];
  }
  return row.size - known;
}

double Model::label_of(const double* z) const {
  if (outputs > 1) return labels[static_cast<std::size_t>(std::max_element(z, z + outputs) - z)];
  if (labels.size() == 2) return z[0] > 0 ? labels[1] : labels[0];
  return z[0];
}

void Model::add_labels_of(const double* z, std::vector<double>& predicted) const {
  for (std::size_t c = 0; c < outputs; ++c)
    if (z[c] > 0) predicted.push_back(labels[c]);
}

namespace {

std::optional<unsigned> bits_under(std::string_view wanted, const Model& model, unsigned most) {
  for (const auto& [key, value] : model.extra) {
    const auto bits = key == wanted ? parse_unsigned(value) : std::nullopt;
    if (bits && *bits >= 1 && *bits <= most) return static_cast<unsigned>(*bits);
  }
  return {};
}

}  // namespace

std::optional<unsigned> Model::vw_bits() const { return bits_under(vw_bits_key, *this, 32); }
std::optional<unsigned> Model::hash_bits() const { return bits_under(hash_bits_key, *this, 31); }

std::unique_ptr<Loss> Model::make_loss() const { return loss::make(loss, loss_options); }

std::uint64_t Model::nonzeros() const {
  return weights.size() - static_cast<std::uint64_t>(std::count(weights.begin(), weights.end(), 0.0));
}

namespace model {

std::uint64_t nonzero_rows(const Model& model) {
  if (model.outputs == 1) return model.nonzeros();
  std::uint64_t count = 0;
  for (std::uint64_t k = 0; k < model.held_rows(); ++k) count += zero_row(model, k) ? 0 : 1;
  return count;
}

namespace {

void require_finite(const Model& model) {
  const auto finite = [](double w) { return std::isfinite(w); };
  if (std::all_of(model.weights.begin(), model.weights.end(), finite) &&
      std::all_of(model.bias.begin(), model.bias.end(), finite))
    return;
  throw DivergedError("the weights are not finite numbers: no model is written");
}

void write_format(const Model& model, ModelFormat format, const TextSink& write) {
  switch (format) {
    case ModelFormat::text:
      return write_text_format(model, write);
    case ModelFormat::binary:
      return write(to_binary_format(model));
    case ModelFormat::liblinear:
      return write(to_liblinear_format(model));
    case ModelFormat::json:
      return write(to_json_format(model));
    case ModelFormat::csv:
      return write(to_csv_format(model));
    case ModelFormat::vw:
      return write(to_vw_format(model));
  }
  throw std::logic_error("an unknown model format");
}

}  // namespace
}  // namespace model

void write_model(const Model& model, const std::string& path, ModelFormat format) {
  model::require_finite(model);
  OutputFile file(path);
  model::write_format(model, format, [&](std::string_view bytes) { file.write(bytes); });
  file.commit();
}

namespace model {
namespace {

// How a file of each format begins, and who reads it.
struct Format {
  bool (*begins)(std::string_view bytes);
  Model (*read)(std::string_view bytes, const std::string& path);
};
constexpr Format formats[] = {
    {[](std::string_view bytes) { return bytes.starts_with(binary_magic); }, from_binary_format},
    {[](std::string_view bytes) { return bytes.starts_with(text_magic); }, from_text_format},
    {begins_json, from_json_format},
    {begins_liblinear, from_liblinear_format},
    {begins_vw, from_vw_format},
    {begins_csv, from_csv_format},
};

const Format* format_of(std::string_view bytes) {
  for (const Format& format : formats)
    if (format.begins(bytes)) return &format;
  return nullptr;
}

}  // namespace
}  // namespace model

Model read_model(const std::string& path) {
  const std::string bytes = read_file(path);
  if (const model::Format* const format = model::format_of(bytes)) return format->read(bytes, path);
  throw DataError(Place{path}, bytes.empty() ? "the file is empty; a model was expected"
                                             : "this is not a model: neither of sparselearn, nor of "
                                               "LIBLINEAR or Vowpal Wabbit, nor a CSV of weights");
}

bool is_model(const std::string& path) {
  constexpr std::size_t enough = 4096;  // for the header of a CSV
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) return false;
  return model::format_of(read_begin(path, enough)) != nullptr;
}

}  // namespace sparselearn
