// From the flat weight vector of a problem to a model and back.
#pragma once
#include <span>
#include <vector>

#include "sparselearn/engine/problem.hpp"
#include "sparselearn/model/model.hpp"

namespace sparselearn {

/// A model with the problem's loss name, penalty, width and index base and these weights (dimension() of
/// them). Labels, loss options, solver and seed are the caller's to fill in.
Model to_model(const Problem& problem, std::span<const double> weights);
/// The same without a copy: the vector becomes the model's.
Model to_model(const Problem& problem, std::vector<double>&& weights);
/// The same for the weights alone, into a model that to_model() made.
void set_weights(Model& model, const Problem& problem, std::span<const double> weights);

/// The model's weights as a start point for the problem: features the model lacks begin at 0. Throws
/// UsageError when the numbers of scores differ, or the model has nonzero weights beyond the problem's
/// features or an intercept the problem has not.
std::vector<double> start_point(const Model& model, const Problem& problem);

}  // namespace sparselearn
