// The "key value" lines that stand before the weights in the text and in the binary format. One table says
// how each key is written and read.
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "model/formats.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::model {
namespace {

using Text = std::optional<std::string>;  // nothing: the key is left out

std::optional<std::vector<double>> parse_list(std::string_view text) {
  std::vector<double> values;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const auto value = parse_double(text.substr(0, space));
    if (!value) return std::nullopt;
    values.push_back(*value);
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return values;
}

Text list_text(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : " ") + to_text(value);
  return values.empty() ? Text() : text;
}

// A field's reader: false when the value is not legal.
bool set_number(std::string_view text, double& field,
                double least = -std::numeric_limits<double>::infinity()) {
  const auto value = parse_double(text);
  if (value) field = *value;
  return value && *value >= least;
}

template <class Integer>
bool set_count(std::string_view text, Integer& field, std::uint64_t least, std::uint64_t most) {
  const auto value = parse_unsigned(text);
  if (!value || *value < least || *value > most) return false;
  field = static_cast<Integer>(*value);
  return true;
}

bool set_list(std::string_view text, std::vector<double>& field) {
  auto values = parse_list(text);
  if (!values || values->empty()) return false;
  field = std::move(*values);
  return true;
}

bool set_word(std::string_view text, std::string& field) {
  field = text;
  return !text.empty() && text.find(' ') == std::string_view::npos;
}

// True when the model's loss reads this option (its line in losses.def says so).
bool loss_reads(const Model& model, std::string_view option) {
  const loss::Info* const info = loss::find(model.loss);
  std::string_view rest = info ? info->options : std::string_view();
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (rest.substr(0, comma) == option) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

Text loss_option(const Model& model, std::string_view option, double value) {
  return loss_reads(model, option) ? Text(to_text(value)) : Text();
}

Text calibration_text(const Model& model, Calibration::Kind kind) {
  return model.calibration.kind == kind ? list_text(calibration_numbers(model.calibration)) : Text();
}

bool set_calibration(Model& model, std::string_view text, Calibration::Kind kind) {
  const auto numbers = parse_list(text);
  if (!numbers || numbers->empty() || numbers->size() % 2 != 0 || model.calibration) return false;
  Calibration& calibration = model.calibration;
  calibration.kind = kind;
  if (kind == Calibration::Kind::platt) {
    calibration.a = (*numbers)[0];
    calibration.b = (*numbers)[1];
    return numbers->size() == 2;
  }
  for (std::size_t k = 0; k < numbers->size(); k += 2) {
    const double z = (*numbers)[k], p = (*numbers)[k + 1];
    if (p < 0 || p > 1) return false;
    if (k > 0 && (z <= calibration.scores.back() || p < calibration.probabilities.back())) return false;
    calibration.scores.push_back(z);
    calibration.probabilities.push_back(p);
  }
  return true;
}

// What the loss says of its options; nothing of a loss that a later version may have.
std::string wrong_loss_option(const Model& model) {
  try {
    if (loss::find(model.loss)) model.make_loss();
  } catch (const UsageError& error) {
    return "the options of the loss: " + std::string(error.what());
  }
  return {};
}

struct Field {
  std::string_view key;
  std::string_view expected;
  Text (*get)(const Model&);
  bool (*set)(Model&, std::string_view);
  bool required;
};

constexpr std::uint64_t most_features = UINT32_MAX;
constexpr std::uint64_t most_outputs = 1'000'000'000;

const Field fields[] = {
    {"loss", "the name of a loss", [](const Model& m) -> Text { return m.loss; },
     [](Model& m, std::string_view v) { return set_word(v, m.loss); }, true},
    {"solver", "the name of a solver",
     [](const Model& m) { return m.solver.empty() ? Text() : Text(m.solver); },
     [](Model& m, std::string_view v) { return set_word(v, m.solver); }, false},
    {"labels", "numbers", [](const Model& m) { return list_text(m.labels); },
     [](Model& m, std::string_view v) { return set_list(v, m.labels); }, false},
    {"multilabel", "0 or 1", [](const Model& m) { return m.multilabel ? Text("1") : Text(); },
     [](Model& m, std::string_view v) { return set_count(v, m.multilabel, 0, 1); }, false},
    {"features", "a count below 2^32", [](const Model& m) -> Text { return std::to_string(m.features); },
     [](Model& m, std::string_view v) { return set_count(v, m.features, 0, most_features); }, true},
    {"outputs", "a count from 1", [](const Model& m) -> Text { return std::to_string(m.outputs); },
     [](Model& m, std::string_view v) { return set_count(v, m.outputs, 1, most_outputs); }, true},
    {"intercept", "0 or 1", [](const Model& m) -> Text { return m.intercept ? "1" : "0"; },
     [](Model& m, std::string_view v) { return set_count(v, m.intercept, 0, 1); }, true},
    {"bias", "a number an output", [](const Model& m) { return m.intercept ? list_text(m.bias) : Text(); },
     [](Model& m, std::string_view v) { return set_list(v, m.bias); }, false},
    {"l1", "a number >= 0", [](const Model& m) -> Text { return to_text(m.l1); },
     [](Model& m, std::string_view v) { return set_number(v, m.l1, 0); }, true},
    {"l2", "a number >= 0", [](const Model& m) -> Text { return to_text(m.l2); },
     [](Model& m, std::string_view v) { return set_number(v, m.l2, 0); }, true},
    {"index_base", "0 or 1", [](const Model& m) -> Text { return std::to_string(m.index_base); },
     [](Model& m, std::string_view v) { return set_count(v, m.index_base, 0, 1); }, true},
    {"rows", "unit", [](const Model& m) { return m.unit_rows ? Text("unit") : Text(); },
     [](Model& m, std::string_view v) { return m.unit_rows = v == "unit"; }, false},
    {"seed", "a count", [](const Model& m) -> Text { return std::to_string(m.seed); },
     [](Model& m, std::string_view v) { return set_count(v, m.seed, 0, UINT64_MAX); }, false},
    {"huber_delta", "a number",
     [](const Model& m) { return loss_option(m, "huber-delta", m.loss_options.huber_delta); },
     [](Model& m, std::string_view v) { return set_number(v, m.loss_options.huber_delta); }, false},
    {"epsilon_insensitive", "a number",
     [](const Model& m) { return loss_option(m, "epsilon-insensitive", m.loss_options.epsilon_insensitive); },
     [](Model& m, std::string_view v) { return set_number(v, m.loss_options.epsilon_insensitive); }, false},
    {"quantile", "a number",
     [](const Model& m) { return loss_option(m, "quantile", m.loss_options.quantile); },
     [](Model& m, std::string_view v) { return set_number(v, m.loss_options.quantile); }, false},
    {"hinge_smoothing", "a number",
     [](const Model& m) { return loss_option(m, "hinge-smoothing", m.loss_options.hinge_smoothing); },
     [](Model& m, std::string_view v) { return set_number(v, m.loss_options.hinge_smoothing); }, false},
    {"label_smoothing", "a number",
     [](const Model& m) { return loss_option(m, "label-smoothing", m.loss_options.label_smoothing); },
     [](Model& m, std::string_view v) { return set_number(v, m.loss_options.label_smoothing); }, false},
    {"platt", "two numbers", [](const Model& m) { return calibration_text(m, Calibration::Kind::platt); },
     [](Model& m, std::string_view v) { return set_calibration(m, v, Calibration::Kind::platt); }, false},
    {"isotonic", "ascending scores, each with a probability",
     [](const Model& m) { return calibration_text(m, Calibration::Kind::isotonic); },
     [](Model& m, std::string_view v) { return set_calibration(m, v, Calibration::Kind::isotonic); }, false},
    // Who wrote the file: always the program that writes now.
    {"version", "a version", [](const Model&) -> Text { return SPARSELEARN_VERSION; },
     [](Model&, std::string_view v) { return !v.empty(); }, false},
};
static_assert(std::size(fields) <= 64, "HeaderReader remembers the keys seen in 64 bits");

// What the command line calls the option of a key.
std::string option_name(std::string_view key) {
  std::string name(key);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

std::vector<double> calibration_numbers(const Calibration& calibration) {
  if (calibration.kind == Calibration::Kind::platt) return {calibration.a, calibration.b};
  std::vector<double> numbers;
  for (std::size_t k = 0; k < calibration.scores.size(); ++k)
    numbers.insert(numbers.end(), {calibration.scores[k], calibration.probabilities[k]});
  return numbers;
}

std::string header_lines(const Model& model) {
  std::string lines;
  for (const Field& field : fields)
    if (const Text value = field.get(model)) lines += std::string(field.key) + ' ' + *value + '\n';
  for (const auto& [key, value] : model.extra) lines += key + ' ' + one_line(value) + '\n';
  return lines;
}

std::vector<std::pair<std::string_view, double>> loss_option_values(const Model& model) {
  std::vector<std::pair<std::string_view, double>> values;
  for (const Field& field : fields) {
    const Text value = loss_reads(model, option_name(field.key)) ? field.get(model) : Text();
    if (value) values.emplace_back(field.key, parse_double(*value).value());
  }
  return values;
}

std::string HeaderReader::take(std::string_view line, Model& model) {
  const std::size_t space = std::min(line.find(' '), line.size());
  const std::string_view key = line.substr(0, space);
  const std::string_view value = line.substr(std::min(space + 1, line.size()));
  if (key.empty()) return "expected 'key value'";
  // In the binary format these would be read, and could not be written as text and read again.
  if (key == "weights" || line.ends_with('\r')) return "expected a key of the header and its value";

  const auto field =
      std::find_if(std::begin(fields), std::end(fields), [&](const Field& f) { return f.key == key; });
  if (field == std::end(fields)) {
    const auto same = [&](const auto& pair) { return pair.first == key; };
    if (std::any_of(model.extra.begin(), model.extra.end(), same))
      return "'" + std::string(key) + "' is given twice";
    model.extra.emplace_back(key, value);
    return {};
  }
  const std::uint64_t bit = std::uint64_t{1} << (field - std::begin(fields));
  if (seen_ & bit) return "'" + std::string(key) + "' is given twice";
  seen_ |= bit;
  if (field->set(model, value)) return {};
  return "expected " + std::string(field->expected) + " after '" + std::string(key) + "', found '" +
         std::string(value) + "'";
}

std::string HeaderReader::finish(Model& model) const {
  for (const Field& field : fields) {
    const std::uint64_t bit = std::uint64_t{1} << (&field - std::begin(fields));
    if (field.required && !(seen_ & bit)) return "'" + std::string(field.key) + "' is missing";
  }
  const std::string outputs = std::to_string(model.outputs);
  const bool label_an_output = model.outputs > 1 || model.multilabel;
  if (label_an_output && model.labels.size() != model.outputs)
    return "expected " + outputs + (model.outputs == 1 ? " label, one an output" : " labels, one an output");
  if (!label_an_output && !model.labels.empty() && model.labels.size() != 2) return "expected two labels";
  if (label_an_output && std::adjacent_find(model.labels.begin(), model.labels.end(),
                                            std::greater_equal<>()) != model.labels.end())
    return "expected labels that ascend";
  if (model.labels.size() == 2 && model.labels[0] == model.labels[1]) return "expected two different labels";
  if (model.calibration && (label_an_output || model.labels.empty()))
    return "a calibration is given, which is for two labels and one score";
  if (!model.intercept && !model.bias.empty()) return "a bias is given, but intercept is 0";
  if (!model.intercept) model.bias.assign(model.outputs, 0.0);
  if (model.bias.size() != model.outputs) return "expected " + outputs + " values of bias, one an output";
  model.loss_options.classes = std::max<std::size_t>(model.outputs, 2);
  return wrong_loss_option(model);
}

std::string allocate_weights(Model& model) {
  // A damaged count must not bring the machine down: what can not fit is refused before it is asked for.
  const double memory =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGE_SIZE));
  const double wanted =
      static_cast<double>(model.features) * static_cast<double>(model.outputs) * sizeof(double);
  if (wanted > memory)
    return with_commas(model.features) + " features times " + with_commas(model.outputs) +
           " outputs do not fit into this machine's memory";
  model.weights.assign(model.features * model.outputs, 0.0);
  return {};
}

}  // namespace sparselearn::model
