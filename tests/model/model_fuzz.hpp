// One body for the fuzzer and the unit tests: bytes read as a model are refused, or give one that holds
// together and comes back from a file of its own, in both formats.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>
#include <string>

#include "model/formats.hpp"
#include "sparselearn/base/checksum.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/model/predictor.hpp"
#include "support/memory_file.hpp"

/// A binary model whose sizes and checksum hold, or else no fuzzer would get past them; text as it is.
inline std::string resealed_model(std::string bytes) {
  namespace model = sparselearn::model;
  constexpr std::size_t prefix = 40;
  if (bytes.size() < prefix + 8 || bytes[0] != model::binary_magic[0]) return bytes;
  bytes.replace(0, 8, model::binary_magic);
  std::memcpy(bytes.data() + 8, &model::format_version, sizeof model::format_version);
  std::uint64_t rows = 0, outputs = 0;
  std::memcpy(&rows, bytes.data() + 24, 8);
  std::memcpy(&outputs, bytes.data() + 32, 8);
  const std::uint64_t room = bytes.size() - prefix - 8;
  if (rows <= room && outputs <= room && rows * (4 + 8 * outputs) <= room) {
    const std::uint64_t header = room - rows * (4 + 8 * outputs);
    std::memcpy(bytes.data() + 16, &header, 8);
  }
  const std::uint64_t sum = sparselearn::checksum(std::string_view(bytes).substr(0, bytes.size() - 8));
  std::memcpy(bytes.data() + bytes.size() - 8, &sum, 8);
  return bytes;
}

/// False when a model would take much memory, which is for the machine to refuse, not for the fuzzer to find:
/// by its header, or, in csv, by an index.
inline bool is_small(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789";
  std::istringstream lines{std::string(bytes)};
  for (std::string line; std::getline(lines, line);)
    if (std::min(line.find_first_not_of(digits), line.size()) > 5) return false;
  for (const std::string_view key : {"features ", "outputs "})
    for (std::size_t at = bytes.find(key); at != bytes.npos; at = bytes.find(key, at + 1)) {
      const std::string_view rest = bytes.substr(at + key.size(), 20);
      if (rest.find_first_not_of(digits) > (key[0] == 'f' ? 5U : 3U)) return false;
    }
  return true;
}

/// What is wrong with a model that was read, "" for nothing.
inline std::string fault(const sparselearn::Model& model) {
  if (model.outputs == 0 || model.weights.size() != model.features * model.outputs)
    return "number of weights";
  if (model.bias.size() != model.outputs) return "number of biases";
  for (const auto* values : {&model.weights, &model.bias, &model.labels})
    for (const double value : *values)
      if (!std::isfinite(value)) return "a number is not finite";
  return "";
}

/// Scores a row that has every feature and one more, as `predict` does.
inline void predict_with(const sparselearn::Model& model) {
  const sparselearn::Predictor predictor(model);
  std::vector<std::uint32_t> index;
  for (std::uint32_t j = 0; j <= model.features; ++j) index.push_back(j);
  std::vector<double> z(model.outputs), p(model.outputs);
  model.score({index.data(), nullptr, index.size()}, z.data());
  std::vector<double> labels;
  model.multilabel ? model.add_labels_of(z.data(), labels) : void(predictor.label(z.data()));
  if (predictor.has_probabilities()) predictor.probabilities(z.data(), p.data());
}

inline std::string text_format_of(const sparselearn::Model& model) {
  std::string text;
  sparselearn::model::write_text_format(model, [&](std::string_view piece) { text += piece; });
  return text;
}

/// Reads the bytes, a binary model with a checksum that holds. "" when all is well, refusal included.
inline std::string model_fault(const std::string& bytes, bool* was_read = nullptr) {
  using namespace sparselearn;
  if (!is_small(bytes)) return "";
  Model model;
  try {
    model = read_model(MemoryFile(resealed_model(bytes)).path());
  } catch (const DataError&) {
    return "";
  }
  if (was_read) *was_read = true;
  if (const std::string wrong = fault(model); !wrong.empty()) return wrong;
  const std::string text = text_format_of(model), binary = model::to_binary_format(model);
  const Model again = model::from_text_format(text, "text"),
              once_more = model::from_binary_format(binary, "binary");
  if (text_format_of(again) != text || text_format_of(once_more) != text) return "does not come back";
  try {
    predict_with(model);
  } catch (const DataError&) {  // of a loss that does not go with the rest
  }
  return "";
}
