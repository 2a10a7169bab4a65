// The model as JSON, for other programs to read: the header's keys, then "index" (1-based) and "weight" side
// by side; with several outputs each weight is an array.
#include "sparselearn/base/json.hpp"

#include "model/formats.hpp"

namespace sparselearn::model {
namespace {

void write_numbers(JsonWriter& json, const double* numbers, std::size_t count) {
  json.begin_array();
  for (std::size_t k = 0; k < count; ++k) json.value(numbers[k]);
  json.end_array();
}

void write_weights(JsonWriter& json, const Model& model) {
  json.key("index").begin_array();
  for (std::uint64_t k = 0; k < model.held_rows(); ++k)
    if (!zero_row(model, k)) json.value(model.feature_of(k) + 1);
  json.end_array().key("weight").begin_array();
  for (std::uint64_t k = 0; k < model.held_rows(); ++k) {
    if (zero_row(model, k)) continue;
    const double* const row = &model.weights[k * model.outputs];
    if (model.outputs == 1)
      json.value(*row);
    else
      write_numbers(json, row, model.outputs);
  }
  json.end_array();
}

}  // namespace

std::string to_json_format(const Model& model) {
  JsonWriter json;
  json.begin_object().member("format", text_magic).member("format_version", format_version);
  json.member("version", SPARSELEARN_VERSION).member("loss", model.loss).member("solver", model.solver);
  json.key("labels");
  write_numbers(json, model.labels.data(), model.labels.size());
  if (model.multilabel) json.member("multilabel", true);
  json.member("features", model.features)
      .member("outputs", model.outputs)
      .member("intercept", model.intercept);
  json.member("l1", model.l1)
      .member("l2", model.l2)
      .member("index_base", model.index_base)
      .member("seed", model.seed);
  if (model.unit_rows) json.member("rows", "unit");
  for (const auto& [key, value] : loss_option_values(model)) json.member(key, value);
  if (model.calibration) {
    const std::vector<double> numbers = calibration_numbers(model.calibration);
    json.key(model.calibration.kind == Calibration::Kind::platt ? "platt" : "isotonic");
    write_numbers(json, numbers.data(), numbers.size());
  }
  for (const auto& [key, value] : model.extra) json.member(key, value);
  json.key("bias");
  write_numbers(json, model.bias.data(), model.bias.size());
  write_weights(json, model);
  json.end_object();
  return json.text();
}

}  // namespace sparselearn::model
