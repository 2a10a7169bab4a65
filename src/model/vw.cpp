// Vowpal Wabbit's readable model, in the form that its version 9 writes with --readable_model or
// --invert_hash and --predict_only_model:
//   Version 9.0.0
//   Id TEXT
//   Min label:A
//   Max label:B
//   bits:N
//   lda:0
//   0 ngram:
//   0 skip:
//   options: --OPTION VALUE ...
//   Checksum: C
//   :0                           (:1 before the state of a run, which is passed over)
//   [NAME:]INDEX:WEIGHT [more]
// A feature that is an integer in the namespace without a name has itself as its index; other names are
// hashed. The intercept is the weight of a feature at 11650396 modulo 2^N. Ours leave out the checksum, which
// is one of the binary model, and have our header in Id, since the rest does not hold it.
#include <cfloat>

#include "model/formats.hpp"
#include "model/lines.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::model {
namespace {

constexpr std::uint64_t constant_hash = 11650396;
constexpr unsigned fewest_bits = 18, most_bits = 32;
constexpr std::string_view separator = "; ";  // of the header's lines in Id
constexpr std::string_view count_key = "weights ";

std::uint64_t constant_index(unsigned bits) { return constant_hash & ((std::uint64_t{1} << bits) - 1); }

bool has_weight(const Model& model, std::uint64_t feature) {
  for (std::uint64_t k = 0; k < model.held_rows(); ++k)
    if (model.feature_of(k) == feature) return model.weights[k] != 0;
  return false;
}

// Those that names of features are hashed to, else as few as hold the features, and if possible the intercept
// apart from them. Where it lies among them, as there, that feature must have no weight.
unsigned bits_for(const Model& model) {
  const auto base = static_cast<std::uint64_t>(model.index_base);
  const std::uint64_t end = model.features + base;
  unsigned bits = model.vw_bits().value_or(fewest_bits);
  while (end > std::uint64_t{1} << bits) ++bits;
  const auto apart = [&] { return !model.intercept || constant_index(bits) >= end; };
  while (!apart() && !model.vw_bits() && bits < most_bits) ++bits;
  if (!apart() && has_weight(model, constant_index(bits) - base))
    throw UsageError("Vowpal Wabbit keeps the intercept at " + std::to_string(constant_index(bits)) +
                     ", where this model has a feature; write another format");
  return bits;
}

void require_expressible(const Model& model) {
  if (model.multilabel)
    throw UsageError(
        "models of Vowpal Wabbit are written for one score a row: this one was trained with --multilabel; "
        "write another format");
  if (model.outputs > 1)
    throw UsageError("models of Vowpal Wabbit are written for one score a row; this one has " +
                     std::to_string(model.outputs));
  if (model.hash_bits())
    throw UsageError(
        "Vowpal Wabbit hashes other features: this model was trained with --hash-bits; write another format");
  if (model.unit_rows)
    throw UsageError(
        "Vowpal Wabbit does not scale rows: this model was trained with --normalize l2; write another "
        "format");
}

std::string id_line(const Model& model) {
  std::string header = header_lines(model);
  std::replace(header.begin(), header.end(), ';', ',');
  std::string line = "Id " + std::string(text_magic) + ' ' + std::to_string(format_version);
  Lines lines(header, header);
  while (lines.next()) line += std::string(separator) + std::string(lines.line());
  return line + std::string(separator) + std::string(count_key) + std::to_string(nonzero_rows(model)) + '\n';
}

// Their losses of the same name mean the same scores.
std::string options_line(const Model& model) {
  std::string line = "options:";
  for (const std::string_view loss : {"squared", "logistic", "hinge", "quantile", "poisson"})
    if (model.loss == loss) line += " --loss_function " + model.loss;
  if (model.loss == "quantile") line += " --quantile_tau " + to_text(model.loss_options.quantile);
  return line + (model.intercept ? "\n" : " --noconstant\n");
}

class Reader {
 public:
  Reader(std::string_view bytes, const std::string& path) : lines_(bytes, path) {}

  Model read() {
    read_header();
    while (next_weight()) read_weight();
    own_header_ ? check_header() : assume_header();
    set_weights();
    return std::move(model_);
  }

 private:
  void read_header() {
    for (lines_.need("'Version'");; lines_.need("':0' and the weights")) {
      const std::string_view line = lines_.line();
      if (line == ":0" || line == ":1") break;
      if (line.starts_with("Id "))
        read_id(line.substr(3));
      else if (line.starts_with("Min label:"))
        least_label_ = number(line.substr(10), 10);
      else if (line.starts_with("Max label:"))
        largest_label_ = number(line.substr(10), 10);
      else if (line.starts_with("bits:"))
        read_bits();
      else if (line.starts_with("options:"))
        read_options(Words(line));
      else
        refuse_others(line);
    }
    state_follows_ = lines_.line() == ":1";
    if (bits_ == 0) lines_.fail("'bits' is missing");
  }

  double number(std::string_view text, std::size_t at) {
    const auto value = parse_double(text);
    if (!value) lines_.fail("expected a finite number", at);
    return *value;
  }

  void read_bits() {
    const auto value = parse_unsigned(lines_.line().substr(5));
    if (!value || *value == 0 || *value > most_bits) lines_.fail("expected a number of bits from 1 to 32", 5);
    bits_ = static_cast<unsigned>(*value);
  }

  // Counts of n-grams, pairs and the like, which a linear model of the features has none of.
  void refuse_others(std::string_view line) {
    const bool harmless = line.starts_with("Version ") || line.starts_with("Checksum:") || line == "Id";
    const std::size_t digit = line.find_first_of("123456789");
    if (!harmless && digit != std::string_view::npos)
      lines_.fail("expected a model of single features: this one has more to it than weights", digit);
    if (!harmless && line.find(':') == std::string_view::npos) lines_.fail("expected 'KEY:VALUE'");
  }

  void read_id(std::string_view rest) {
    if (!rest.starts_with(std::string(text_magic) + ' ' + std::to_string(format_version) +
                          std::string(separator)))
      return;
    own_header_ = true;
    rest.remove_prefix(rest.find(separator) + separator.size());
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(separator), rest.size());
      const std::string_view key = rest.substr(0, end);
      std::string wrong;
      if (key.starts_with(count_key))
        expected_ = parse_unsigned(key.substr(count_key.size()));
      else
        wrong = header_.take(key, model_);
      if (!wrong.empty()) lines_.fail(wrong, static_cast<std::size_t>(key.data() - lines_.line().data()));
      rest.remove_prefix(std::min(end + separator.size(), rest.size()));
    }
  }

  // Only options that leave the score what it is: the sum of weights times values.
  void read_options(Words words) {
    for (words.next(); !words.done();) {
      const std::string_view option = words.next();
      if (option.empty()) continue;
      if (option == "--noconstant") {
        constant_ = false;
        continue;
      }
      const std::size_t at = words.offset();
      const std::string_view value = words.next();
      if (option == "--loss_function")
        loss_ = value;
      else if (option == "--quantile_tau")
        model_.loss_options.quantile = number(value, at);
      else if (!((option == "--hash_seed" && value == "0") || (option == "--link" && known_link(value)) ||
                 option == "--bit_precision" || option == "--l1" || option == "--l2"))
        lines_.fail("the option " + std::string(option) + ' ' + std::string(value) +
                        " gives the weights another meaning; such models can not be read",
                    at);
    }
  }

  static bool known_link(std::string_view link) { return link == "identity" || link == "logistic"; }

  struct Weight {
    std::uint64_t index;
    double value;
  };

  // The first word of a line, [NAME:]INDEX:WEIGHT; nothing if it is not that.
  std::optional<Weight> parse_weight() const {
    const std::string_view line = lines_.line();
    std::string_view word = line.substr(0, line.find(' '));
    const std::size_t colon = word.rfind(':');
    if (colon == std::string_view::npos) return {};
    const auto value = parse_double(word.substr(colon + 1));
    word = word.substr(0, colon);
    const std::size_t name = word.rfind(':');
    const auto index = parse_unsigned(word.substr(name == std::string_view::npos ? 0 : name + 1));
    if (!index || !value) return {};
    return Weight{*index, *value};
  }

  bool next_weight() {
    while (lines_.next())
      if (!state_follows_ || parse_weight()) {
        state_follows_ = false;
        return true;
      }
    return false;
  }

  void read_weight() {
    const auto weight = parse_weight();
    if (!weight) lines_.fail("expected INDEX:WEIGHT or NAME:INDEX:WEIGHT");
    if (weight->index >> bits_ != 0)
      lines_.fail("expected an index below 2^" + std::to_string(bits_) + ", found " +
                  std::to_string(weight->index));
    if (constant_ && weight->index == constant_index(bits_))
      bias_ = weight->value;
    else
      weights_.push_back(*weight);
  }

  void check_header() {
    if (model_.intercept && !bias_) lines_.fail("the file ends where the weight of the intercept should be");
    if (model_.intercept && !model_.bias.empty() && *bias_ != model_.bias[0])
      lines_.fail("the weight of the intercept is not the bias that Id tells");
    if (expected_.value_or(weights_.size()) != weights_.size())
      lines_.fail("the file ends where a weight should be: expected " + with_commas(*expected_) +
                  " of them, found " + with_commas(weights_.size()));
  }

  // What a file of theirs tells: the loss where the options name it, else by its limits of scores.
  void assume_header() {
    if (loss_.empty()) loss_ = least_label_ == -50 && largest_label_ == 50 ? "logistic" : "squared";
    if (loss_ == "classic") loss_ = "squared";
    if (!loss::find(loss_)) lines_.fail("the loss " + loss_ + " is not known to this program");
    std::uint64_t features = 0;
    for (const Weight& weight : weights_) features = std::max(features, weight.index + 1);
    std::vector<std::string> keys{"loss " + loss_,
                                  "solver vw",
                                  "features " + std::to_string(features),
                                  "outputs 1",
                                  "l1 0",
                                  "l2 0",
                                  "index_base 0",
                                  std::string("intercept ") + (bias_ ? '1' : '0'),
                                  std::string(vw_bits_key) + ' ' + std::to_string(bits_)};
    if (bias_) keys.push_back("bias " + to_text(*bias_));
    if (loss_ == "logistic" || loss_ == "hinge") keys.emplace_back("labels -1 1");
    for (const std::string& key : keys)
      if (const std::string wrong = header_.take(key, model_); !wrong.empty()) lines_.fail(wrong);
  }

  void set_weights() {
    std::sort(weights_.begin(), weights_.end(),
              [](const Weight& a, const Weight& b) { return a.index < b.index; });
    std::string wrong = header_.finish(model_);
    if (wrong.empty() && model_.outputs != 1) wrong = "expected one score a row";
    if (wrong.empty()) wrong = allocate_weights(model_);
    const auto base = static_cast<std::uint64_t>(model_.index_base);
    for (std::size_t k = 0; k < weights_.size() && wrong.empty(); ++k) {
      const std::uint64_t index = weights_[k].index;
      if (k > 0 && index == weights_[k - 1].index)
        wrong = "the index " + std::to_string(index) + " is there twice";
      if (index < base || index >= model_.features + base)
        wrong = "the index " + std::to_string(index) + " is beyond the features";
      if (wrong.empty()) model_.weights[index - base] = weights_[k].value;
    }
    if (!wrong.empty()) lines_.fail(wrong);
  }

  Lines lines_;
  Model model_;
  HeaderReader header_;
  bool own_header_ = false, state_follows_ = false, constant_ = true;
  unsigned bits_ = 0;
  double least_label_ = 0, largest_label_ = 0;
  std::string loss_;
  std::optional<double> bias_;
  std::optional<std::uint64_t> expected_;
  std::vector<Weight> weights_;
};

}  // namespace

std::string to_vw_format(const Model& model) {
  require_expressible(model);
  const unsigned bits = bits_for(model);
  // Predictions are held between the labels there: -50 and 50 for logistic, no limit for the others.
  const std::string limit = model.loss == "logistic" ? "50" : to_text(static_cast<double>(FLT_MAX));
  std::string text = "Version 9.0.0\n" + id_line(model) + "Min label:-" + limit + "\nMax label:" + limit +
                     "\nbits:" + std::to_string(bits) + "\nlda:0\n0 ngram:\n0 skip:\n" + options_line(model) +
                     ":0\n";
  const auto append = [&](std::uint64_t index, double weight) {
    text += std::to_string(index) + ':' + to_text(weight) + '\n';
  };
  for (std::uint64_t k = 0; k < model.held_rows(); ++k)
    if (model.weights[k] != 0)
      append(model.feature_of(k) + static_cast<std::uint64_t>(model.index_base), model.weights[k]);
  if (model.intercept) append(constant_index(bits), model.bias[0]);
  return text;
}

bool begins_vw(std::string_view bytes) {
  if (!bytes.starts_with("Version ")) return false;
  const std::size_t second = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
  return bytes.substr(second).starts_with("Id") || bytes.substr(second).starts_with("Min label:");
}

Model from_vw_format(std::string_view bytes, const std::string& path) { return Reader(bytes, path).read(); }

}  // namespace sparselearn::model
