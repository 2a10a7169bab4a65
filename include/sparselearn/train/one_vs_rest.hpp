// One against the rest: K classes as K binary problems on the same rows, of which each has one class or, with
// lists of labels, any number of them.
#pragma once
#include <span>
#include <vector>

#include "sparselearn/data/dataset.hpp"
#include "sparselearn/model/model.hpp"
#include "sparselearn/train/train.hpp"

namespace sparselearn {

class OneVsRest {
 public:
  /// Takes over the labels 0 .. classes - 1 of `data`, those of its lists if it has some; it must outlive
  /// this.
  OneVsRest(Dataset& data, std::size_t classes);

  std::size_t classes() const { return classes_; }
  /// Classes kept so far.
  std::size_t kept() const { return kept_; }
  /// Rows of class c.
  std::size_t rows_of(std::size_t c) const { return first_of_class_[c + 1] - first_of_class_[c]; }
  /// Gives the rows of class c the label +1, all others -1.
  void select(std::size_t c);
  /// Keeps a class's model, of one score, and what training it came to.
  void keep(const Model& model, const TrainResult& result);
  /// The model of all classes kept so far, a score a class. Labels are the caller's to fill in.
  const Model& model() const { return model_; }
  /// All results as one: work, objective and gap are sums, the certificate is that of the class furthest from
  /// its target.
  const TrainResult& result() const { return result_; }

 private:
  Dataset& data_;
  std::size_t classes_;
  std::vector<std::uint64_t> first_of_class_;  // classes + 1: into
  std::vector<std::uint64_t> rows_of_class_;   // numbers of rows, class after class
  std::size_t kept_ = 0;
  Model model_;
  TrainResult result_;
};

}  // namespace sparselearn
