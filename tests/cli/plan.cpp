// inspect --plan against what reading the same data whole tells, and inspect --names.
#include <doctest/doctest.h>

#include <cmath>

#include "cli/run_program.hpp"
#include "sparselearn/base/number.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

Outcome must_run(const std::vector<std::string>& words) {
  Outcome outcome = run(words);
  CAPTURE(outcome.err);
  REQUIRE(outcome.status == 0);
  return outcome;
}

// A number of a JSON text written by us.
double member(const std::string& json, const std::string& name) {
  const std::size_t at = json.find('"' + name + "\": ");
  REQUIRE(at != std::string::npos);
  const std::size_t begin = at + name.size() + 4;
  const auto value = parse_double(json.substr(begin, json.find_first_of(",\n", begin) - begin));
  REQUIRE(value.has_value());
  return *value;
}

void check_plan(const std::string& path, const std::string& truth, bool exact) {
  CAPTURE(path);
  const std::string plan = must_run({"inspect", "--plan", "--json", path}).out;
  CHECK(has(plan, exact ? "\"exact\": true" : "\"exact\": false"));
  for (const std::string name : {"rows", "nonzeros", "memory_bytes", "text_bytes"}) {
    CAPTURE(name);
    const double expected = member(truth, name);
    // The room that a parser leaves in the arrays differs by some rows.
    const double tolerance = !exact ? 0.1 : name == "memory_bytes" ? 0.01 : 0;
    CHECK(std::abs(member(plan, name) - expected) <= tolerance * expected);
  }
  CHECK(member(plan, "features_at_least") <= member(truth, "features"));
  CHECK(member(plan, "features_at_least") >= 0.9 * member(truth, "features"));
  CHECK(member(plan, "seconds_per_pass") > 0);
  CHECK((exact || member(plan, "sampled_rows") < 0.9 * member(truth, "rows")));
}

}  // namespace

TEST_CASE("inspect --plan: within 10% of the truth on homogeneous data, exact on what is read whole") {
  const TemporaryFolder folder;
  const std::string text = folder / "rows.svm", gzip = folder / "rows.svm.gz", cache = folder / "rows.slc";
  must_run({"generate", "-q", "--rows", "200000", "--columns", "5000", "--nonzeros", "20", text});
  must_run({"convert", "-q", text, gzip});
  must_run({"convert", "-q", text, cache});
  const std::string truth = must_run({"inspect", "--json", text}).out;
  check_plan(text, truth, false);
  check_plan(gzip, truth, false);
  check_plan(cache, truth, false);

  const std::string small = SPARSELEARN_SOURCE_DIR "/data/sample.svm";
  check_plan(small, must_run({"inspect", "--json", small}).out, true);

  const std::string ones = folder / "ones.svm";
  must_run({"generate", "-q", "--rows", "300000", "--columns", "5000", "--nonzeros", "20", "--ones", ones});
  check_plan(ones, must_run({"inspect", "--json", ones}).out, false);

  const std::string both = must_run({"inspect", "--plan", "--json", text, small}).out;
  CHECK(std::abs(member(both, "rows") - 202000) <= 20200);
}

TEST_CASE("inspect --plan: the solver and the reason are those that train then tells") {
  const TemporaryFolder folder;
  const std::string data = SPARSELEARN_SOURCE_DIR "/data/sample.svm", classes = folder / "classes.svm";
  must_run({"generate", "-q", "--labels", "classes", "--classes", "4", classes});
  const auto check = [](const std::string& path, const std::vector<std::string>& options,
                        const std::vector<std::string>& training) {
    std::vector<std::string> plan{"inspect", "--plan", path}, train{"train", "--epochs", "1", path};
    plan.insert(plan.end(), options.begin(), options.end());
    train.insert(train.end(), training.begin(), training.end());
    const std::string told = must_run(plan).out, said = must_run(train).err;
    const std::size_t at = told.find("\nsolver ");
    REQUIRE(at != std::string::npos);
    std::string line = told.substr(at + 8);
    line = line.substr(line.find_first_not_of(' '));
    const std::string name = line.substr(0, line.find(' '));
    const std::string reason = line.substr(line.find(": ") + 2, line.find('\n') - line.find(": ") - 2);
    CAPTURE(told);
    CAPTURE(said);
    CHECK(has(said, name));
    CHECK(has(said, reason));
  };
  check(data, {}, {});
  check(data, {"--l1", "1e-3"}, {"--l1", "1e-3"});
  check(data, {"--loss", "absolute"}, {"--loss", "absolute"});
  check(classes, {}, {"--loss", "softmax"});
}

TEST_CASE("inspect --plan: bad lines are counted, and what can not be planned is refused") {
  const TemporaryFolder folder;
  const std::string bad = folder / "bad.svm", none = folder / "none.svm", csv = folder / "rows.csv";
  write_text(bad, "1 1:1\n-1 x\n-1 0:2 7:1\n");
  const Outcome outcome = must_run({"inspect", "--plan", bad});
  CHECK(has(outcome.out, "1 bad line"));
  CHECK(has(outcome.out, "features       8\n"));  // index 0 is a feature
  write_text(csv, "label,a,b\n1,2,0\n0,1,3\n");
  CHECK(member(must_run({"inspect", "--plan", "--json", "--input-format", "csv", csv}).out, "nonzeros") == 3);

  write_text(none, "# nothing\n");
  refused({"inspect", "--plan", none}, 3, "there are no rows in the text that was sampled");
  refused({"inspect", "--plan", folder / "absent"}, 1, "absent");
  refused({"inspect", "--plan", "-"}, 2, "standard input can not be sampled");
  must_run({"train", "-q", "-m", folder / "model", "--input-format", "csv", csv});
  refused({"inspect", "--plan", folder / "model"}, 2, "is a model; --plan is for data");
  refused({"inspect", "--plan", "--check", bad}, 2, "--check is not for inspect --plan");
  refused({"inspect", "--plan", "--loss", "logistik", bad}, 2, "did you mean 'logistic'?");
  refused({"inspect", "--loss", "logistic", bad}, 2, "--loss is not for inspect without --plan");
}

TEST_CASE("inspect --names: names stand beside the weights, in the text and in JSON") {
  const TemporaryFolder folder;
  const std::string data = folder / "rows.svm", model = folder / "rows.model", names = folder / "names";
  write_text(data, "1 1:1 3:-1\n-1 2:1 3:1\n1 1:2\n-1 2:3\n");
  must_run({"train", "-q", "-m", model, data});
  const auto inspect = [&](const std::string& text) {
    write_text(names, text);
    return run({"inspect", model, "--names", names});
  };
  for (const char* text : {"apple\npear tree\nplum\n", "apple\r\npear tree\r\nplum"}) {
    const Outcome shown = inspect(text);
    CHECK(shown.status == 0);
    CHECK(shown.err == "");
    CHECK(has(shown.out, "  feature 1  apple "));
    CHECK(has(shown.out, "  feature 2  pear tree "));
    CHECK(has(shown.out, "  feature 3  plum "));
  }
  CHECK(has(must_run({"inspect", model, "--json", "--names", names}).out, "\"name\": \"pear tree\""));

  const Outcome few = inspect("apple\npear\n");
  CHECK(few.status == 3);
  CHECK(has(few.err, "there are 2 names for the model's 3 features"));
  const Outcome many = inspect("apple\npear\nplum\nfig\nnut\n");
  CHECK(many.status == 0);
  CHECK(has(many.err, "the last 2 of the 5 names are beyond the model's 3 features"));
  CHECK(has(many.out, "  feature 3  plum "));
  refused({"inspect", model, "--names", folder / "absent"}, 1, "absent");
  refused({"inspect", data, "--names", names}, 2, "--names is not for data");
}
