// Wrong usage: exit code 2, what was wrong, and what was perhaps meant.
#include <doctest/doctest.h>

#include "cli/run_program.hpp"

using namespace sparselearn::tests;

namespace {

void check_usage_error(const std::vector<std::string>& words, const std::string& message) {
  const Outcome outcome = run(words);
  CAPTURE(outcome.err);
  CHECK(outcome.status == 2);
  CHECK(outcome.out.empty());
  CHECK(outcome.err.starts_with("sparselearn: error: "));
  CHECK(has(outcome.err, message));
  CHECK(has(outcome.err, "--help'."));
}

}  // namespace

TEST_CASE("usage: help and version go to standard output") {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--help"}, {"-h"}, {"help"}}) {
    const Outcome outcome = run(words);
    CHECK(outcome.status == 0);
    CHECK(has(outcome.out, "Usage: sparselearn SUBCOMMAND"));
    CHECK(outcome.err.empty());
  }
  CHECK(run({"--version"}).out.starts_with("sparselearn "));
  CHECK(run({"train", "--version"}).out == run({"--version"}).out);
  CHECK(has(run({"train", "--help"}).out, "Usage: sparselearn train [options] DATA..."));
  CHECK(has(run({"train", "--help-all"}).out, "--ftrl-penalty"));
  CHECK(run({"help", "predict"}).out == run({"predict", "-h"}).out);
  CHECK(has(run({"train", "--no-such", "--help"}).err, "unknown option"));
}

TEST_CASE("usage: subcommands") {
  check_usage_error({}, "a subcommand is missing");
  check_usage_error({"trian"}, "there is no subcommand 'trian'; did you mean 'train'?");
  check_usage_error({"xyzzy"}, "there is no subcommand 'xyzzy'\n");
  check_usage_error({"-q", "train"}, "unknown option -q before the subcommand");
  check_usage_error({"help", "trian"}, "did you mean 'train'?");
}

TEST_CASE("usage: options") {
  check_usage_error({"train", "--epoch", "3", "x"}, "unknown option --epoch; did you mean --epochs?");
  check_usage_error({"train", "--epoch=3", "x"}, "unknown option --epoch; did you mean --epochs?");
  check_usage_error({"train", "-z", "x"}, "unknown option -z");
  check_usage_error({"predict", "--epochs", "3", "m", "x"}, "which belongs to `sparselearn train`");
  check_usage_error({"train", "x", "--epochs"}, "--epochs needs a value");
  check_usage_error({"train", "x", "--epochs="}, "--epochs");
  check_usage_error({"train", "x", "--intercept=1"}, "--intercept takes no value");
  check_usage_error({"train", "x", "--mode", "fast"},
                    "--mode: expected auto, deterministic or hogwild, found 'fast'");
}

TEST_CASE("usage: values out of range name the option, what was expected and what was found") {
  check_usage_error({"train", "x", "--l1", "-1"}, "--l1: expected a number >= 0, found '-1'");
  check_usage_error({"train", "x", "--l2", "nan"}, "--l2: expected a number >= 0, found 'nan'");
  check_usage_error({"train", "x", "--epochs", "1e999"}, "--epochs: expected a number >= 0");
  check_usage_error({"train", "x", "--step", "0"}, "--step: expected a number > 0");
  check_usage_error({"train", "x", "--beta1", "1"},
                    "--beta1: expected a number from 0 to below 1, found '1'");
  check_usage_error({"train", "x", "--threads", "-2"}, "--threads: expected a whole number from 0");
  check_usage_error({"train", "x", "--threads", "99999999999999999999"}, "--threads: expected");
  check_usage_error({"train", "x", "--batch-size", "0"}, "--batch-size: expected a whole number from 1");
  check_usage_error({"train", "x", "--features", "4294967296"},
                    "--features: expected a whole number from 1 to 4294967295");
  check_usage_error({"train", "x", "--class-weight", "1"},
                    "--class-weight: expected balanced or LABEL:WEIGHT");
  check_usage_error({"train", "x", "--valid-fraction", "1"}, "--valid-fraction");
  check_usage_error({"train", "x", "--valid-fraction", "0"}, "--valid-fraction");
}

TEST_CASE("usage: names") {
  check_usage_error({"train", "x", "--solver", "sagaa"}, "there is no solver 'sagaa'; did you mean 'saga'?");
  check_usage_error({"train", "x", "--loss", "logistik"},
                    "there is no loss 'logistik'; did you mean 'logistic'?");
  check_usage_error({"train", "x", "--solver", "sgd", "--schedule", "cosinus"},
                    "there is no schedule 'cosinus'; did you mean 'cosine'?");
  check_usage_error({"train", "x", "--valid", "y", "--metric", "acuracy"},
                    "there is no metric 'acuracy'; did you mean 'accuracy'?");
  check_usage_error({"solvers", "sagaa"}, "did you mean 'saga'?");
  check_usage_error({"losses", "xyzzy"}, "`sparselearn losses` lists them");
  check_usage_error({"completion", "tcsh"}, "expected bash, zsh or fish");
}

TEST_CASE("usage: options that the chosen solver, loss or schedule does not read are refused") {
  check_usage_error({"train", "x", "--solver", "saga", "--ftrl-penalty", "total"},
                    "solver saga does not read --ftrl-penalty; solvers that do: ftrl");
  check_usage_error({"train", "x", "--loss", "hinge", "--huber-delta", "2"},
                    "loss hinge does not read --huber-delta; losses that do: huber");
  check_usage_error({"train", "x", "--solver", "sgd", "--schedule", "constant", "--schedule-decay", "2"},
                    "schedule constant does not read --schedule-decay; schedules that do: inverse");
  check_usage_error({"train", "x", "--solver", "saga", "--schedule-decay", "2"},
                    "solver saga does not read --schedule-decay; solvers that do: sgd");
}

TEST_CASE("usage: options that do not go together") {
  check_usage_error({"train"}, "an argument is missing; usage: sparselearn train [options] DATA...");
  check_usage_error({"predict", "m"}, "an argument is missing");
  check_usage_error({"completion", "bash", "zsh"}, "too many arguments");
  check_usage_error({"train", "x", "--valid", "y", "--valid-fraction", "0.1"}, "exclude each other");
  check_usage_error({"train", "x", "--early-stop", "3"}, "--early-stop needs --valid or --valid-fraction");
  check_usage_error({"train", "x", "--metric", "auc"}, "--metric needs --valid");
  check_usage_error({"train", "x", "--switch-to", "sgd"}, "--switch-to and --switch-at need each other");
  check_usage_error({"train", "x", "--switch-at", "3"}, "--switch-to and --switch-at need each other");
  check_usage_error({"train", "x", "--switch-to", "sdg", "--switch-at", "3"}, "did you mean 'sgd'?");
  check_usage_error({"train", "x", "--switch-to", "sgd", "--switch-at", "3", "--continuation", "4"},
                    "--switch-to and --continuation exclude each other");
  check_usage_error({"train", "x", "--loss", "hinge", "--continuation-by", "smoothing"},
                    "--continuation-by needs --continuation");
  check_usage_error({"train", "x", "--continuation", "3", "--continuation-by", "smoothing"},
                    "loss logistic has no smoothed form; losses that do: hinge");
  check_usage_error({"train", "x", "-s", "saga", "--switch-to", "gd", "--switch-at", "3", "--inner", "2"},
                    "solver saga does not read --inner");
  check_usage_error({"train", "x", "--trace-weights", "y", "--normalize", "l2"},
                    "--trace-weights does not go with --normalize");
  check_usage_error({"train", "x", "--trace-append"}, "--trace-append needs --trace");
  check_usage_error({"train", "x", "-m", "x"}, "'x' is both read and written");
  check_usage_error({"train", "x", "-m", "y", "--trace", "y"}, "'y' is written twice");
  check_usage_error({"train", "x", "--warm-start", "y", "--trace", "y"}, "'y' is both read and written");
  for (const char* loss : {"softmax", "squared", "poisson"})
    check_usage_error({"train", "x", "--multiclass", "ovr", "--loss", loss},
                      std::string("--multiclass ovr makes problems of two labels, which the loss ") + loss +
                          " does not take");
  check_usage_error({"train", "x", "--solver", "adam", "--schedule-decay", "2"},
                    "--schedule-decay needs --schedule");
  check_usage_error({"train", "x", "--solver", "sgd", "--averaging-decay", "0.5"},
                    "--averaging-decay needs --averaging exponential");
  check_usage_error({"train", "x", "--solver", "sgd", "--averaging", "none", "--averaging-start", "1"},
                    "--averaging-start does not go with --averaging none");
}
