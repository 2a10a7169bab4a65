// --multilabel from end to end: rows with lists of labels, one against the rest.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <set>
#include <sstream>

#include "cli/run_program.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/random.hpp"
#include "sparselearn/model/model.hpp"

using namespace sparselearn::tests;
using sparselearn::Model;
using sparselearn::Random;

namespace {

using Words = std::vector<std::string>;

Words operator+(Words a, const Words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const std::vector<int> labels{2, 7, 40};

struct Row {
  std::set<int> labels;
  std::string features;  // " INDEX:VALUE" each
};

/// Rows of which features 1 to 3 tell the labels, mostly; some have none of them.
std::vector<Row> sample_rows(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<Row> rows(count);
  for (Row& row : rows) {
    for (std::uint64_t j = 1; j <= 12; ++j) {
      const bool present = random.below(3) == 0;
      if (present) row.features += " " + std::to_string(j) + ":" + std::to_string(1 + random.below(4)) + ".5";
      if (j <= labels.size() && random.below(10) < (present ? 8U : 1U)) row.labels.insert(labels[j - 1]);
    }
    if (row.features.empty()) row.features = " 4:1";
  }
  return rows;
}

/// As LIBSVM's data sets are: the labels in any order, two blanks.
std::string list_text(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) {
    std::string list;
    for (const int label : row.labels) list = std::to_string(label) + (list.empty() ? "" : ",") + list;
    text += list + " " + row.features + "\n";
  }
  return text;
}

std::string indicator_text(const std::vector<Row>& rows, int label) {
  std::string text;
  for (const Row& row : rows) text += (row.labels.count(label) > 0 ? "+1" : "-1") + row.features + "\n";
  return text;
}

struct Workshop : TemporaryFolder {
  std::vector<Row> rows = sample_rows(300, 1), others = sample_rows(2500, 2);
  std::string data = *this / "rows.svm", test = *this / "test.svm", model = *this / "lists.model";
  Workshop() {
    write_text(data, list_text(rows));
    write_text(test, list_text(others));
  }

  // The bytes of the model.
  std::string train(const Words& options, const std::string& input = "") const {
    const Outcome outcome = run(Words{"train", "-q", "--multilabel", "-m", model} + options, input);
    CAPTURE(outcome.err);
    REQUIRE(outcome.status == 0);
    return read_text(model);
  }
  std::string predict(const std::string& output) const {
    const Outcome outcome = run({"predict", "-q", "--output", output, model, test});
    REQUIRE(outcome.status == 0);
    return outcome.out;
  }
};

std::vector<std::vector<double>> numbers(const std::string& text) {
  std::vector<std::vector<double>> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back();
    std::istringstream words(line);
    for (std::string word; words >> word;) rows.back().push_back(sparselearn::parse_double(word).value());
  }
  return rows;
}

std::string list_of(const std::vector<double>& scores) {
  std::string list;
  for (std::size_t c = 0; c < labels.size(); ++c)
    if (scores[c] > 0) list += (list.empty() ? "" : ",") + std::to_string(labels[c]);
  return list;
}

}  // namespace

TEST_CASE("multilabel: each label has the weights, to the bit, of a training on its own") {
  const Workshop shop;
  const Words kinds[] = {
      {},
      {"--intercept", "--loss", "squared-hinge", "-s", "sdca"},
      {"--loss", "hinge", "-s", "sdca", "--l1", "1e-3"},
      {"-s", "lbfgs", "--intercept", "--normalize", "l2"},
      {"-s", "saga", "--l1", "0.01", "-e", "15", "--tol", "0", "--normalize", "max-abs"},
      {"--loss", "smoothed-hinge", "-s", "adam", "-e", "5", "--tol", "0"},
      {"--loss", "exponential", "-s", "cd", "--hash-bits", "4"},
      {"-s", "sgd", "--tol", "0", "-e", "8", "--seed", "3", "--unsorted", "--features", "20"},
  };
  for (const Words& options : kinds) {
    CAPTURE(options);
    shop.train(options + Words{shop.data});
    const Model lists = sparselearn::read_model(shop.model);
    CHECK(lists.multilabel);
    CHECK(lists.labels == std::vector<double>(labels.begin(), labels.end()));
    for (std::size_t c = 0; c < labels.size(); ++c) {
      write_text(shop / "one.svm", indicator_text(shop.rows, labels[c]));
      REQUIRE(run(Words{"train", "-q", "-m", shop / "one.model", shop / "one.svm"} + options).status == 0);
      const Model one = sparselearn::read_model(shop / "one.model");
      REQUIRE(one.features == lists.features);
      bool same = one.bias[0] == lists.bias[c];
      for (std::size_t j = 0; j < one.features; ++j)
        same = same && one.weights[j] == lists.weights[j * labels.size() + c];
      CHECK(same);
    }
  }
}

TEST_CASE("multilabel: the same bytes on any number of threads and from any source") {
  const Workshop shop;
  const Words options{"--model-format", "binary", "--intercept", "--loss", "squared-hinge"};
  const std::string expected = shop.train(options + Words{"-j", "1", shop.data});
  for (const char* threads : {"2", "3"})
    CHECK(shop.train(options + Words{"-j", threads, shop.data}) == expected);
  CHECK(shop.train(options + Words{"-"}, read_text(shop.data)) == expected);
  CHECK(shop.train(options + Words{"--stream", shop.data}) == expected);
  for (const char* out : {"copy.svm", "copy.svm.gz", "copy.slc"}) {
    CAPTURE(out);
    REQUIRE(run({"convert", "-q", "--multilabel", shop.data, shop / out}).status == 0);
    CHECK(shop.train(options + Words{shop / out}) == expected);
  }
  REQUIRE(run({"convert", "-q", "--multilabel", shop / "copy.slc", shop / "back.svm"}).status == 0);
  CHECK(read_text(shop / "back.svm") == read_text(shop / "copy.svm"));
  CHECK(shop.train(options + Words{"--cache", shop.data}) == expected);  // made
  const auto made = std::filesystem::last_write_time(shop.data + ".slc");
  CHECK(shop.train(options + Words{"--cache", shop.data}) == expected);  // used
  CHECK(std::filesystem::last_write_time(shop.data + ".slc") == made);
  // Read another way, it is made again, and as the lists are bad rows then, there is none.
  refused({"train", "--cache", shop.data}, 3, "rows.svm:2:3: error: expected a number as label");
  refused({"train", shop / "copy.slc"}, 3, "--multilabel reads lists");
  refused({"train", "-q", "--multilabel", "--max-memory", "2000", shop.data}, 1, "allow more (--max-memory)");

  std::string bad = read_text(shop.data);
  bad.insert(bad.find('\n') + 1, "2,,7 1:1\n2,7,2 1:1\n");
  write_text(shop / "bad.svm", bad);
  refused({"train", "--multilabel", shop / "bad.svm"}, 3,
          "bad.svm:2:3: error: expected a number as label, found a comma");
  CHECK(shop.train(options + Words{"--on-error", "skip", shop / "bad.svm"}) == expected);
}

TEST_CASE("multilabel: predictions are the labels of positive scores, in every format of the model") {
  const Workshop shop;
  const std::string text = shop.train({shop.data});
  CHECK(has(text, "\nlabels 2 7 40\nmultilabel 1\n"));
  const std::string lists = shop.predict("label");
  const auto scores = numbers(shop.predict("score")), odds = numbers(shop.predict("probability"));
  const std::string all = shop.predict("all");
  REQUIRE(scores.size() == shop.others.size());
  std::istringstream lines(lists), whole(all);
  std::size_t empty = 0;
  for (std::size_t r = 0; r < scores.size(); ++r) {
    std::string line, row;
    REQUIRE(std::getline(lines, line));
    REQUIRE(std::getline(whole, row));
    REQUIRE(scores[r].size() == labels.size());
    CHECK(line == list_of(scores[r]));
    CHECK(row.starts_with(line + " "));
    CHECK(numbers(row.substr(line.size()))[0].size() == 2 * labels.size());
    empty += line.empty();
    for (std::size_t c = 0; c < labels.size(); ++c)
      CHECK(odds[r][c] == doctest::Approx(1 / (1 + std::exp(-scores[r][c]))).epsilon(1e-12));
  }
  CHECK(empty > 10);
  for (const char* format : {"binary", "json", "csv"}) {
    CAPTURE(format);
    const std::string other = shop / "other.model";
    REQUIRE(run({"convert", "--model-format", format, shop.model, other}).status == 0);
    CHECK(run({"predict", other, shop.test}).out == lists);
    REQUIRE(run({"convert", other, shop / "back.model"}).status == 0);
    CHECK(read_text(shop / "back.model") == text);
  }
  for (const char* format : {"liblinear", "vw"})
    refused({"convert", "--model-format", format, shop.model, shop / "other.model"}, 2, "--multilabel");
}

TEST_CASE("multilabel: evaluate agrees with a loop over the scores, in little memory") {
  const Workshop shop;
  shop.train({"--intercept", shop.data});
  const auto scores = numbers(shop.predict("score"));
  double loss = 0, differ = 0, exact = 0, macro = 0;
  double hits = 0, pairs = 0;
  for (std::size_t c = 0; c < labels.size(); ++c) {
    double hit = 0, either = 0;
    for (std::size_t r = 0; r < scores.size(); ++r) {
      const bool is = shop.others[r].labels.count(labels[c]) > 0, told = scores[r][c] > 0;
      loss += std::log1p(std::exp(is ? -scores[r][c] : scores[r][c]));
      hit += is && told;
      either += is + told;
      differ += is != told;
    }
    macro += 2 * hit / either;
    hits += hit;
    pairs += either;
  }
  for (std::size_t r = 0; r < scores.size(); ++r) {
    std::string list;
    for (const int label : shop.others[r].labels) list += (list.empty() ? "" : ",") + std::to_string(label);
    exact += list == list_of(scores[r]);
  }
  const auto rows = static_cast<double>(scores.size());
  const Outcome json = run({"evaluate", "--json", shop.model, shop.test});
  REQUIRE(json.status == 0);
  const auto figure = [&](const std::string& name) {
    const std::size_t at = json.out.find("\"" + name + "\": ");
    REQUIRE(at != std::string::npos);
    return std::stod(json.out.substr(at + name.size() + 4));
  };
  CHECK(figure("rows") == rows);
  CHECK(figure("loss") == doctest::Approx(loss / rows).epsilon(1e-12));
  CHECK(figure("hamming-loss") == doctest::Approx(differ / (3 * rows)).epsilon(1e-12));
  CHECK(figure("subset-accuracy") == doctest::Approx(exact / rows).epsilon(1e-12));
  CHECK(figure("micro-f1") == doctest::Approx(2 * hits / pairs).epsilon(1e-12));
  CHECK(figure("macro-f1") == doctest::Approx(macro / 3).epsilon(1e-12));
  CHECK(figure("unknown_labels") == 0);
  CHECK(exact / rows > 0.3);  // something was learned
  CHECK(run({"evaluate", "--json", "-j", "1", shop.model, shop.test}).out == json.out);
  const Outcome table = run({"evaluate", shop.model, shop.test});
  CHECK(has(table.out, "rows             2,500\n"));
  CHECK(has(table.out, "\nsubset-accuracy  "));

  write_text(shop / "new.svm", "2,9,11 1:1\n9 2:1\n 3:1\n");
  const Outcome unknown = run({"evaluate", "--json", shop.model, shop / "new.svm"});
  CHECK(has(unknown.err, "note: 3 labels of rows that the model does not have were ignored"));
  CHECK(has(unknown.out, "\"unknown_labels\": 3"));
  refused({"evaluate", "--input-format", "csv", shop.model, shop.test}, 2, "--multilabel");
}

TEST_CASE("multilabel: one label, a label of all rows, and no label at all") {
  const Workshop shop;
  write_text(shop / "one.svm", "5 1:1\n 2:1\n5 1:2 2:1\n 2:3\n");
  CHECK(has(shop.train({shop / "one.svm"}), "\nlabels 5\nmultilabel 1\n"));
  CHECK(run({"predict", shop.model, shop / "one.svm"}).out == "5\n\n5\n\n");
  CHECK(run({"evaluate", shop.model, shop / "one.svm"}).status == 0);
  CHECK(has(run({"inspect", shop.model}).out, "feature 1  label 5"));
  write_text(shop / "all.svm", "1,5 1:1\n5 2:1\n5 1:2 2:1\n1,5 2:3\n");
  for (const Words& options :
       {Words{}, Words{"--intercept", "-s", "sdca"}, Words{"--loss", "hinge", "--intercept"}}) {
    const Outcome outcome = run(Words{"train", "--multilabel", "-m", shop.model, shop / "all.svm"} + options);
    CHECK(outcome.status == 0);
    CHECK(has(outcome.err, "note: every row has the label 5\n"));
    for (const std::string& line : {run({"predict", shop.model, shop / "all.svm"}).out})
      CHECK(line.find("5\n") != std::string::npos);
  }
  write_text(shop / "none.svm", " 1:1\n 2:1\n");
  refused({"train", "--multilabel", shop / "none.svm"}, 3, "no row has a label");
}

TEST_CASE("multilabel: what inspect tells of lists and of models") {
  const TemporaryFolder folder;
  write_text(folder / "x", "3,1,2 1:1\n 2:1\n1 3:1\n1,2,1 1:1\n");
  refused({"inspect", "--multilabel", folder / "x"}, 3, "x:4:5: error: expected each label once in a row");
  const Outcome table = run({"inspect", "--multilabel", "--unsorted", folder / "x"});
  CHECK(has(table.out, "labels       1 (3 rows), 2 (2 rows), 3 (1 rows)\n"));
  CHECK(has(table.out, "cardinality  1.5 labels a row, 0 to 3, 50% of all pairs; 1 rows have none\n"));
  const Outcome json = run({"inspect", "--json", "--multilabel", "--unsorted", folder / "x"});
  CHECK(has(json.out, "\"label_density\": 0.5"));
  CHECK(has(json.out, "\"rows_unlabelled\": 1"));
  refused({"inspect", folder / "x"}, 3,
          "x:1:1: error: expected a number as label, found '3,1,2' (--multilabel");
  const Outcome check = run({"inspect", "--check", "--multilabel", "--fix", folder / "fixed", folder / "x"});
  CHECK(check.status == 3);
  CHECK(has(check.out, "label more than once in a row: 1 line, taken once\n"));
  CHECK(read_text(folder / "fixed") == "3,1,2 1:1\n 2:1\n1 3:1\n1,2 1:1\n");
  CHECK(run({"inspect", "--check", "--multilabel", folder / "fixed"}).status == 0);
  CHECK(run({"inspect", "--check", folder / "fixed"}).status == 3);
}

TEST_CASE("multilabel: what does not go with it") {
  const Workshop shop;
  const auto refuse = [&](const Words& options, const std::string& message) {
    refused(Words{"train", "--multilabel", shop.data} + options, 2, message);
  };
  refuse({"--loss", "softmax"},
         "--multilabel makes problems of two labels, which the loss softmax does not take");
  refuse({"--loss", "squared"}, "--multilabel makes problems of two labels");
  refuse({"--valid", shop.test},
         "--multilabel trains a model a class and has no common validation; use `sparselearn evaluate`");
  refuse({"--valid-fraction", "0.2"}, "use `sparselearn evaluate`");
  refuse({"--warm-start", shop.model}, "--warm-start does not go with --multilabel");
  refuse({"--calibrate", "platt", "-m", shop.model}, "without --multilabel");
  refuse({"--trace-weights", shop / "w.csv"}, "neither --multilabel nor");
  refuse({"--class-weight", "balanced"}, "--class-weight is for rows with one label");
  refuse({"--positive", "2"}, "--positive is for rows with one label");
  refuse({"--input-format", "vw"}, "--multilabel reads the lists of labels of LIBSVM text");
  refuse({"-m", shop.model, "--model-format", "liblinear"}, "--multilabel needs another --model-format");
  refuse({"-m", shop.model, "--model-format", "vw"}, "--multilabel needs another --model-format");
  refused({"cv", "--multilabel", shop.data}, 2,
          "unknown option --multilabel, which belongs to `sparselearn train`");
  refused({"compare", "--multilabel", "--out", shop / "x", shop.data}, 2, "unknown option --multilabel");
  refused({"inspect", "--plan", "--multilabel", shop.data}, 2, "--multilabel is not for inspect --plan");
  shop.train({shop.data});
  refused({"convert", "--multilabel", shop.model, shop / "x"}, 2, "--multilabel is not for models");
  CHECK(shop.train({"--multiclass", "ovr", shop.data}) == shop.train({shop.data}));
}
