// A trace shows a run and changes none: rows of it between the evaluations that may end the run leave no
// mark.
#include <doctest/doctest.h>

#include "sparselearn/data/generate.hpp"
#include "sparselearn/train/train.hpp"

using namespace sparselearn;

TEST_CASE("a traced run of sdca ends where the same run without a trace does") {
  DataShape shape;
  shape.rows = 3000;
  shape.features = 2000;
  shape.nonzeros_per_row = 30;
  const Dataset data = generated(shape);
  std::size_t longer_than_evaluated = 0;
  for (const char* name : {"logistic", "squared-hinge", "hinge"})
    for (const double l2 : {1e-2, 1e-3, 3e-4})
      for (const double tolerance : {1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8}) {
        CAPTURE(name);
        CAPTURE(l2);
        CAPTURE(tolerance);
        const auto loss = loss::make(name);
        const Problem problem(data, *loss, {0, l2}, false);
        const auto run = [&](bool traced) {
          TrainHooks hooks;
          std::size_t rows = 0;
          hooks.on_row = [&](const TraceRow&) { ++rows; };
          TrainOptions options{.epochs = 60, .tolerance = tolerance};
          options.all_figures = traced;
          const TrainResult result = train(problem, *solver::make("sdca", {}), options, hooks);
          if (!traced && static_cast<double>(rows) < result.last.epoch) ++longer_than_evaluated;
          return result;
        };
        const TrainResult traced = run(true), plain = run(false);
        CHECK(traced.last.epoch == plain.last.epoch);
        CHECK(traced.weights == plain.weights);
        CHECK(traced.certificate.converged == plain.certificate.converged);
      }
  CHECK(longer_than_evaluated > 20);  // evaluations were left out
}
