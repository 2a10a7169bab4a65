// Models of the formats that other programs write and read: what was written comes back, what they wrote is
// understood, and what is damaged is refused with its place.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "model/sample_models.hpp"
#include "sparselearn/base/error.hpp"
#include "sparselearn/base/random.hpp"
#include "temporary_folder.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

Model parsed(const std::string& bytes) {
  const TemporaryFolder folder;
  write_text(folder / "model", bytes);
  CHECK(is_model(folder / "model"));
  return read_model(folder / "model");
}

/// The message of the DataError that reading must end in.
std::string complaint(const std::string& bytes) {
  const TemporaryFolder folder;
  write_text(folder / "model", bytes);
  try {
    read_model(folder / "model");
  } catch (const DataError& error) {
    return std::string(error.what()).substr(folder.path.string().size());
  }
  return "it was accepted";
}

bool contains(const std::string& text, const std::string& part) {
  INFO(text);
  if (text.find(part) == std::string::npos) MESSAGE(text);
  return text.find(part) != std::string::npos;
}

Model with_index_base_1(Model model) {
  model.index_base = 1;
  return model;
}

const char* const vw_model =  // as version 9 writes them, with names
    "Version 9.0.0\nId\nMin label:0\nMax label:1\nbits:18\nlda:0\n0 ngram:\n0 skip:\n"
    "options: --hash_seed 0 --link identity\nChecksum: 2704463348\n:0\n"
    "1924:1924:-0.25\nConstant:116060:0.5\nns^sqft:162853:0.125 4 1\nprice:229902:-2e-3\n";

}  // namespace

TEST_CASE("interchange: JSON, CSV and Vowpal Wabbit's form read back all that was written") {
  for (const Model& model : {extreme_model(), with_index_base_1(extreme_model()), regression_model()})
    for (const ModelFormat format : {ModelFormat::json, ModelFormat::csv, ModelFormat::vw})
      check_same(parsed(written(model, format)), model);
  for (const Model& model : {class_model(), multilabel_model()})
    for (const ModelFormat format : {ModelFormat::json, ModelFormat::csv})
      check_same(parsed(written(model, format)), model);
}

TEST_CASE("interchange: LIBLINEAR's form reads back weights, labels and intercept") {
  for (Model model : {with_index_base_1(extreme_model()), class_model(), regression_model()}) {
    const Model back = parsed(written(model, ModelFormat::liblinear));
    CHECK(back.weights == model.weights);
    CHECK(back.bias == model.bias);
    CHECK(back.intercept == model.intercept);
    CHECK(back.labels == model.labels);
    CHECK(back.outputs == model.outputs);
    CHECK(back.features == model.features);
    if (model.loss != "huber") CHECK(back.loss == model.loss);
  }
  Model absolute = regression_model();
  absolute.loss = "absolute";
  CHECK(parsed(written(absolute, ModelFormat::liblinear)).loss == "absolute");
}

TEST_CASE("interchange: a file cut anywhere is refused") {
  for (const ModelFormat format :
       {ModelFormat::json, ModelFormat::csv, ModelFormat::vw, ModelFormat::liblinear}) {
    std::string whole = written(with_index_base_1(extreme_model()), format);
    while (format == ModelFormat::json && whole.back() == '\n') whole.pop_back();  // which says nothing
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(whole.substr(0, size));
      CHECK(complaint(whole.substr(0, size)) != "it was accepted");
    }
  }
}

TEST_CASE("interchange: damage of any byte is refused, or leaves a model of finite numbers") {
  Random random(3);
  for (const ModelFormat format :
       {ModelFormat::json, ModelFormat::csv, ModelFormat::vw, ModelFormat::liblinear}) {
    const std::string whole = written(with_index_base_1(extreme_model()), format);
    for (int round = 0; round < 500; ++round) {
      std::string damaged = whole;
      for (std::uint64_t k = random.below(3); k < 3; ++k)
        damaged[random.below(damaged.size())] = "0123456789eE+-.:,\"[]{} \n\\"[random.below(25)];
      CAPTURE(damaged);
      const TemporaryFolder folder;
      write_text(folder / "model", damaged);
      try {
        const Model model = read_model(folder / "model");
        CHECK(model.weights.size() == model.features * model.outputs);
        CHECK(model.bias.size() == model.outputs);
        for (const double w : model.weights) CHECK(std::isfinite(w));
      } catch (const DataError& error) {
        CHECK(std::string(error.what()).find("error") != std::string::npos);
      }
    }
  }
}

TEST_CASE("LIBLINEAR: the first of two labels is that of positive scores; a bias B is a feature of value B") {
  const Model model = parsed(
      "solver_type L2R_L2LOSS_SVC\nnr_class 2\nlabel 1 -1\nnr_feature 2\nbias 0.5\nw\n0.1 \n-0.25 \n4 \n");
  CHECK(model.loss == "squared-hinge");
  CHECK(model.labels == std::vector<double>{-1, 1});
  CHECK(model.weights == std::vector<double>{0.1, -0.25});
  CHECK(model.intercept);
  CHECK(model.bias == std::vector<double>{2});
}

TEST_CASE("LIBLINEAR: columns stand in the order of their labels, ours ascend") {
  const Model model = parsed(
      "solver_type L1R_LR\nnr_class 3\nlabel 7 -2 3\nnr_feature 2\nbias -1\nw\n0.7 -0.2 0.3 \n17 -12 13 \n");
  CHECK(model.loss == "logistic");
  CHECK(model.labels == std::vector<double>{-2, 3, 7});
  CHECK(model.weights == std::vector<double>{-0.2, 0.3, 0.7, -12, 13, 17});
  CHECK_FALSE(model.intercept);
}

TEST_CASE("LIBLINEAR: what is wrong is told with its place") {
  const std::string good =
      "solver_type L2R_LR\nnr_class 2\nlabel 1 -1\nnr_feature 2\nbias -1\nw\n0.1 \n-0.25 \n";
  CHECK(parsed(good).features == 2);
  const auto tell = [&](const std::string& old, const std::string& fresh) {
    return complaint(replaced(good, old, fresh));
  };
  CHECK(contains(tell("L2R_LR", "L2R_XX"), ":1:13: error: expected a solver type"));
  CHECK(contains(tell("nr_class 2", "nr_class 1"), ":2:10: error: expected a count from 2"));
  CHECK(contains(tell("label 1 -1", "label 1"), "expected 2 labels, found 1"));
  CHECK(contains(tell("label 1 -1", "label 1 1"), "expected different labels"));
  CHECK(contains(tell("nr_feature 2", "nr_feature 4000000000"), "fewer weights than features"));
  CHECK(contains(tell("nr_feature 2\n", ""), "nr_feature is missing"));
  CHECK(contains(tell("bias -1\n", ""), "bias is missing"));
  CHECK(contains(tell("bias -1", "colour -1"), ":5:1: error: expected solver_type"));
  CHECK(contains(tell("0.1 ", "0.1 2"), ":7:4: error: expected the end of the line"));
  CHECK(contains(tell("0.1 ", "nan "), ":7:1: error: expected a finite number"));
  CHECK(contains(tell("-0.25 \n", ""), ":8:1: error: the file ends where a weight should be"));
  CHECK(contains(complaint(good + "1 \n"), ":9:1: error: expected the end of the file"));
}

TEST_CASE("JSON: members may stand in any order; what is wrong is told with its place") {
  const std::string good =
      R"({"weight": [1e0, -2.50], "index": [1, 3], "bias": [0.5], "intercept": true, "seed": 7, "index_base": 0,
 "l2": 1, "l1": 0, "outputs": 1, "features": 3, "labels": [-1, 1], "loss": "h\u0069nge", "note": "a\n\"b\"",
 "format_version": 1, "format": "sparselearn-model"})";
  const Model model = parsed(good);
  CHECK(model.loss == "hinge");
  CHECK(model.weights == std::vector<double>{1, 0, -2.5});
  CHECK(model.bias == std::vector<double>{0.5});
  CHECK(model.labels == std::vector<double>{-1, 1});
  CHECK(model.seed == 7);
  REQUIRE(model.extra.size() == 1);
  CHECK(model.extra[0].second == "a\n\"b\"");
  const auto tell = [&](const std::string& old, const std::string& fresh) {
    return complaint(replaced(good, old, fresh));
  };
  CHECK(contains(tell("[1, 3]", "[1 3]"), ":1:38: error: expected ',' or ']'"));
  CHECK(contains(tell("[1, 3]", "[3, 1]"), ":1:39: error: expected an index"));
  CHECK(contains(tell("[1, 3]", "[1, 4]"), "index 4 is beyond the features"));
  CHECK(contains(tell("[1, 3]", "[1]"), "there are 1 indices and 2 weights"));
  CHECK(contains(tell("1e0", "[1, 2]"), "expected 1 weights at index 1"));
  CHECK(contains(tell("1e0", "01"), ":1:14: error: expected ',' or ']'"));
  CHECK(contains(tell("1e0", "1e999"), ":1:13: error: expected a finite number"));
  CHECK(contains(tell("\"l2\": 1", "\"l1\": 1"), "'l1' is given twice"));
  CHECK(contains(tell("\"l2\": 1", "\"l2\": -1"), ":2:8: error: expected a number >= 0 after 'l2'"));
  CHECK(contains(tell("\"l2\": 1", "\"l2\": null"), ":2:8: error: expected a string"));
  CHECK(contains(tell("\"features\": 3, ", ""), "'features' is missing"));
  CHECK(contains(tell("sparselearn-model", "model"), "not a model of sparselearn"));
  CHECK(contains(tell("version\": 1", "version\": 2"), "format version 2"));
  CHECK(contains(complaint(good + "}"), ":3:53: error: expected the end of the file"));
  CHECK(contains(complaint("{}"), "this is not a model of sparselearn"));
}

TEST_CASE("CSV: tables of other programs are read, with or without quotes") {
  const Model one = parsed("index,weight\r\n0,0.5\r\n4,-2\r\nintercept,3\r\n");
  CHECK(one.loss == "squared");
  CHECK(one.index_base == 0);
  CHECK(one.weights == std::vector<double>{0.5, 0, 0, 0, -2});
  CHECK(one.bias == std::vector<double>{3});
  const Model two = parsed("\"index\",name,weight 1,\"weight 3\"\n2,\"a,\"\"b\",0.5,1\n");
  CHECK(two.loss == "softmax");
  CHECK(two.labels == std::vector<double>{1, 3});
  CHECK(two.weights == std::vector<double>{0, 0, 0.5, 1});
}

TEST_CASE("CSV: what is wrong is told with its place") {
  const std::string good = "index,name,weight\n1,a,0.5\n3,b,-2\n";
  CHECK(parsed(good).features == 3);
  const auto tell = [&](const std::string& old, const std::string& fresh) {
    return complaint(replaced(good, old, fresh));
  };
  CHECK(contains(tell("name", "colour"), ":1:7: error: expected the columns"));
  CHECK(contains(tell("weight", "weight,weight"), "expected a label in the name"));
  CHECK(contains(tell("0.5", "x"), ":2:5: error: expected a finite weight"));
  CHECK(contains(tell("0.5", "0.5,1"), ":2:9: error: expected 3 fields"));
  CHECK(contains(tell("a,0.5", "0.5"), ":2:6: error: expected 3 fields"));
  CHECK(contains(tell("3,b", "1,b"), ":3:1: error: expected an index above 1"));
  CHECK(contains(tell("3,b", "x,b"), ":3:1: error: expected an index"));
  CHECK(contains(tell("a,0.5", "\"a\"b,0.5"), ":2:6: error: the quoted field has no end, or text behind it"));
  const std::string ours = written(extreme_model(), ModelFormat::csv);
  CHECK(contains(complaint(replaced(ours, "weights 6", "weights 7")), "expected 7 of them, found 6"));
  CHECK(contains(complaint(replaced(ours, "features 9", "features 7")), "indices beyond the features"));
  CHECK(contains(complaint(replaced(ours, "features 9", "features x")), ":5:2: error: expected a count"));
}

TEST_CASE("Vowpal Wabbit: its readable models are read, with names and without") {
  const Model model = parsed(vw_model);
  CHECK(model.loss == "squared");
  CHECK(model.index_base == 0);
  CHECK(model.features == 229903);
  CHECK(model.weights[1924] == -0.25);
  CHECK(model.weights[162853] == 0.125);
  CHECK(model.weights[229902] == -0.002);
  CHECK(model.nonzeros() == 3);
  CHECK(model.bias == std::vector<double>{0.5});
  const Model logistic = parsed(
      "Version 8.6.1\nId \nMin label:-50\nMax label:50\nbits:18\nlda:0\n0 ngram:\n0 skip:\n"
      "options: --hash_seed 0 --link identity\n:1\ninitial_t 0\nsd::oec.weighted_labeled_examples 3\n7:1 4 "
      "1\n");
  CHECK(logistic.loss == "logistic");
  CHECK(logistic.labels == std::vector<double>{-1, 1});
  CHECK(logistic.weights == std::vector<double>{0, 0, 0, 0, 0, 0, 0, 1});
  CHECK_FALSE(logistic.intercept);
}

TEST_CASE("Vowpal Wabbit: the level of a quantile is kept, theirs and ours") {
  const std::string theirs =
      replaced(vw_model, "--hash_seed 0", "--hash_seed 0 --loss_function quantile --quantile_tau 0.8");
  CHECK(parsed(theirs).loss == "quantile");
  CHECK(parsed(theirs).loss_options.quantile == 0.8);
  for (const char* wrong : {"x", "nan", "0.5x"}) {
    CAPTURE(wrong);
    CHECK(contains(complaint(replaced(theirs, "0.8", wrong)), "error: expected a finite number"));
  }
  for (const char* wrong : {"0", "1", "-0.5"}) {
    CAPTURE(wrong);
    CHECK(contains(complaint(replaced(theirs, "0.8", wrong)), "--quantile must be between 0 and 1"));
  }
  Model ours = extreme_model();
  ours.loss = "quantile";
  ours.labels.clear();
  ours.loss_options.quantile = 0.3;
  CHECK(parsed(written(ours, ModelFormat::vw)).loss_options.quantile == 0.3);
  CHECK(contains(written(ours, ModelFormat::vw), " --loss_function quantile --quantile_tau 0.3"));
}

TEST_CASE("Vowpal Wabbit: what weights alone do not tell, and what is wrong, is refused with its place") {
  const auto tell = [&](const std::string& old, const std::string& fresh) {
    return complaint(replaced(vw_model, old, fresh));
  };
  CHECK(contains(tell("lda:0", "lda:5"), ":6:5: error: expected a model of single features"));
  CHECK(contains(tell("0 ngram:", "1 ngram:2"), "expected a model of single features"));
  CHECK(contains(tell("--hash_seed 0", "--oaa 3"), ":9:10: error: the option --oaa 3"));
  CHECK(contains(tell("--hash_seed 0", "--hash_seed 1"), "the option --hash_seed 1"));
  CHECK(contains(tell("bits:18", "bits:10"), ":12:1: error: expected an index below 2^10"));
  CHECK(contains(tell("bits:18", "bits:99"), ":5:6: error: expected a number of bits"));
  CHECK(contains(tell(":-0.25", ":x"), ":12:1: error: expected INDEX:WEIGHT"));
  CHECK(contains(tell("Constant:116060", "1924"), "the index 1924 is there twice"));
  CHECK(contains(tell("Min label:0", "Min label:a"), ":3:11: error: expected a finite number"));
  const std::string ours = written(extreme_model(), ModelFormat::vw);
  CHECK(contains(complaint(replaced(ours, "weights 6", "weights 7")), "expected 7 of them, found 6"));
  CHECK(contains(complaint(replaced(ours, "outputs 1", "outputs x")), ":2:78: error: expected a count"));
}

TEST_CASE("Vowpal Wabbit: what its form can not hold is refused") {
  const TemporaryFolder folder;
  const auto write = [&](const Model& model) { write_model(model, folder / "model", ModelFormat::vw); };
  CHECK_THROWS_WITH_AS(write(class_model()), doctest::Contains("one score a row"), UsageError);
  Model unit = regression_model();
  unit.unit_rows = true;
  CHECK_THROWS_WITH_AS(write(unit), doctest::Contains("--normalize l2"), UsageError);
  CHECK(folder.entries() == 0);
}

TEST_CASE("Vowpal Wabbit: the intercept stays apart from the features") {
  Model model = regression_model();
  model.features = 200000;  // beyond 116060, where the intercept of 18 bits would be
  model.weights.assign(model.features, 0.0);
  model.weights[116059] = 1;  // feature 116060
  model.intercept = true;
  model.bias = {2};
  const std::string text = written(model, ModelFormat::vw);
  CHECK(contains(text, "bits:21\n"));
  CHECK(contains(text, "\n116060:1\n1164636:2\n"));  // 11650396 modulo 2^21
  check_same(parsed(text), model);
}
