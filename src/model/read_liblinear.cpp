// Reads LIBLINEAR's model file (Fan et al. 2008; linear.cpp, save_model of version 2.3):
//   solver_type NAME
//   nr_class K
//   label L_1 ... L_K        (not for regression)
//   nr_feature D
//   bias B
//   w
//   W_1 ... W_k              (D lines, D + 1 with B >= 0: the last is that of a feature with the value B)
// k is 1 for two classes, whose first label is that of positive scores, and for regression; else K.
#include <numeric>

#include "model/formats.hpp"
#include "model/lines.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::model {
namespace {

// The loss that is minimised, or the nearest we have: theirs of regression are free of loss over a width that
// the file does not tell, and MCSVM_CS is Crammer & Singer's.
struct SolverType {
  std::string_view name;
  const char* loss;
  bool regression;
};
constexpr SolverType solver_types[] = {
    {"L2R_LR", "logistic", false},
    {"L2R_L2LOSS_SVC_DUAL", "squared-hinge", false},
    {"L2R_L2LOSS_SVC", "squared-hinge", false},
    {"L2R_L1LOSS_SVC_DUAL", "hinge", false},
    {"MCSVM_CS", "softmax", false},
    {"L1R_L2LOSS_SVC", "squared-hinge", false},
    {"L1R_LR", "logistic", false},
    {"L2R_LR_DUAL", "logistic", false},
    {"L2R_L2LOSS_SVR", "squared", true},
    {"L2R_L2LOSS_SVR_DUAL", "squared", true},
    {"L2R_L1LOSS_SVR_DUAL", "absolute", true},
};

class Reader {
 public:
  Reader(std::string_view bytes, const std::string& path) : lines_(bytes, path) {}

  Model read() {
    read_header();
    arrange();
    for (std::uint64_t j = 0; j < model_.features; ++j) read_row(&model_.weights[j * model_.outputs]);
    if (model_.intercept) {
      read_row(model_.bias.data());
      for (double& each : model_.bias) each *= bias_;
    }
    if (lines_.next()) lines_.fail("expected the end of the file after the weights");
    return std::move(model_);
  }

 private:
  void read_header() {
    for (;;) {
      lines_.need("'w' and the weights");
      const std::string_view line = trimmed();
      if (line == "w") return require_keys();
      Words words(line);
      const std::string_view key = words.next();
      if (key == "solver_type")
        read_type(words);
      else if (key == "nr_class")
        classes_ = count(words, 2);
      else if (key == "label")
        while (!words.done()) labels_.push_back(number(words));
      else if (key == "nr_feature")
        features_ = count(words, 0);
      else if (key == "bias")
        bias_ = number(words), saw_bias_ = true;
      else
        lines_.fail("expected solver_type, nr_class, label, nr_feature, bias or w");
      if (!words.done()) lines_.fail("expected the end of the line", words.end());
    }
  }

  void read_type(Words& words) {
    const std::string_view name = words.next();
    for (const SolverType& type : solver_types)
      if (type.name == name) type_ = &type;
    if (!type_) lines_.fail("expected a solver type of classification or regression", words.offset());
  }

  std::uint64_t count(Words& words, std::uint64_t least) {
    const auto value = parse_unsigned(words.next());
    if (!value || *value < least || *value > UINT32_MAX)
      lines_.fail("expected a count from " + std::to_string(least), words.offset());
    return *value;
  }

  double number(Words& words) {
    const bool there = !words.done();
    const auto value = there ? parse_double(words.next()) : std::nullopt;
    if (!value) lines_.fail("expected a finite number", there ? words.offset() : words.end());
    return *value;
  }

  void require_keys() {
    if (!type_) lines_.fail("solver_type is missing");
    if (!features_) lines_.fail("nr_feature is missing");
    if (!saw_bias_) lines_.fail("bias is missing");
    if (type_->regression) return;
    if (!classes_) lines_.fail("nr_class is missing");
    if (labels_.size() != *classes_)
      lines_.fail("expected " + std::to_string(*classes_) + " labels, found " +
                  std::to_string(labels_.size()));
  }

  // From their order of labels and columns to ours, which ascends.
  void arrange() {
    model_.loss = type_->loss;
    model_.solver = "liblinear";
    model_.features = *features_;
    model_.intercept = bias_ >= 0;
    if (!type_->regression && *classes_ == 2 && model_.loss != "softmax") {
      model_.labels = {labels_[1], labels_[0]};
    } else if (!type_->regression) {
      model_.outputs = labels_.size();
      column_.resize(labels_.size());
      std::iota(column_.begin(), column_.end(), std::size_t{0});
      std::sort(column_.begin(), column_.end(), [&](auto a, auto b) { return labels_[a] < labels_[b]; });
      for (const std::size_t c : column_) model_.labels.push_back(labels_[c]);
    }
    std::vector<double> ascending = model_.labels;
    std::sort(ascending.begin(), ascending.end());
    if (std::adjacent_find(ascending.begin(), ascending.end()) != ascending.end())
      lines_.fail("expected different labels");
    model_.loss_options.classes = std::max<std::size_t>(model_.outputs, 2);
    model_.bias.assign(model_.outputs, 0.0);
    // A row takes two bytes at least: what the file can not hold is refused before room is made for it.
    std::string wrong = model_.features > lines_.left() ? "there are fewer weights than features" : "";
    if (wrong.empty()) wrong = allocate_weights(model_);
    if (!wrong.empty()) lines_.fail(wrong);
  }

  void read_row(double* row) {
    lines_.need("a weight");
    Words words(trimmed());
    std::vector<double>& values = values_;
    values.resize(model_.outputs);
    for (double& value : values) value = number(words);
    if (!words.done()) lines_.fail("expected the end of the line", words.end());
    for (std::size_t c = 0; c < values.size(); ++c) row[c] = values[column_.empty() ? c : column_[c]];
  }

  // They end every row of weights with a blank.
  std::string_view trimmed() const {
    std::string_view line = lines_.line();
    while (line.ends_with(' ')) line.remove_suffix(1);
    return line;
  }

  Lines lines_;
  Model model_;
  const SolverType* type_ = nullptr;
  std::optional<std::uint64_t> classes_, features_;
  std::vector<double> labels_;
  double bias_ = -1;
  bool saw_bias_ = false;
  std::vector<std::size_t> column_;  // of theirs for each of our outputs; empty: the same
  std::vector<double> values_;
};

}  // namespace

bool begins_liblinear(std::string_view bytes) { return bytes.starts_with("solver_type "); }

Model from_liblinear_format(std::string_view bytes, const std::string& path) {
  return Reader(bytes, path).read();
}

}  // namespace sparselearn::model
