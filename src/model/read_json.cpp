// Reads the model that json.cpp writes. Other programs may have put its members in another order.
#include <set>

#include "model/formats.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/json_reader.hpp"
#include "sparselearn/base/number.hpp"

namespace sparselearn::model {
namespace {

class Reader {
 public:
  Reader(std::string_view bytes, const std::string& path) : json_(path, bytes), path_(path) {}

  Model read() {
    json_.object([&](const std::string& name) { read_member(name); });
    json_.end();
    if (!saw_format_) refuse("\"format\" is missing: this is not a model of sparselearn");
    if (!intercept_) bias_.clear();
    if (!bias_.empty()) take("bias", bias_);
    if (const std::string wrong = header_.finish(model_); !wrong.empty()) refuse(wrong);
    set_weights();
    return std::move(model_);
  }

 private:
  using Kind = JsonReader::Kind;

  [[noreturn]] void refuse(const std::string& message) const { throw DataError(Place{path_}, message); }

  void read_member(const std::string& name) {
    if (!names_.insert(name).second) json_.refuse("'" + name + "' is given twice");
    if (name == "format")
      read_format();
    else if (name == "format_version")
      read_version();
    else if (name == "bias")
      bias_ = numbers();
    else if (name == "index")
      read_indices();
    else if (name == "weight")
      read_weights();
    else
      read_key(name);
  }

  void read_format() {
    if (json_.string() != text_magic) json_.refuse("this is not a model of sparselearn");
    saw_format_ = true;
  }

  void read_version() {
    const std::string_view version = json_.number();
    if (version != std::to_string(format_version))
      json_.refuse("the model has format version " + std::string(version) + "; this program reads version 1");
  }

  std::string numbers() {
    std::string text;
    json_.array([&] { text += (text.empty() ? "" : " ") + to_text(json_.real()); });
    return text;
  }

  void read_indices() {
    json_.array([&] {
      const auto index = parse_unsigned(json_.number());
      if (!index || *index <= (indices_.empty() ? 0 : indices_.back()))
        json_.refuse("expected an index from 1 on, above the one before");
      indices_.push_back(*index);
    });
  }

  void read_weights() {
    json_.array([&] {
      if (json_.kind() == Kind::array)
        json_.array([&] { weights_.push_back(json_.real()); });
      else
        weights_.push_back(json_.real());
      weights_end_.push_back(weights_.size());
    });
  }

  // A line of the text format's header.
  void read_key(const std::string& name) {
    const Kind kind = json_.kind();
    if (kind == Kind::array) return take(name, numbers());
    if (kind == Kind::string) return take(name, json_.string());
    if (kind == Kind::number) return take(name, std::string(json_.number()));
    if (kind != Kind::boolean) json_.refuse("expected a string, a number, true, false or numbers");
    const bool flag = json_.boolean();
    if (name == "intercept") intercept_ = flag;
    take(name, flag ? "1" : "0");
  }

  void take(const std::string& name, const std::string& value) {
    if (value.empty()) return;  // no labels, no solver
    if (const std::string wrong = header_.take(name + ' ' + value, model_); !wrong.empty())
      json_.refuse(wrong);
  }

  void set_weights() {
    if (indices_.size() != weights_end_.size())
      refuse("there are " + with_commas(indices_.size()) + " indices and " +
             with_commas(weights_end_.size()) + " weights");
    if (!indices_.empty() && indices_.back() > model_.features)
      refuse("index " + std::to_string(indices_.back()) + " is beyond the features");
    if (const std::string wrong = allocate_weights(model_); !wrong.empty()) refuse(wrong);
    for (std::size_t k = 0; k < indices_.size(); ++k) {
      const std::size_t begin = k * model_.outputs;
      if (weights_end_[k] != begin + model_.outputs)
        refuse("expected " + std::to_string(model_.outputs) + " weights at index " +
               std::to_string(indices_[k]));
      std::copy_n(&weights_[begin], model_.outputs, &model_.weights[(indices_[k] - 1) * model_.outputs]);
    }
  }

  JsonReader json_;
  const std::string& path_;
  Model model_;
  HeaderReader header_;
  std::set<std::string> names_;
  bool saw_format_ = false, intercept_ = false;
  std::string bias_;
  std::vector<std::uint64_t> indices_;
  std::vector<double> weights_;
  std::vector<std::size_t> weights_end_;  // behind those of each index
};

}  // namespace

bool begins_json(std::string_view bytes) {
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && bytes[first] == '{';
}

Model from_json_format(std::string_view bytes, const std::string& path) { return Reader(bytes, path).read(); }

}  // namespace sparselearn::model
