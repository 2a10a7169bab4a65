// predict, evaluate, inspect, convert, the tables and completion: what they write.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "cli/run_program.hpp"
#include "sparselearn/model/model.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

const char* const binary_model =
    "sparselearn-model 1\nloss logistic\nlabels 3 7\nfeatures 2\noutputs 1\nintercept 1\nbias 0\nl1 0\nl2 "
    "1\nindex_base 1\nweights 2\n1 1\n2 -1\n";

struct Sample : TemporaryFolder {
  std::string model, data;
  Sample() : model(*this / "m"), data(*this / "d") {
    write_text(model, binary_model);
    write_text(data, "7 1:2\n3 2:1\n7 2:0.5 9:4\n3\n");
  }
};

}  // namespace

TEST_CASE("predict: labels, scores, probabilities, all, in the order of the rows") {
  const Sample sample;
  const auto out = [&](const char* output) {
    return run({"predict", "-q", "--output", output, sample.model, sample.data}).out;
  };
  CHECK(out("label") == "7\n3\n3\n3\n");
  CHECK(out("score") == "2\n-1\n-0.5\n0\n");
  CHECK(out("probability").starts_with("0.880797077977882"));
  CHECK(has(out("all"), "\n3 -1 0.268941421369995"));
  CHECK(out("all").ends_with("\n3 0 0.5\n"));
  const Outcome noted = run({"predict", sample.model, sample.data, sample.data, "-o", sample / "out"});
  CHECK(noted.out.empty());
  CHECK(has(noted.err, "note: 2 values of features that the model does not have were ignored"));
  CHECK(read_text(sample / "out") == "7\n3\n3\n3\n7\n3\n3\n3\n");
}

TEST_CASE("predict: any number of threads writes the same lines in the same order") {
  const TemporaryFolder folder;
  write_text(folder / "m", binary_model);
  write_text(folder / "d", sample_data(20000));
  const auto out = [&](const char* threads) {
    return run({"predict", "-q", "--output", "score", "-j", threads, folder / "m", folder / "d"}).out;
  };
  const std::string one = out("1");
  CHECK(std::count(one.begin(), one.end(), '\n') == 20000);
  CHECK(out("2") == one);
}

TEST_CASE("predict: no probabilities where the loss has none") {
  const Sample sample;
  std::string text = binary_model;
  write_text(sample.model, text.replace(text.find("logistic"), 8, "hinge"));
  const Outcome outcome = run({"predict", "--output", "probability", sample.model, sample.data});
  CHECK(outcome.status == 2);
  CHECK(has(outcome.err, "the loss hinge has none"));
  CHECK(run({"predict", "-q", "--output", "all", sample.model, sample.data}).out.starts_with("7 2\n"));
}

TEST_CASE("predict: rows are read in the model's index base") {
  const Sample sample;
  std::string text = binary_model;
  write_text(sample.model, text.replace(text.find("index_base 1"), 12, "index_base 0"));
  write_text(sample.data, "7 1:2\n");
  CHECK(run({"predict", "--output", "score", sample.model, sample.data}).out == "-2\n");
  CHECK(run({"predict", "--output", "score", "--index-base", "1", sample.model, sample.data}).out == "2\n");
}

TEST_CASE("evaluate: a table, JSON, labels that are not the model's") {
  const Sample sample;
  const Outcome table = run({"evaluate", "-q", sample.model, sample.data});
  CHECK(table.status == 0);
  CHECK(has(table.out, "rows       4\n"));
  CHECK(has(table.out, "accuracy   0.75\n"));
  CHECK(has(table.out, "recall     0.5\n"));
  CHECK(has(table.out, "precision  1\n"));
  const std::string json = run({"evaluate", "-q", "--json", sample.model, sample.data}).out;
  CHECK(has(json, "\"accuracy\": 0.75,"));
  CHECK(has(json, "\"unknown_features\": 1\n"));
  write_text(sample.data, "4 1:1\n");
  const Outcome unknown = run({"evaluate", sample.model, sample.data});
  CHECK(unknown.status == 3);
  CHECK(has(unknown.err, "the label 4 is none of 3, 7"));
}

TEST_CASE("inspect: data and models") {
  const Sample sample;
  const std::string data = run({"inspect", sample.data}).out;
  CHECK(has(data, "rows         4\n"));
  CHECK(has(data, "features     9, 3 of them used\n"));
  CHECK(has(data, "nonzeros     4, 11.1% of all cells\n"));
  CHECK(has(data, "labels       3 (2 rows), 7 (2 rows)\n"));
  CHECK(has(data, "values       0.5 to 4, mean 1.875\n"));
  CHECK(has(data, "empty rows   1\n"));
  CHECK(has(data, "index base   1\n"));
  CHECK(has(run({"inspect", "--json", sample.data}).out, "\"label\": 7,\n      \"rows\": 2\n"));
  const std::string model = run({"inspect", sample.model, "--top", "1"}).out;
  CHECK(has(model, "loss        logistic\n"));
  CHECK(has(model, "weights     2 of 2 are not zero\n"));
  CHECK(model.ends_with("largest weights\n  feature 1  1\n"));
  CHECK(has(run({"inspect", "--json", sample.model}).out, "\"feature\": 2,\n      \"weight\": -1\n"));
}

TEST_CASE("convert: models keep their weights through every format that can be read") {
  const Sample sample;
  REQUIRE(run({"convert", "--model-format", "binary", sample.model, sample / "b"}).status == 0);
  REQUIRE(run({"convert", sample / "b", sample / "t"}).status == 0);
  CHECK(read_model(sample / "t").weights == read_model(sample.model).weights);
  CHECK(read_model(sample / "t").labels == read_model(sample.model).labels);
}

TEST_CASE("convert: data keeps its rows through text, gzip and either index base") {
  const TemporaryFolder folder;
  write_text(folder / "a", "+1 qid:3 1:0.50 7:-2e0 # first\n\n-1\r\n0.25 3:1e-3");
  REQUIRE(run({"convert", "-q", folder / "a", folder / "b"}).status == 0);
  CHECK(read_text(folder / "b") == "1 1:0.5 7:-2\n-1\n0.25 3:0.001\n");
  REQUIRE(run({"convert", folder / "b", folder / "c.gz"}).status == 0);
  CHECK(read_text(folder / "c.gz").starts_with("\x1f\x8b"));
  CHECK(run({"convert", folder / "c.gz", "-"}).out == read_text(folder / "b"));
  CHECK(run({"convert", "--gzip", folder / "b", "-"}).out == read_text(folder / "c.gz"));
  CHECK(run({"convert", "--write-base", "0", folder / "b", "-"}).out == "1 0:0.5 6:-2\n-1\n0.25 2:0.001\n");
  CHECK(run({"convert", "--write-base", "1", "--index-base", "0", folder / "b", "-"}).out ==
        "1 2:0.5 8:-2\n-1\n0.25 4:0.001\n");
  CHECK(run({"convert", "--model-format", "json", folder / "b", "-"}).status == 2);
  CHECK(run({"convert", folder / "b", folder / "b"}).status == 0);  // in place: whole or not at all
  CHECK(read_text(folder / "b") == "1 1:0.5 7:-2\n-1\n0.25 3:0.001\n");
}

TEST_CASE("tables: every name of a list can be asked for") {
  for (const char* table : {"solvers", "losses", "schedules"}) {
    std::istringstream lines(run({table}).out);
    std::size_t count = 0;
    for (std::string line, name; std::getline(lines, line); ++count) {
      std::istringstream(line) >> name;
      const Outcome details = run({table, name});
      CHECK(details.status == 0);
      CHECK(has(details.out, name));
      CHECK(has(details.out, "\noptions "));
    }
    CHECK(count >= 3);
  }
}

TEST_CASE("completion: the scripts are sound and know subcommands, options and values") {
  const TemporaryFolder folder;
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const Outcome outcome = run({"completion", shell});
    CHECK(outcome.status == 0);
    for (const char* word : {"predict", "trace-every", "logistic", "cosine", "hogwild"})
      CHECK(has(outcome.out, word));
    write_text(folder / shell, outcome.out);
    if (std::system(("command -v " + shell + " >/dev/null 2>&1").c_str()) != 0) {
      MESSAGE(shell << " is not installed: its script was not tried");
      continue;
    }
    CHECK(std::system((shell + " -n '" + (folder / shell) + "'").c_str()) == 0);
  }
  const auto complete = [&](const std::string& words, int position) {
    const std::string command = "bash -c '. " + (folder / "bash") + "; COMP_WORDS=(" + words +
                                "); COMP_CWORD=" + std::to_string(position) +
                                "; _sparselearn; echo \"${COMPREPLY[@]}\"' > " + (folder / "reply");
    REQUIRE(std::system(command.c_str()) == 0);
    return read_text(folder / "reply");
  };
  CHECK(complete("sparselearn pre", 1) == "predict\n");
  CHECK(complete("sparselearn train --trace-e", 2) == "--trace-every\n");
  CHECK(complete("sparselearn train --mode h", 3) == "hogwild\n");
  CHECK(complete("sparselearn train --mode = h", 4) == "hogwild\n");
  CHECK(complete("sparselearn losses hub", 2) == "huber\n");
}
