// `cv` from end to end.
#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>

#include "cli/run_program.hpp"
#include "sparselearn/base/csv.hpp"
#include "sparselearn/base/number.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

struct Rows : TemporaryFolder {
  std::string data;
  Rows() : data(*this / "data.svm") { write_text(data, sample_data(300)); }

  Outcome cv(std::vector<std::string> options) const {
    options.insert(options.begin(), "cv");
    options.push_back(data);
    return run(options);
  }
  CsvTable csv(std::vector<std::string> options) const {
    options.insert(options.end(), {"-q", "--csv", "-"});
    const Outcome outcome = cv(options);
    CAPTURE(outcome.err);
    REQUIRE(outcome.status == 0);
    return CsvTable::parse("csv", outcome.out);
  }
};

double cell(const CsvTable& table, std::size_t row, const char* column) {
  return table.number(table.rows()[row], table.require_column(column));
}

}  // namespace

TEST_CASE("cv: the table on standard output, the choice on standard error, any number of threads alike") {
  const Rows rows;
  const Outcome one = rows.cv({"--grid", "l2=0.1,1e-3", "--grid", "l1=0,0.01", "-j", "1"});
  CAPTURE(one.err);
  CHECK(one.status == 0);
  CHECK(has(one.err, "5 folds stratified by label, 4 points, 20 fits"));
  CHECK(has(one.err, "chosen: l1 "));
  CHECK(has(one.out, "best"));
  CHECK(has(one.out, "accuracy"));
  CHECK(rows.cv({"--grid", "l2=0.1,1e-3", "--grid", "l1=0,0.01", "-j", "2"}).out == one.out);
  CHECK(rows.cv({"--grid", "l2=0.1,1e-3", "--grid", "l1=0,0.01", "--seed", "2"}).out != one.out);
  CHECK(rows.entries() == 1);
}

TEST_CASE("cv: the CSV has a row a pair of penalties, and means are those of its folds") {
  const Rows rows;
  const CsvTable table =
      rows.csv({"--grid", "l1=0.1,0.01,0", "--grid", "l2=auto,0.02", "-k", "3", "--metric", "auc"});
  REQUIRE(table.rows().size() == 6);
  for (std::size_t p = 0; p < 6; ++p) {
    const double l1[] = {0.1, 0.01, 0};
    CHECK(cell(table, p, "l1") == l1[p % 3]);
    CHECK(cell(table, p, "l2") == (p < 3 ? 1.0 / 300 : 0.02));
    for (const auto& [mean, fold] :
         {std::pair("mean", "metric_"), std::pair("loss", "loss_"), std::pair("nonzeros", "nonzeros_")}) {
      double sum = 0;
      for (const char* k : {"1", "2", "3"}) sum += cell(table, p, (std::string(fold) + k).c_str());
      CHECK(cell(table, p, mean) == doctest::Approx(sum / 3).epsilon(1e-12));
    }
    CHECK(table.rows()[p].fields[table.require_column("metric")] == "auc");
  }
  CHECK(cell(table, 0, "nonzeros") < cell(table, 2, "nonzeros"));
  CHECK(rows.entries() == 1);
}

TEST_CASE("cv: the model is the one that train makes of the penalties chosen") {
  const Rows rows;
  const std::string chosen = rows / "cv.model", trained = rows / "train.model";
  for (const std::string rule : {"best", "one-standard-error"}) {
    const std::vector<std::string> options{"--grid", "l2=10,0.1,1e-3,1e-5", "--l1", "0.001", "--intercept"};
    const CsvTable table = rows.csv(options);
    std::string l2;
    for (const auto& row : table.rows())
      if (has(row.fields[table.require_column("mark")], rule)) l2 = row.fields[table.require_column("l2")];
    std::vector<std::string> with_model = options;
    with_model.insert(with_model.end(), {"--rule", rule, "-m", chosen});
    CHECK(rows.cv(with_model).status == 0);
    CHECK(run({"train", "-q", "--l1", "0.001", "--l2", l2, "--intercept", "-m", trained, rows.data}).status ==
          0);
    CHECK(read_text(chosen) == read_text(trained));
  }
}

TEST_CASE("cv: an automatic l2 is 1/S of all rows in the model") {
  const Rows rows;
  const std::string model = rows / "m";
  CHECK(rows.cv({"-m", model}).status == 0);
  CHECK(has(read_text(model), "\nl2 " + to_text(1.0 / 300) + "\n"));
}

TEST_CASE("cv: several classes, real labels, row weights, class weights") {
  const Rows rows;
  std::string classes, real, weights;
  for (int i = 0; i < 90; ++i) {
    const std::string x = std::to_string(i % 3 + 1) + ":1 " + std::to_string(4 + i % 5) + ":0.5\n";
    classes += std::to_string(i % 3) + " " + x;
    real += std::to_string(i % 3) + ".5 " + x;
    weights += i < 45 ? "1\n" : "2\n";
  }
  write_text(rows.data, classes);
  CHECK(cell(rows.csv({"--loss", "softmax", "--grid", "l2=1e-3"}), 0, "mean") == 1);
  CHECK(has(rows.cv({"--l2", "1"}).err, "--loss softmax"));  // three labels, a loss of two
  write_text(rows.data, real);
  CHECK(cell(rows.csv({"--loss", "squared", "--intercept", "--l2", "1e-6"}), 0, "mean") < 0.01);
  write_text(rows.data, sample_data(300));
  // A weight of 0 for one class makes models of the other, which are judged on both.
  const double mean = cell(rows.csv({"--class-weight", "1:0", "--intercept"}), 0, "mean");
  CHECK(mean > 0.2);
  CHECK(mean < 0.8);
  write_text(rows / "w", weights);
  CHECK(rows.cv({"--weights", rows / "w"}).status == 3);
}

TEST_CASE("cv: a path of l1 begins where the model is empty, and ends as the same penalties do alone") {
  const Rows rows;
  const CsvTable path = rows.csv({"--path", "l1", "--path-length", "5", "--path-ratio", "0.01", "--grid",
                                  "l2=1e-3,1e-2", "--intercept", "--tol", "1e-9", "-k", "3"});
  REQUIRE(path.rows().size() == 10);
  const auto text = [&](std::size_t row, const char* column) {
    return path.rows()[row].fields[path.require_column(column)];
  };
  CHECK(cell(path, 4, "l1") == doctest::Approx(0.01 * cell(path, 0, "l1")));
  CHECK(text(5, "l1") == text(0, "l1"));
  CHECK(cell(path, 5, "l2") == 1e-2);
  for (std::size_t p = 1; p < 5; ++p) CHECK(cell(path, p, "nonzeros") >= cell(path, p - 1, "nonzeros"));

  const std::string model = rows / "m";
  const auto weights_at = [&](double factor) {
    const std::string l1 = to_text(factor * cell(path, 0, "l1"));
    REQUIRE(run({"train", "-q", "--l1", l1, "--intercept", "--tol", "1e-9", "-m", model, rows.data}).status ==
            0);
    return read_text(model);
  };
  CHECK(has(weights_at(1.0001), "\nweights 0\n"));
  CHECK_FALSE(has(weights_at(0.98), "\nweights 0\n"));

  const CsvTable alone = rows.csv({"--grid", "l1=" + text(2, "l1") + "," + text(4, "l1"), "--l2", "1e-3",
                                   "--intercept", "--tol", "1e-9", "-k", "3"});
  for (const auto& [walked, single] : {std::pair(2, 0), std::pair(4, 1)})
    for (const char* column : {"loss_1", "loss_2", "loss_3"})
      CHECK(cell(path, static_cast<std::size_t>(walked), column) ==
            doctest::Approx(cell(alone, static_cast<std::size_t>(single), column)).epsilon(1e-4));
}

TEST_CASE("cv: a path of l2 goes from hardly any weights to free ones") {
  const Rows rows;
  const CsvTable path = rows.csv({"--path", "l2", "--path-length", "4"});
  REQUIRE(path.rows().size() == 4);
  CHECK(cell(path, 3, "l2") == doctest::Approx(1e-6 * cell(path, 0, "l2")));
  CHECK(cell(path, 0, "loss") > cell(path, 3, "loss"));
}

TEST_CASE("cv: what is refused") {
  const Rows rows;
  const auto refused = [&](std::vector<std::string> options, const char* why) {
    options.insert(options.end(), {"-m", rows / "m"});
    const Outcome outcome = rows.cv(options);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 2);
    CHECK(has(outcome.err, why));
  };
  refused({"--grid", "l3=1"}, "--grid: expected l1=VALUE,... or l2=VALUE,..., found 'l3=1'");
  refused({"--grid", "l2=1,-1"}, "--grid: l2: expected a number >= 0, found '-1'");
  refused({"--grid", "l2=1,1"}, "twice");
  refused({"--grid", "l2=1", "--grid", "l2=2"}, "given twice");
  refused({"--grid", "l2=1", "--l2", "2"}, "both alone and in --grid");
  refused({"--path", "l1", "--l1", "2"}, "leave them out of --l1");
  refused({"--path", "l2", "--grid", "l2=2"}, "leave them out of --grid");
  refused({"--path-length", "7"}, "--path-length needs --path");
  refused({"--path", "l1", "--path-ratio", "1"}, "--path-ratio: expected a number from 0 to below 1");
  refused({"--path", "l1", "--path-ratio", "0"}, "--path-ratio: expected a number between 0 and 1");
  refused({"--folds", "1"}, "--folds: expected a whole number from 2");
  refused({"--folds", "301"}, "300 rows can not be divided into 301 folds");
  refused({"--metric", "rmse"}, "does not fit the loss logistic");
  refused({"--solver", "newton", "--grid", "l1=0,1"}, "newton");
  refused({"--early-stop", "3"}, "which belongs to `sparselearn train`");
  refused({"--csv", rows.data}, "is both read and written");
  refused({"--csv", rows / "m"}, "is written twice");
  CHECK(rows.cv({"-m", "-"}).status == 2);
  CHECK(rows.entries() == 1);
}

TEST_CASE("cv: fits that do not converge are told of, and fail where convergence is required") {
  const Rows rows;
  const Outcome told = rows.cv({"--epochs", "1", "--tol", "1e-12", "--solver", "lbfgs"});
  CHECK(told.status == 0);
  CHECK(has(told.err, "note: 5 of 5 fits did not converge"));
  CHECK(rows.cv({"--epochs", "1", "--tol", "1e-12", "--solver", "lbfgs", "--require-convergence"}).status ==
        4);
  CHECK(rows.cv({"--time-limit", "1e-9"}).status == 4);
}

TEST_CASE("cv: fits that diverge are told of and never chosen, and a metric may be undefined on every fold") {
  const Rows rows;
  const std::vector<std::string> wild{"--solver", "momentum", "--loss", "squared", "--step", "5", "--grid"};
  const auto with_grid = [&](const std::string& grid) {
    std::vector<std::string> options(wild);
    options.push_back(grid);
    return rows.cv(options);
  };
  const Outcome some = with_grid("l2=0.1,1000");
  CAPTURE(some.err);
  CHECK(some.status == 0);
  CHECK(has(some.err, "note: 5 of 10 fits diverged"));
  CHECK(has(some.err, "chosen: l1 0, l2 1000"));
  const Outcome all = with_grid("l2=0.1");
  CHECK(all.status == 4);
  CHECK(has(all.err, "no point has the metric rmse on all folds"));

  std::string text = "1 1:1\n";  // all folds but one have no label 1, and so no area under a curve
  for (int i = 0; i < 20; ++i) text += "-1 1:0." + std::to_string(i + 1) + "\n";
  write_text(rows.data, text);
  const Outcome undefined = rows.cv({"--metric", "auc", "-m", rows / "m"});
  CHECK(undefined.status == 4);
  CHECK(has(undefined.err, "no point has the metric auc on all folds"));
  CHECK(rows.entries() == 1);
}

TEST_CASE("cv: an interrupt leaves nothing behind") {
  const Rows rows;
  const TemporaryFolder outputs;
  write_text(rows.data, sample_data(3000, 200));
  Running running(outputs, {"cv", "-v", "--tol", "0", "--epochs", "1000000", "--grid", "l2=1e-3,1e-4", "-m",
                            rows / "m", "--csv", rows / "c", rows.data});
  REQUIRE(running.wait_for("fits"));
  running.signal(SIGINT);
  const Outcome outcome = running.wait();
  CHECK(outcome.status == 130);
  CHECK(outcome.out.empty());
  CHECK(rows.entries() == 1);
}
