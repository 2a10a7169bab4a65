// A model: weights with the contract of the data they were made for.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sparselearn/data/row_block.hpp"
#include "sparselearn/loss/loss.hpp"
#include "sparselearn/model/calibration.hpp"

namespace sparselearn {

/// The key in Model::extra that tells to how many bits the names of features in Vowpal Wabbit's form are
/// hashed.
inline constexpr std::string_view vw_bits_key = "vw_bits";
/// The key that tells to how many bits the features of the text are hashed.
inline constexpr std::string_view hash_bits_key = "hash_bits";

struct Model {
  std::string loss = "logistic";
  LossOptions loss_options;
  std::string solver;  // informative
  double l1 = 0, l2 = 0;
  std::uint64_t seed = 1;
  std::uint64_t features = 0;  // d, the width of the weights
  std::size_t outputs = 1;     // K: scores a row
  bool intercept = false;
  bool unit_rows = false;      // rows are divided by their Euclidean length before they are scored
  int index_base = 1;          // of the text the model was trained on; predict reads with it
  bool multilabel = false;     // a row has any number of labels, each a problem of two of its own
  std::vector<double> labels;  // binary: {label of -1, label of +1}; classes, multilabel: that of each
                               // output; regression: empty
  std::vector<std::pair<std::string, std::string>>
      extra;                          // further keys, kept in order (parts, objective, certificate ...)
  std::vector<double> weights;        // features * outputs, feature-major
  std::vector<std::uint32_t> listed;  // where not empty, ascending: `weights` holds the rows of these
                                      // features alone, all others being 0, and is for write_model() only
  std::vector<double> bias;  // outputs values, zeros without an intercept
  Calibration calibration;   // of a classifier of two labels; labels are told by the score as before

  /// The feature of row k of `weights`.
  std::uint64_t feature_of(std::uint64_t k) const { return listed.empty() ? k : listed[k]; }
  /// Rows of `weights`.
  std::uint64_t held_rows() const { return listed.empty() ? features : listed.size(); }
  /// z_c = x'w_c + b_c for each output c, x of length 1 with unit_rows; features beyond the model's width are
  /// left out. `z` has room for outputs values. Returns how many nonzeros were beyond the width.
  std::uint64_t score(const RowView& row, double* z) const;
  /// The label predicted from scores z: binary: the larger label iff z > 0; classes: the label of the largest
  /// score (the first of equals); regression: z. Not for multilabel.
  double label_of(const double* z) const;
  /// With multilabel: appends the labels of the positive scores, ascending, to `predicted`.
  void add_labels_of(const double* z, std::vector<double>& predicted) const;
  /// The loss object of this model.
  std::unique_ptr<Loss> make_loss() const;
  std::uint64_t nonzeros() const;
  /// The bits under vw_bits_key; nothing where there are none, or not from 1 to 32.
  std::optional<unsigned> vw_bits() const;
  /// The bits under hash_bits_key; nothing where there are none, or not from 1 to 31.
  std::optional<unsigned> hash_bits() const;
};

enum class ModelFormat { text, binary, liblinear, json, csv, vw };

/// Written beside its place and renamed, so that a crash or a full disk leaves the old file whole. Throws
/// IoError; UsageError for a model the format cannot express.
void write_model(const Model& model, const std::string& path, ModelFormat format = ModelFormat::text);
/// Any of these formats, told apart by how the files begin; also those that LIBLINEAR and Vowpal Wabbit
/// wrote. Throws IoError, or DataError with line and column, or offset, for a damaged file.
Model read_model(const std::string& path);

/// True when a regular file begins like a model of any of these formats (of any version). Throws IoError when
/// it can not be read; other files are left unread.
bool is_model(const std::string& path);

}  // namespace sparselearn
