// A model as a CSV of weights (RFC 4180):
//   index,name,weight            (several outputs: weight L_1,weight L_2,... with their labels)
//   ,KEY VALUE,                  (the header's lines, at last ",weights K,"; they have no index)
//   ,intercept,B                 (where there is one)
//   INDEX,NAME,W                 (features with a nonzero weight, ascending, called as in the data)
// Read are also tables of other programs, without the header's lines and the names: those of one column of
// weights are taken for regression, of several for classes whose labels the columns tell.
#include "sparselearn/base/csv.hpp"

#include <array>

#include "model/formats.hpp"
#include "model/lines.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::model {
namespace {

constexpr std::string_view weight_column = "weight", intercept = "intercept", count_key = "weights ";

std::string column_name(const Model& model, std::size_t output) {
  return std::string(weight_column) + (model.outputs > 1 ? ' ' + to_text(model.labels[output]) : "");
}

void append_line(std::string& text, std::string index, std::string name, const double* weights,
                 std::size_t outputs) {
  std::vector<std::string> fields{std::move(index), std::move(name)};
  for (std::size_t c = 0; c < outputs; ++c) fields.push_back(weights ? to_text(weights[c]) : std::string());
  text += csv_line(fields);
}

// Takes the lines of a table in order; the model is made at the end, when its width is known.
class Reader {
 public:
  Reader(std::string_view bytes, const std::string& path) : lines_(bytes, path) {}

  Model read() {
    lines_.need("the names of the columns");
    read_columns();
    while (lines_.next()) read_line();
    finish();
    return std::move(model_);
  }

 private:
  enum class Column { index, name, weight };

  void read_columns() {
    CsvFields fields(lines_.line());
    while (fields.next()) {
      const std::string_view name = fields.text();
      if (name == "index" && columns_.empty())
        columns_.push_back(Column::index);
      else if (name == "name" && columns_.size() == 1)
        columns_.push_back(Column::name);
      else if (name.starts_with(weight_column))
        add_weight_column(name.substr(weight_column.size()), fields.offset());
      else
        lines_.fail("expected the columns index, name (or not) and weight", fields.offset());
    }
    if (fields.broken() || outputs_ == 0) lines_.fail("expected a column 'weight'", fields.offset());
    if (outputs_ > 1 && labels_.size() != outputs_)
      lines_.fail("expected a label in the name of each column of weights, as in 'weight 1'");
  }

  void add_weight_column(std::string_view label, std::size_t offset) {
    columns_.push_back(Column::weight);
    ++outputs_;
    if (label.empty()) return;
    const auto value = parse_double(label.substr(1));
    if (label.front() != ' ' || !value) lines_.fail("expected 'weight' or 'weight LABEL'", offset);
    labels_.push_back(*value);
  }

  void read_line() {
    index_.clear();
    name_.clear();
    values_.clear();
    CsvFields fields(lines_.line());
    for (const Column column : columns_) {
      if (!fields.next())
        lines_.fail(fields.broken() ? "the quoted field has no end, or text behind it"
                                    : "expected " + std::to_string(columns_.size()) + " fields",
                    fields.broken() ? fields.offset() : lines_.line().size());
      if (column == Column::index) index_ = fields.text();
      if (column == Column::name) name_ = fields.text();
      if (column == Column::weight && !(is_key() && fields.text().empty())) read_weight(fields);
    }
    if (fields.next() || fields.broken())
      lines_.fail("expected " + std::to_string(columns_.size()) + " fields", fields.offset());
    if (is_key())
      take_key();
    else if (index_.empty() || index_ == intercept)
      take_intercept();
    else
      take_feature();
  }

  // A line of the header: no index, and a name that is more than "intercept".
  bool is_key() const { return index_.empty() && name_ != intercept; }

  void read_weight(const CsvFields& fields) {
    const auto value = parse_double(fields.text());
    if (!value) lines_.fail("expected a finite weight", fields.offset());
    values_.push_back(*value);
  }

  void take_key() {
    if (!values_.empty() || !indices_.empty()) lines_.fail("expected an index");
    std::string wrong;
    if (name_.starts_with(count_key))
      expected_ = parse_unsigned(std::string_view(name_).substr(count_key.size()));
    else
      wrong = header_.take(name_, model_);
    if (!wrong.empty()) lines_.fail(wrong, 1);
  }

  void take_intercept() {
    if (!model_.bias.empty()) lines_.fail("the intercept is given twice");
    model_.bias = values_;
  }

  void take_feature() {
    const auto index = parse_unsigned(index_);
    if (!index || *index > UINT32_MAX) lines_.fail("expected an index below 2^32");
    if (!indices_.empty() && *index <= indices_.back())
      lines_.fail("expected an index above " + std::to_string(indices_.back()) + ": indices ascend");
    indices_.push_back(*index);
    weights_.insert(weights_.end(), values_.begin(), values_.end());
  }

  void finish() {
    const bool ours = !header_.empty();
    if (!ours) assume_header();
    if (ours ? !expected_ : indices_.empty()) lines_.fail("the file ends where weights should be");
    std::string wrong = header_.finish(model_);
    if (wrong.empty() && model_.outputs != outputs_)
      wrong = "there are not as many columns of weights as outputs";
    if (wrong.empty() && expected_.value_or(indices_.size()) != indices_.size())
      wrong = "the file ends where a weight should be: expected " + with_commas(*expected_) +
              " of them, found " + with_commas(indices_.size());
    const auto base = static_cast<std::uint64_t>(model_.index_base);
    if (wrong.empty() && !indices_.empty() &&
        (indices_.front() < base || indices_.back() >= model_.features + base))
      wrong = "there are indices beyond the features";
    if (wrong.empty()) wrong = allocate_weights(model_);
    if (!wrong.empty()) lines_.fail(wrong);
    for (std::size_t k = 0; k < indices_.size(); ++k)
      std::copy_n(&weights_[k * outputs_], outputs_, &model_.weights[(indices_[k] - base) * outputs_]);
  }

  // What a table of another program does not tell.
  void assume_header() {
    model_.index_base = !indices_.empty() && indices_.front() == 0 ? 0 : 1;
    const auto base = static_cast<std::uint64_t>(model_.index_base);
    std::string labels;
    for (const double label : labels_) labels += ' ' + to_text(label);
    const std::string keys[] = {
        outputs_ > 1 ? "loss softmax" : "loss squared",
        "features " + std::to_string(indices_.empty() ? 0 : indices_.back() + 1 - base),
        "outputs " + std::to_string(outputs_),
        "l1 0",
        "l2 0",
        "index_base " + std::to_string(base),
        model_.bias.empty() ? "intercept 0" : "intercept 1"};
    for (const std::string& key : keys)
      if (const std::string wrong = header_.take(key, model_); !wrong.empty()) lines_.fail(wrong);
    if (outputs_ > 1) header_.take("labels" + labels, model_);
  }

  Lines lines_;
  Model model_;
  HeaderReader header_;
  std::vector<Column> columns_;
  std::size_t outputs_ = 0;
  std::vector<double> labels_;
  std::string index_, name_;  // of a line
  std::vector<double> values_;
  std::optional<std::uint64_t> expected_;
  std::vector<std::uint64_t> indices_;
  std::vector<double> weights_;
};

}  // namespace

std::string to_csv_format(const Model& model) {
  std::vector<std::string> columns{"index", "name"};
  for (std::size_t c = 0; c < model.outputs; ++c) columns.push_back(column_name(model, c));
  std::string text = csv_line(columns);
  std::string header = header_lines(model);
  Lines lines(header, header);
  while (lines.next())
    if (!lines.line().starts_with("bias "))
      append_line(text, "", std::string(lines.line()), nullptr, model.outputs);
  append_line(text, "", std::string(count_key) + std::to_string(nonzero_rows(model)), nullptr, model.outputs);
  if (model.intercept) append_line(text, "", std::string(intercept), model.bias.data(), model.outputs);
  for (std::uint64_t k = 0; k < model.held_rows(); ++k)
    if (!zero_row(model, k))
      append_line(text, std::to_string(model.feature_of(k) + static_cast<std::uint64_t>(model.index_base)),
                  "", &model.weights[k * model.outputs], model.outputs);
  return text;
}

bool begins_csv(std::string_view bytes) {
  const std::string_view line = bytes.substr(0, bytes.find_first_of("\r\n"));
  return (line.starts_with("index,") || line.starts_with("\"index\",")) &&
         line.find(weight_column) != std::string_view::npos;
}

Model from_csv_format(std::string_view bytes, const std::string& path) { return Reader(bytes, path).read(); }

}  // namespace sparselearn::model
