// `train` from end to end: models, traces, options that change the problem.
#include <doctest/doctest.h>

#include <cmath>

#include "cli/run_program.hpp"
#include "cli/trace_text.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/model/model.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

/// A folder with training data in it.
struct Workshop : TemporaryFolder {
  std::string data;
  Workshop() : data(*this / "data.svm") { write_text(data, sample_data(200)); }

  Outcome train(std::vector<std::string> options) const {
    options.insert(options.begin(), "train");
    options.push_back(data);
    return run(options);
  }
  /// Trains with these options and returns the model's text.
  std::string model(std::vector<std::string> options) const {
    const std::string file = *this / "some.model";
    options.insert(options.end(), {"-m", file});
    const Outcome outcome = train(options);
    CAPTURE(outcome.err);
    REQUIRE(outcome.status == 0);
    return read_text(file);
  }
};

}  // namespace

TEST_CASE(
    "train: the last line tells the certificate, the figures stand above it, standard output stays empty") {
  const Workshop shop;
  const Outcome outcome = shop.train({});
  CHECK(outcome.status == 0);
  CHECK(outcome.out.empty());
  CAPTURE(outcome.err);
  for (const char* name : {"\nproblem ", "\nsolver ", "\nwork ", "\ntime ", "\nobjective ", "\nweights "})
    CHECK(has(outcome.err, name));
  const std::size_t last = outcome.err.rfind('\n', outcome.err.size() - 2) + 1;
  CHECK(outcome.err.substr(last).starts_with("converged: duality gap "));
  CHECK(shop.entries() == 1);  // nothing was asked for
}

TEST_CASE(
    "train: the model of one thread has the bytes of the model of two, and so has the trace but for times") {
  const Workshop shop;
  const std::string trace = shop / "t.csv";
  const std::vector<std::string> options{"--trace", trace, "--tol", "1e-8"};
  auto with = [&](const char* threads) {
    auto words = options;
    words.insert(words.end(), {"--threads", threads});
    return words;
  };
  const std::string one = shop.model(with("1"));
  const std::string trace_of_one = without_times(read_text(trace));
  CHECK(shop.model(with("2")) == one);
  CHECK(without_times(read_text(trace)) == trace_of_one);
}

TEST_CASE("train: --mode hogwild converges, is refused by solvers without it, and chooses one that has it") {
  const Workshop shop;
  for (const char* solver : {"saga", "svrg", "auto"}) {
    const Outcome outcome = shop.train({"--mode", "hogwild", "--solver", solver, "--threads", "2"});
    CAPTURE(outcome.err);
    CHECK(outcome.status == 0);
    CHECK(has(outcome.err, "\nconverged: duality gap "));
  }
  const Outcome refused = shop.train({"--mode", "hogwild", "--solver", "lbfgs"});
  CHECK(refused.status == 2);
  CHECK(has(refused.err, "solver lbfgs does not support --mode hogwild; solvers that do: "));
}

TEST_CASE("train: a run that diverges ends with 4, names the step and the row, and leaves the older model") {
  const Workshop shop;
  std::string rows;
  for (int i = 0; i < 50; ++i) rows += std::to_string(i % 5) + " 1:1 2:0." + std::to_string(i) + "\n";
  write_text(shop / "wild.svm", rows + "1 1:40000 2:1\n" + rows);
  write_text(shop / "wild.model", "older");
  const Outcome outcome = run({"train", shop / "wild.svm", "--loss", "squared", "--solver", "momentum",
                               "--step", "0.1", "-q", "-m", shop / "wild.model"});
  CHECK(outcome.status == 4);
  CHECK(has(outcome.err, "diverged in epoch 1 with step "));
  CHECK(has(outcome.err, ", row 51 stands out with |x|^2 = 1.6e+09 where the others have 1.14 on average"));
  CHECK(read_text(shop / "wild.model") == "older");
}

TEST_CASE("train: -q writes nothing on standard error, but errors") {
  const Workshop shop;
  CHECK(shop.train({"-q"}).err.empty());
  CHECK(has(shop.train({"-q", "--weights", "/no/such"}).err, "cannot read /no/such"));
  const Outcome missed = shop.train({"-q", "--epochs", "1", "--tol", "1e-12", "--require-convergence"});
  CHECK(missed.status == 4);
  CHECK(has(missed.err, "not converged: epoch limit"));
}

TEST_CASE("train: exit code 0 when the tolerance was missed, 4 when it was required") {
  const Workshop shop;
  const Outcome missed = shop.train({"--epochs", "1", "--tol", "1e-12"});
  CHECK(missed.status == 0);
  CHECK(has(missed.err, "\nnot converged: epoch limit, duality gap "));
  CHECK(shop.train({"--epochs", "1", "--tol", "1e-12", "--require-convergence"}).status == 4);
  CHECK(shop.train({"--require-convergence"}).status == 0);
}

TEST_CASE("train: the trace has the contract's columns, row 0, rising epochs, falling objective") {
  const Workshop shop;
  REQUIRE(shop.train({"--solver", "sgd", "--epochs", "5", "--trace", shop / "t.csv", "--l2", "0.01", "--seed",
                      "7"})
              .status == 0);
  const auto rows = cells(read_text(shop / "t.csv"));
  REQUIRE(rows.size() > 3);
  CHECK(rows[0] == std::vector<std::string>{"run",        "dataset",    "solver",       "loss",
                                            "l1",         "l2",         "threads",      "seed",
                                            "epoch",      "updates",    "seconds",      "objective",
                                            "train_loss", "grad_norm",  "duality_gap",  "nonzeros",
                                            "step",       "valid_loss", "valid_metric", "passes"});
  for (const auto& row : rows) CHECK(row.size() == 20);
  CHECK(rows[1][0] == "1");
  CHECK(rows[1][1] == shop.data);
  CHECK(rows[1][3] == "logistic");
  CHECK(rows[1][5] == "0.01");
  CHECK(rows[1][7] == "7");
  CHECK(rows[1][8] == "0");
  CHECK(parse_double(rows[1][11]).value() == doctest::Approx(std::log(2.0)).epsilon(1e-12));
  CHECK(rows[1][17].empty());  // no validation
  for (std::size_t k = 2; k < rows.size(); ++k)
    CHECK(parse_double(rows[k][8]).value() > parse_double(rows[k - 1][8]).value());
  CHECK(parse_double(rows.back()[11]).value() < parse_double(rows[1][11]).value());
  CHECK(parse_double(rows.back()[14]).value() > 0);
}

TEST_CASE("train: runs appended to a trace") {
  const Workshop shop;
  const std::string path = shop / "t.csv";
  for (int k = 0; k < 2; ++k)
    REQUIRE(shop.train({"--solver", "sgd", "--tol", "0", "--trace", path, "--trace-append", "--epochs", "2"})
                .status == 0);
  const auto rows = cells(read_text(path));
  CHECK(rows[1][0] == "1");
  CHECK(rows.back()[0] == "2");
  CHECK(rows.size() == 7);  // header, rows 0, 1, 2 of two runs
}

TEST_CASE("train: auto l2 is 1/S; weights of rows and of labels change S") {
  const Workshop shop;
  const auto l2 = [&](std::vector<std::string> options) {
    write_text(shop / "m", shop.model(std::move(options)));
    return read_model(shop / "m").l2;
  };
  CHECK(l2({}) == 1.0 / 200);
  CHECK(l2({"--l2", "0.25"}) == 0.25);
  std::string weights;
  for (int i = 0; i < 200; ++i) weights += i % 2 ? "3\n" : "0\r\n";
  write_text(shop / "w", weights);
  CHECK(l2({"--weights", shop / "w"}) == 1.0 / 300);
  CHECK(l2({"--class-weight", "-1:2,1:2"}) == 1.0 / 400);
  CHECK(l2({"--class-weight", "balanced"}) == doctest::Approx(1.0 / 200).epsilon(1e-6));
}

TEST_CASE("train: a row of weight 2 counts like two rows") {
  const Workshop shop;
  const std::string text = sample_data(60);
  write_text(shop / "twice", text + text);
  write_text(shop / "once", text);
  std::string weights;
  for (int i = 0; i < 60; ++i) weights += "2\n";
  write_text(shop / "w", weights);
  const auto weights_of = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--tol", "1e-13", "--epochs", "2000", "-m", shop / "m"});
    words.insert(words.begin(), "train");
    REQUIRE(run(words).status == 0);
    return read_model(shop / "m").weights;
  };
  const auto twice = weights_of({shop / "twice"}),
             weighted = weights_of({shop / "once", "--weights", shop / "w"});
  REQUIRE(twice.size() == weighted.size());
  for (std::size_t j = 0; j < twice.size(); ++j)
    CHECK(weighted[j] == doctest::Approx(twice[j]).epsilon(1e-4));
}

TEST_CASE("train: labels are remembered, --positive turns them round") {
  const Workshop shop;
  write_text(shop.data, "2 1:1\n7 2:1\n2 1:1 3:1\n7 2:1 3:1\n");
  write_text(shop / "m", shop.model({}));
  const Model model = read_model(shop / "m");
  CHECK(model.labels == std::vector<double>{2, 7});
  CHECK(model.weights[1] > 0);
  write_text(shop / "p", shop.model({"--positive", "2"}));
  const Model turned = read_model(shop / "p");
  CHECK(turned.labels == std::vector<double>{7, 2});
  CHECK(turned.weights[1] < 0);
  CHECK(run({"predict", shop / "m", shop.data}).out == "2\n7\n2\n7\n");
  CHECK(run({"predict", shop / "p", shop.data}).out == "2\n7\n2\n7\n");
}

TEST_CASE("train: more than two labels") {
  const Workshop shop;
  std::string text;
  for (int i = 0; i < 90; ++i)
    text += std::to_string(10 * (i % 3)) + " " + std::to_string(1 + i % 3) + ":1 " +
            std::to_string(4 + i % 7) + ":0.5\n";
  write_text(shop.data, text);
  const Outcome refused = shop.train({"-m", shop / "m"});
  CHECK(refused.status == 3);
  CHECK(has(refused.err, "found more: 0, 10, 20; try --loss softmax or --multiclass ovr"));
  CHECK_FALSE(std::filesystem::exists(shop / "m"));
  for (const std::vector<std::string>& options : {std::vector<std::string>{"--loss", "softmax"},
                                                  {"--multiclass", "ovr"},
                                                  {"--loss", "squared-hinge", "--multiclass", "ovr"}}) {
    write_text(shop / "m", shop.model(options));
    const Model model = read_model(shop / "m");
    CHECK(model.outputs == 3);
    CHECK(model.labels == std::vector<double>{0, 10, 20});
    CHECK(has(run({"evaluate", shop / "m", shop.data}).out, "accuracy  1\n"));
  }
}

TEST_CASE("train: one label, no rows, weights that do not fit are bad data") {
  const Workshop shop;
  write_text(shop.data, "1 1:1\n1 2:1\n");
  CHECK(shop.train({}).status == 3);
  CHECK(has(shop.train({}).err, "every row has the label 1"));
  CHECK(shop.train({"--loss", "squared"}).status == 0);
  write_text(shop.data, "");
  CHECK(shop.train({}).status == 3);
  write_text(shop.data, "-1 1:1\n1 2:1\n");
  write_text(shop / "w", "1\n");
  CHECK(has(shop.train({"--weights", shop / "w"}).err, "there are 1 weights for 2 rows"));
  write_text(shop / "w", "1\n-1\n");
  const Outcome negative = shop.train({"--weights", shop / "w"});
  CHECK(negative.status == 3);
  CHECK(has(negative.err, "w:2:1: error: expected a weight >= 0, found '-1'"));
  write_text(shop / "w", "0\n0\n");
  CHECK(has(shop.train({"--weights", shop / "w"}).err, "add up to 0"));
  CHECK(has(shop.train({"--class-weight", "7:2"}).err, "no row has the label 7"));
}

TEST_CASE("train: validation, its metric in the trace, early stopping") {
  const Workshop shop;
  write_text(shop / "valid", sample_data(50, 25, 9));  // more features than the training data
  const std::string trace = shop / "t.csv";
  const Outcome outcome = shop.train({"--valid", shop / "valid", "--metric", "auc", "--trace", trace});
  CAPTURE(outcome.err);
  CHECK(outcome.status == 0);
  CHECK(has(outcome.err, "\nvalidation  auc 0."));
  const auto rows = cells(read_text(trace));
  CHECK(rows[1][18] == "0.5");
  CHECK(parse_double(rows.back()[18]).value() > 0.7);
  CHECK(!rows.back()[17].empty());

  const Outcome early =
      shop.train({"--valid-fraction", "0.3", "--early-stop", "2", "--tol", "0", "--epochs", "5000"});
  CHECK(early.status == 0);
  CHECK(has(early.err, "not converged: early stop"));
  CHECK(has(early.err, "\nvalidation  60 rows"));
  CHECK(has(shop.train({"--valid", shop / "valid", "--metric", "rmse"}).err,
            "the metric rmse does not fit the loss logistic"));
  write_text(shop / "valid", "3 1:1\n");
  CHECK(shop.train({"--valid", shop / "valid"}).status == 3);
}

TEST_CASE("train: a warm start from other labels or another index base is refused") {
  const Workshop shop;
  write_text(shop / "m", shop.model({}));
  CHECK(has(shop.train({"--warm-start", shop / "m", "--positive", "-1"}).err, "other labels than the data"));
  CHECK(has(shop.train({"--warm-start", shop / "m", "--index-base", "0"}).err,
            "counts features from 1, the data from 0"));
  CHECK(read_text(shop / "m").starts_with("sparselearn-model 1"));
}

TEST_CASE("train: one against the rest that breaks off at a label writes the trace and no model") {
  const Workshop shop;
  std::string rows;
  for (int i = 0; i < 60; ++i) rows += std::to_string(i % 3) + " 1:0." + std::to_string(i) + " 2:1\n";
  write_text(shop.data, rows + "2 1:1e9\n");
  const Outcome outcome = shop.train({"--multiclass", "ovr", "--loss", "squared-hinge", "--solver",
                                      "momentum", "--step", "0.1", "--trace", shop / "t", "-m", shop / "m"});
  CHECK(outcome.status == 4);
  CHECK(has(outcome.err, "at label 0, no model is written"));
  CHECK_FALSE(std::filesystem::exists(shop / "m"));
  CHECK(read_text(shop / "t").starts_with("run,"));
}

TEST_CASE("train: a warm start begins where the model ended") {
  const Workshop shop;
  write_text(shop / "m", shop.model({"--tol", "1e-8"}));
  REQUIRE(shop.train({"--warm-start", shop / "m", "--tol", "1e-6", "--trace", shop / "t.csv"}).status == 0);
  const auto rows = cells(read_text(shop / "t.csv"));
  CHECK(parse_double(rows[1][11]).value() < 0.6);
  CHECK(rows.size() <= 3);
}

TEST_CASE("train: a warm start whose objective is no number ends as diverged, without a model") {
  const Workshop shop;
  write_text(shop.data, "1 1:3 2:3\n-1 1:2 2:5\n");
  std::string model = shop.model({});
  model.erase(model.find("\nweights ") + 1);
  write_text(shop / "m", model + "weights 2\n1 1.7e308\n2 -1.7e308\n");
  const Outcome outcome = shop.train({"--warm-start", shop / "m", "-s", "sdca", "-m", shop / "out"});
  CHECK(outcome.status == 4);
  CHECK(has(outcome.err, "diverged in epoch 0"));
  CHECK_FALSE(std::filesystem::exists(shop / "out"));
}

TEST_CASE("train: a switch of solver in mid-run, each with its own options") {
  const Workshop shop;
  REQUIRE(
      shop.train({"-s", "sgd", "--averaging", "none", "--switch-to", "lbfgs", "--memory", "5", "--switch-at",
                  "2", "-e", "40", "--tol", "1e-8", "--require-convergence", "--trace", shop / "t.csv"})
          .status == 0);
  const auto rows = cells(read_text(shop / "t.csv"));
  CHECK(rows[1][2] == "sgd>lbfgs");
  REQUIRE(
      shop.train({"-s", "sgd", "--averaging", "none", "-e", "2", "--tol", "0", "--trace", shop / "first.csv"})
          .status == 0);
  const auto first = cells(read_text(shop / "first.csv"));
  for (const std::size_t row : {1U, 2U, 3U}) CHECK(rows[row][11] == first[row][11]);  // the objective
}

TEST_CASE("train: continuation ends at the penalty asked for") {
  const Workshop shop;
  for (const std::string penalty : {"--l1", "--l2"}) {
    CAPTURE(penalty);
    std::vector<std::string> options{"-s", "saga", penalty,  "0.01", "--tol", "1e-7", "--require-convergence",
                                     "-e", "400",  "--trace"};
    options.push_back(shop / "direct.csv");
    REQUIRE(shop.train(options).status == 0);
    options.back() = shop / "steps.csv";
    options.insert(options.end(), {"--continuation", "4"});
    REQUIRE(shop.train(options).status == 0);
    const auto direct = cells(read_text(shop / "direct.csv")), steps = cells(read_text(shop / "steps.csv"));
    CHECK(steps.back()[4] == direct.back()[4]);
    CHECK(steps.back()[5] == direct.back()[5]);
    CHECK(parse_double(steps.back()[11]).value() ==
          doctest::Approx(parse_double(direct.back()[11]).value()).epsilon(1e-6));
    CHECK(steps[2][11] != direct[2][11]);  // by another way
  }
}

TEST_CASE("train: the summary is JSON with the figures of the run") {
  const Workshop shop;
  REQUIRE(shop.train({"--summary", shop / "s.json"}).status == 0);
  const std::string json = read_text(shop / "s.json");
  for (const char* key : {"\"rows\": 200,", "\"converged\": true,", "\"objective\": 0.",
                          "\"certificate\": \"duality gap\"", "\"valid_loss\": null"})
    CHECK(has(json, key));
}

TEST_CASE("train: the model goes to standard output when asked, and JSON and LIBLINEAR are written") {
  const Workshop shop;
  const Outcome outcome = shop.train({"-m", "-", "-q"});
  CHECK(outcome.out.starts_with("sparselearn-model 1\nloss logistic\n"));
  CHECK(shop.model({"--model-format", "liblinear"})
            .starts_with("solver_type L2R_LR\nnr_class 2\nlabel 1 -1\n"));
  CHECK(shop.model({"--model-format", "json"}).starts_with("{\n  \"format\": \"sparselearn-model\""));
}

TEST_CASE("train: standard input is data") {
  const TemporaryFolder folder;
  const Outcome outcome = run({"train", "-q", "-m", "-", "-"}, sample_data(50));
  CHECK(outcome.status == 0);
  CHECK(has(outcome.out, "\nfeatures 20\n"));
}

TEST_CASE("train: --features widens, and bounds") {
  const Workshop shop;
  CHECK(has(shop.model({"--features", "100"}), "\nfeatures 100\n"));
  const Outcome narrow = shop.train({"--features", "3"});
  CHECK(narrow.status == 3);
}
