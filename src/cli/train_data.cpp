#include "cli/train_data.hpp"

#include <algorithm>
#include <utility>

#include "cli/value.hpp"
#include "sparselearn/base/input_file.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/train/class_weights.hpp"
#include "sparselearn/train/split.hpp"

namespace sparselearn::cli {
namespace {

constexpr std::size_t most_classes = 1'000'000;

// One non-negative number a line, a line a row.
std::vector<float> read_weights(const std::string& path) {
  const std::string text = read_file(path);
  std::vector<float> weights;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto weight = parse_double(line);
    if (!weight || *weight < 0 || *weight > static_cast<double>(std::numeric_limits<float>::max()))
      throw DataError(Place{path, weights.size() + 1, 1},
                      "expected a weight >= 0, found '" + std::string(line.substr(0, 50)) + "'",
                      std::string(line.substr(0, 200)));
    weights.push_back(static_cast<float>(*weight));
  }
  return weights;
}

void apply_weights_file(Dataset& rows, const std::string& path) {
  const std::vector<float> weights = read_weights(path);
  if (weights.size() != rows.rows())
    throw DataError(Place{path}, "there are " + with_commas(weights.size()) + " weights for " +
                                     with_commas(rows.rows()) + " rows");
  rows.set_weights(weights);
}

// "L:W,L:W"
std::vector<std::pair<double, double>> parse_factors(const std::string& text) {
  std::vector<std::pair<double, double>> factors;
  for (const std::string_view item : split(text, ',')) {
    const std::size_t colon = item.find(':');
    const auto label = parse_double(item.substr(0, colon));
    const auto factor = colon == std::string_view::npos ? std::nullopt : parse_double(item.substr(colon + 1));
    if (!label || !factor || *factor < 0)
      refuse("class-weight", "balanced or LABEL:WEIGHT,... with weights >= 0", text);
    factors.emplace_back(*label, *factor);
  }
  return factors;
}

// Returns the weights before, none where there is nothing to apply.
std::vector<float> apply_class_weight(Dataset& rows, const std::string& text) {
  std::vector<float> before;
  for (const RowBlock& block : rows.blocks())
    for (std::size_t r = 0; !text.empty() && r < block.rows(); ++r)
      before.push_back(static_cast<float>(block.weight(r)));
  if (text == "balanced")
    balance_labels(rows);
  else if (!text.empty())
    weigh_labels(rows, parse_factors(text));
  return before;
}

std::optional<Dataset> hold_back(Dataset& rows, double fraction, std::uint64_t seed) {
  const std::vector<bool> drawn = draw_rows(rows.rows(), fraction, seed);
  Dataset held = subset(rows, [&](std::uint64_t i) { return drawn[i]; });
  rows = subset(rows, [&](std::uint64_t i) { return !drawn[i]; });
  return held;
}

LabelMap label_map(const Dataset& rows, const TrainSettings& settings) {
  const LabelKind kind = loss::make(settings.loss, settings.loss_options)->labels();
  std::vector<double> distinct = rows.distinct_labels(most_classes);
  if (kind != LabelKind::real && distinct.size() > most_classes)
    throw DataError("there are more than 1,000,000 different labels");
  if (settings.multilabel) return LabelMap::of_lists(std::move(distinct));
  return LabelMap(distinct, kind, settings.positive, settings.one_vs_rest);
}

void map_labels(Dataset& rows, const LabelMap& labels) {
  if (labels.classes() > 0) rows.map_labels([&](double label) { return labels.to_loss(label); });
}

// Validation rows from a file of their own, whose labels may be others than those of the training rows.
void map_valid_labels(Dataset& rows, const LabelMap& labels, const TrainSettings& settings) try {
  if (labels.classes() == 0) label_map(rows, settings);  // refuses those that the loss can not take
  map_labels(rows, labels);
} catch (const DataError& error) {
  if (settings.valid.empty()) throw;
  throw DataError(Place{settings.valid}, error.what());
}

// Scales the rows, and the validation data and the weights to start from to match.
Scaling normalize(const std::string& how, Dataset& rows, std::optional<Dataset>& valid,
                  std::optional<Model>& start) {
  Scaling scaling;
  scaling.unit_rows = how == "l2";
  if (how == "max-abs") scaling.features = FeatureScales::max_abs(rows);
  if (how == "standard") scaling.features = FeatureScales::standard(rows);
  for (Dataset* each : {&rows, valid ? &*valid : nullptr}) {
    if (each && scaling.unit_rows) normalize_rows(*each);
    if (each) scaling.features.apply(*each);
  }
  if (!start) return scaling;
  if (start->unit_rows != scaling.unit_rows)
    throw UsageError(start->unit_rows ? "the model to start from was trained with --normalize l2; add it"
                                      : "the model to start from was trained without --normalize l2");
  scaling.features.scale(*start);
  return scaling;
}

// The weights to start from must be about the same features and labels.
void check_start(const Model& start, const LabelMap& labels, int index_base) {
  if (start.index_base != index_base)
    throw UsageError("the model to start from counts features from " + std::to_string(start.index_base) +
                     ", the data from " + std::to_string(index_base));
  if (start.labels != labels.labels())
    throw UsageError("the model to start from has other labels than the data");
}

Dataset read_rows(const std::vector<std::string>& paths, const TrainSettings& settings,
                  const ReadOptions& options, Screen& screen, ReadReport& report) {
  return settings.cache ? read_data_cached(paths, settings.cache_folder, options, screen, report)
                        : read_data(paths, options, screen, report);
}

// Vowpal Wabbit's form is hashed already as it is read, to so many bits instead.
void set_hash_bits(ReadOptions& options, unsigned bits, bool starts) {
  if (options.syntax == TextSyntax::csv)
    throw UsageError("--hash-bits is for --input-format libsvm and vw: the columns of CSV are few");
  unsigned& used = options.syntax == TextSyntax::vw ? options.name_bits : options.hash_bits;
  if (starts && used != bits)
    throw UsageError("the model to start from has other features than --hash-bits " + std::to_string(bits));
  used = bits;
}

// One large index, or many labels, are enough to ask for more weights than there is memory.
void require_room_for_weights(std::uint64_t features, std::uint64_t models, const TrainSettings& settings) {
  const std::uint64_t machine = physical_memory();
  const std::uint64_t allowed = settings.stream ? machine : std::min(settings.max_memory, machine);
  const std::uint64_t a_feature =
      models * sizeof(double) + sizeof(std::uint32_t);  // its weights, and its number among those used
  if (features <= allowed / a_feature) return;
  const std::string times = models > 1 ? " for " + with_commas(models) + " labels each" : "";
  throw Error(ExitCode::failure, "the weights do not fit: " + with_commas(features) + " features" + times +
                                     " take " + bytes_text(features * a_feature) + ", more than the " +
                                     bytes_text(allowed) +
                                     " of memory allowed; is the largest index one that was meant?");
}

// A new order costs as much as a pass or two, and to write all rows where they are on disk.
UsedFeatures::Order order_of_features(const TrainSettings& settings) {
  constexpr double worthwhile_passes = 4;
  return settings.stream || settings.train.epochs < worthwhile_passes ? UsedFeatures::Order::kept
                                                                      : UsedFeatures::Order::any;
}

std::shared_ptr<Spill> make_spill(const TrainSettings& settings) {
  if (!settings.stream) return nullptr;
  const std::uint64_t limit = std::min(settings.max_memory, physical_memory() / 2);
  return std::make_shared<Spill>(settings.stream_folder.empty() ? spill_folder() : settings.stream_folder,
                                 limit);
}

}  // namespace

void TrainData::complete(Model& model) const {
  used.name(model);
  scaling.features.unscale(model);
  model.unit_rows = scaling.unit_rows;
  if (name_bits) model.extra.emplace_back(vw_bits_key, std::to_string(*name_bits));
  if (hash_bits > 0) model.extra.emplace_back(hash_bits_key, std::to_string(hash_bits));
}

TrainData read_train_data(const Arguments& arguments, const TrainSettings& settings, Screen& screen) {
  if (!settings.class_weight.empty() && settings.class_weight != "balanced")
    parse_factors(settings.class_weight);
  std::optional<Model> start;
  if (!settings.warm_start.empty()) start = read_model(settings.warm_start);
  ReadOptions options = start ? read_options(arguments, *start) : read_options(arguments);
  if (settings.hash_bits) set_hash_bits(options, *settings.hash_bits, start.has_value());
  if (settings.features && options.hash_bits > 0)
    throw UsageError("--features says nothing where features are hashed; leave it out");
  if (settings.features) options.max_index = *settings.features - 1;
  options.max_memory = settings.max_memory;
  const std::shared_ptr<Spill> spill = make_spill(settings);
  options.spill = spill.get();
  ReadReport report;
  Dataset rows = read_rows(settings.data, settings, options, screen, report);
  std::optional<Spill::Use> use;  // what is made of the rows lies where they lie
  if (spill) use.emplace(*spill, Spill::Use::Threads::all);
  if (settings.features) rows.set_features(*settings.features);
  require_room_for_weights(rows.features(), 1, settings);
  if (!settings.weights_file.empty()) apply_weights_file(rows, settings.weights_file);

  const LabelMap labels = label_map(rows, settings);
  if (settings.one_vs_rest) require_room_for_weights(rows.features(), labels.classes(), settings);
  if (start) check_start(*start, labels, report.index_base);
  std::optional<Dataset> valid;
  if (settings.valid_fraction)
    valid = hold_back(rows, *settings.valid_fraction, settings.solver_options.seed);
  if (!settings.valid.empty()) {
    ReadReport unused;
    ReadOptions same_base = read_options(arguments, report.index_base);
    same_base.spill = spill.get();
    same_base.max_memory = settings.max_memory - std::min<std::uint64_t>(settings.max_memory, rows.memory());
    same_base.name_bits = options.name_bits;
    same_base.hash_bits = options.hash_bits;
    valid = read_rows({settings.valid}, settings, same_base, screen, unused);
    if (unused.columns != report.columns)
      throw DataError(Place{settings.valid, 1, 1}, "expected the columns of the training data");
  }
  Scaling scaling = normalize(settings.normalize, rows, valid, start);
  std::vector<float> own_weights = apply_class_weight(rows, settings.class_weight);
  if (!(rows.total_weight() > 0)) throw DataError("the row weights add up to 0");
  map_labels(rows, labels);
  if (valid) map_valid_labels(*valid, labels, settings);
  // A model to start from may have weights for features that these rows have not.
  UsedFeatures used = start ? UsedFeatures(rows.features()) : UsedFeatures(rows, order_of_features(settings));
  if (valid) used.apply(*valid);
  rows.set_spill(spill.get());
  return {spill,
          std::move(rows),
          std::move(valid),
          labels,
          std::move(report),
          std::move(start),
          std::move(own_weights),
          std::move(used),
          std::move(scaling),
          options.syntax == TextSyntax::vw ? std::optional(options.name_bits) : std::nullopt,
          options.hash_bits};
}

}  // namespace sparselearn::cli
