// `train --checkpoint` and `--resume`: breaks of every kind, and what is refused.
#include <doctest/doctest.h>

#include <csignal>

#include "cli/run_program.hpp"
#include "cli/trace_text.hpp"
#include "sparselearn/base/number.hpp"
#include "sparselearn/base/random.hpp"
#include "sparselearn/train/checkpoint.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

using Words = std::vector<std::string>;

/// A folder with data, and runs that write model `m`, trace `t` and checkpoint `c` there.
struct Bench : TemporaryFolder {
  std::string data, model, trace, checkpoint;
  explicit Bench(const std::string& rows = sample_data(200))
      : data(*this / "data"), model(*this / "m"), trace(*this / "t"), checkpoint(*this / "c") {
    write_text(data, rows);
  }

  Words words(const Words& options) const {
    Words all{"train", "-m", model, "--trace", trace};
    all.insert(all.end(), options.begin(), options.end());
    all.push_back(data);
    return all;
  }
  Words begin(Words options) const {
    options.insert(options.end(), {"--checkpoint", checkpoint});
    return words(options);
  }
  Words resume(Words options) const {
    options.insert(options.end(), {"--resume", checkpoint});
    return words(options);
  }
  /// What a run that ended well wrote.
  std::string written() const { return read_text(model) + without_times(read_text(trace)); }
};

Words operator+(Words a, const Words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

void check(const Outcome& outcome, int status, const std::string& message = "") {
  CAPTURE(outcome.err);
  CHECK(outcome.status == status);
  CHECK(has(outcome.err, message));
}

std::string three_labels() {
  std::string text;
  Random random(3);
  for (int i = 0; i < 150; ++i) {
    text += std::to_string(i % 3);
    for (std::uint64_t j = 1; j < 12; ++j)
      if (random.below(2) == 0)
        text += " " + std::to_string(j) + ":" + std::to_string(random.below(9) + j % 3);
    text += "\n";
  }
  return text;
}

const Words sgd_run{"-s", "sgd", "--tol", "0", "-e", "40", "--trace-every", "1.5"};

}  // namespace

TEST_CASE("resume: a run that stopped at its time limit comes to the bytes of one that did not") {
  const Words kinds[] = {
      sgd_run,
      {"--tol", "1e-8"},
      {"-s", "lbfgs", "--intercept", "--l1", "1e-3", "--tol", "1e-9"},
      {"-s", "sgd", "--switch-to", "saga", "--switch-at", "3", "-e", "30", "--tol", "0"},
      {"-s", "saga", "--l1", "0.01", "--continuation", "3", "-e", "30", "--tol", "0"},
      {"--loss", "hinge", "-s", "sgd", "--continuation", "3", "--continuation-by", "smoothing", "-e", "30"},
      {"-s", "sgd", "--valid-fraction", "0.3", "--early-stop", "4", "--tol", "0", "--metric", "auc"},
      {"-s", "adam", "--mode", "deterministic", "--class-weight", "balanced", "-e", "20", "--tol", "0"},
      {"--multiclass", "ovr", "--tol", "1e-6"},
      {"--multiclass", "ovr", "-s", "svrg", "--tol", "0", "-e", "12"},
      {"--multilabel", "-s", "saga", "--tol", "0", "-e", "12"},
      {"--loss", "softmax", "-s", "saga", "--tol", "0", "-e", "12"},
  };
  for (const Words& options : kinds) {
    CAPTURE(options);
    const bool classes = options[0].starts_with("--multi") || options[1] == "softmax";
    const Bench bench(classes ? three_labels() : sample_data(200));
    REQUIRE(run(bench.words(options)).status == 0);
    const std::string whole = bench.written();
    REQUIRE(whole.size() > 100);
    for (const char* limit : {"1e-9", "0.0005", "0.002"}) {
      CAPTURE(limit);
      check(run(bench.begin(options + Words{"--time-limit", limit, "--checkpoint-every", "0"})), 0);
      REQUIRE(std::filesystem::exists(bench.checkpoint));
      check(run(bench.resume(options + Words{"--threads", "1"})), 0, "\nresumed     " + bench.checkpoint);
      CHECK(bench.written() == whole);
    }
  }
}

TEST_CASE("resume: a run that had ended is not run again; its model and trace are written once more") {
  for (const Words& options : {sgd_run, Words{"--tol", "1e-6"}}) {
    const Bench bench;
    REQUIRE(run(bench.begin(options)).status == 0);
    const std::string model = read_text(bench.model), trace = read_text(bench.trace),
                      state = read_text(bench.checkpoint);
    std::filesystem::remove(bench.model);
    std::filesystem::remove(bench.trace);
    check(run(bench.resume(options)), 0);
    CHECK(read_text(bench.model) == model);
    CHECK(read_text(bench.trace) == trace);  // with its seconds
    CHECK(read_text(bench.checkpoint) == state);
  }
}

TEST_CASE("resume: --checkpoint says where to keep the state from then on") {
  const Bench bench;
  REQUIRE(run(bench.begin(sgd_run + Words{"--time-limit", "1e-9"})).status == 0);
  const std::string state = read_text(bench.checkpoint);
  check(run(bench.resume(sgd_run + Words{"--checkpoint", bench / "other"})), 0);
  CHECK(read_text(bench.checkpoint) == state);
  CHECK(read_checkpoint(bench / "other").runs.size() == 1);
  CHECK(read_text(bench / "other") != state);
}

TEST_CASE("resume: SIGINT and SIGTERM end with 130 and leave checkpoint, model and trace") {
  for (const int number : {SIGINT, SIGTERM})
    for (const bool again : {false, true}) {
      const Bench bench(sample_data(1000));
      const Words endless{"-s", "sgd", "--tol", "0", "-e", "1e9", "--trace-every", "1e9"};
      if (again) REQUIRE(run(bench.begin(endless + Words{"--time-limit", "0.001"})).status == 0);
      Running program(bench, again ? bench.resume(endless) : bench.begin(endless));
      REQUIRE(program.wait_for("\nsolver "));
      program.signal(number);
      check(program.wait(), 130, "\ncheckpoint  " + bench.checkpoint + "\nnot converged: interrupted, ");
      CHECK(read_text(bench.model).starts_with("sparselearn-model 1\n"));
      CHECK(cells(read_text(bench.trace)).size() == 3);  // header, row 0, the epoch it ended in
      CHECK(read_checkpoint(bench.checkpoint).runs.size() == 1);
    }
}

TEST_CASE(
    "resume: other options are named with both values, exit code 2; spelling, threads and files may differ") {
  const Bench bench;
  const Words options{"-s", "sgd", "--tol", "0", "-e", "8", "--l2", "0.01", "--valid-fraction", "0.2"};
  REQUIRE(run(bench.begin(options + Words{"--time-limit", "1e-9"})).status == 0);
  const auto other = [&](const Words& more, const std::string& difference) {
    const Outcome outcome = run(bench.resume(options + more));
    check(outcome, 2, "the checkpoint " + bench.checkpoint + " is of another run: " + difference);
    CHECK(has(outcome.err, "; give what that run was given, or start anew without --resume\n"));
  };
  other({"--l2", "0.02"}, "--l2 was 0.01 there and is 0.02 here");
  other({"--l1", "1"}, "--l1 was 0 there and is 1 here");
  other({"--intercept"}, "--intercept was not given there and is given here");
  other({"-s", "saga"}, "--solver was sgd there and is saga here");
  other({"-e", "9"}, "--epochs was 8 there and is 9 here");
  other({"--seed", "2"}, "--seed was 1 there and is 2 here");
  other({"--averaging", "uniform"}, "--averaging was auto there and is uniform here");
  other({"--schedule", "cosine"}, "--schedule was auto there and is cosine here");
  other({"--early-stop", "3"}, "--early-stop was 0 there and is 3 here");
  other({"--positive", "-1"}, "--positive was not given there and is -1 here");
  other({"--trace-every", "2"}, "--trace-every was 1 there and is 2 here");
  check(run(bench.resume(options + Words{"--l2", "1e-2", "-e", "8.0", "--threads", "2", "-v", "--time-limit",
                                         "100", "--model-format", "json", "--summary", bench / "s"})),
        0);
}

TEST_CASE(
    "resume: other rows, labels, weights, validation data or start are refused; the same under another name "
    "are not") {
  const Bench bench;
  const std::string rows = read_text(bench.data), weights = bench / "w", valid = bench / "v",
                    start = bench / "s";
  std::string ones, twos;
  for (int i = 0; i < 200; ++i) {
    ones += "1\n";
    twos += i == 7 ? "2\n" : "1\n";
  }
  write_text(weights, ones);
  write_text(valid, sample_data(30, 20, 4));
  REQUIRE(run({"train", "-q", "-m", start, bench.data}).status == 0);
  const Words options{"-s", "sgd", "--tol", "0", "-e", "5"};
  const Words files{"--weights", weights, "--valid", valid, "--warm-start", start};
  REQUIRE(run(bench.begin(options + files + Words{"--time-limit", "1e-9"})).status == 0);
  const auto other = [&](const std::string& path, const std::string& text, const std::string& what) {
    const std::string before = read_text(path);
    write_text(path, text);
    check(run(bench.resume(options + files)), 2, "is of another run: " + what + " was ");
    write_text(path, before);
  };
  other(bench.data, sample_data(200, 20, 2), "the data");
  other(bench.data, sample_data(200, 21), "the data");
  other(bench.data, (rows[0] == '+' ? "-" : "+") + rows.substr(1), "the data");
  other(weights, twos, "the data");
  other(valid, sample_data(30, 20, 5), "the validation data");
  std::string moved = read_text(start);
  moved[moved.rfind('.') + 2] ^= 1;  // a digit becomes another
  other(start, moved, "the model of --warm-start");
  check(run(bench.resume(options + Words{"--weights", weights, "--valid", valid})), 2,
        "the model of --warm-start was one of checksum ");
  check(run(bench.resume(options)), 2, "is of another run: ");

  // One file less and one name more: the same rows.
  const std::string copy = bench / "copy";
  std::filesystem::rename(bench.data, copy);
  std::filesystem::rename(valid, bench / "v2");
  Words again =
      bench.resume(options + Words{"--weights", weights, "--valid", bench / "v2", "--warm-start", start});
  again.back() = copy;
  check(run(again), 0);
}

TEST_CASE("resume: labels of other names are other data") {
  const Bench bench("1 1:1 2:0.5\n2 2:1\n1 1:2\n2 3:1\n");
  REQUIRE(run(bench.begin(sgd_run + Words{"--time-limit", "1e-9"})).status == 0);
  write_text(bench.data, "1 1:1 2:0.5\n3 2:1\n1 1:2\n3 3:1\n");
  check(run(bench.resume(sgd_run)), 2,
        "the data was 4 rows, 3 features from 1, 5 nonzeros, weight 4 (checksum ");
}

TEST_CASE("resume: from a pipe and from a cache as from the text") {
  const Bench bench;
  REQUIRE(run(bench.words(sgd_run)).status == 0);
  const std::string whole = read_text(bench.model);
  const std::string text = read_text(bench.data), cache = bench / "cache";
  REQUIRE(run({"convert", bench.data, cache}).status == 0);
  REQUIRE(run(bench.begin(sgd_run + Words{"--time-limit", "1e-9"})).status == 0);
  const std::string state = read_text(bench.checkpoint);
  for (const std::string& source : {cache, std::string("-")}) {
    write_text(bench.checkpoint, state);
    Words words = bench.resume(sgd_run);
    words.back() = source;
    check(run(words, text), 0);
    CHECK(read_text(bench.model) == whole);
  }
}

TEST_CASE("resume: a damaged, foreign or missing checkpoint") {
  const Bench bench;
  REQUIRE(run(bench.begin(sgd_run + Words{"--time-limit", "0.001"})).status == 0);
  const std::string good = read_text(bench.checkpoint);
  std::filesystem::remove(bench.model);
  for (std::size_t at = 0; at < good.size(); at += 1 + good.size() / 25) {
    CAPTURE(at);
    std::string bad = good;
    bad[at] ^= 4;
    write_text(bench.checkpoint, bad);
    check(run(bench.resume(sgd_run)), 3, bench.checkpoint + ": error: the checkpoint ");
    check(run(bench.resume(sgd_run)), 3, "at byte ");
    CHECK(read_text(bench.checkpoint) == bad);
    write_text(bench.checkpoint, good.substr(0, at));
    check(run(bench.resume(sgd_run)), 3, "the checkpoint is damaged at byte " + std::to_string(at));
  }
  write_text(bench.checkpoint, good);
  Checkpoint forged = read_checkpoint(bench.checkpoint);  // whole by its checksum
  forged.runs[0].pop_back();
  write_checkpoint(forged, bench.checkpoint);
  check(run(bench.resume(sgd_run)), 3, bench.checkpoint + ": error: the checkpoint is damaged: ");
  std::string newer = good;
  newer[8] = 2;
  write_text(bench.checkpoint, newer);
  check(run(bench.resume(sgd_run)), 3, "the checkpoint has format version 2");
  write_text(bench.checkpoint, read_text(bench.data));
  check(run(bench.resume(sgd_run)), 3, "it does not begin as one");
  std::filesystem::remove(bench.checkpoint);
  check(run(bench.resume(sgd_run)), 1, "cannot read " + bench.checkpoint + ": No such file or directory");
  CHECK_FALSE(std::filesystem::exists(bench.model));
}

TEST_CASE("resume: a checkpoint that can not be written is told, and does not take the model along") {
  const Bench bench;
  for (const char* every : {"0", "60"}) {
    const Outcome outcome =
        run(bench.words(sgd_run + Words{"--checkpoint", "/dev/full", "--checkpoint-every", every}));
    check(outcome, 1, "error: cannot write /dev/full: No space left on device\n");
    CHECK(has(outcome.err, "No space left on device; training goes on\n") == (every[0] == '0'));
    CHECK(read_text(bench.model).starts_with("sparselearn-model 1\n"));
    CHECK(cells(read_text(bench.trace)).size() > 20);
    std::filesystem::remove(bench.model);
  }
}

TEST_CASE("resume: a lock-free run goes on, though not to the same bits") {
  for (const char* solver : {"sgd", "saga", "svrg", "ftrl"}) {
    const Bench bench;
    const Words options{"-s", solver, "--mode", "hogwild", "--tol", "0", "-e", "9", "--threads", "2"};
    REQUIRE(run(bench.begin(options + Words{"--time-limit", "0.0005"})).status == 0);
    check(run(bench.resume(options)), 0, "\nnot converged: epoch limit");
    CHECK(parse_double(cells(read_text(bench.trace)).back()[8]).value() >= 9);
  }
}

TEST_CASE("resume: what does not go together is refused") {
  const Bench bench;
  check(run(bench.words({"--checkpoint-every", "3"})), 2,
        "--checkpoint-every needs --checkpoint or --resume");
  check(run(bench.begin({"--checkpoint-every", "-1"})), 2, "--checkpoint-every: expected a number >= 0");
  check(run(bench.resume({"--trace-append"})), 2, "--trace-append does not go with --resume");
  check(run(bench.begin({"--warm-start", bench.model})), 2, "write the new one elsewhere");
  check(run(bench.words({"--checkpoint", "-"})), 2, "a checkpoint is a file, not standard input or output");
  check(run(bench.words({"--resume", "-"})), 2, "a checkpoint is a file, not standard input or output");
  check(run(bench.words({"--checkpoint", bench.model})), 2, "' is written twice");
  check(run(bench.words({"--checkpoint", bench.data})), 2, "' is both read and written");
  check(run(bench.words({"--resume", bench.trace, "--checkpoint", bench.checkpoint})), 2,
        "' is both read and written");
  check(run(bench.words({"--checkpoint", "/no/such/c"})), 1,
        "cannot create /no/such/c: No such file or directory");
  check(run(bench.begin({"--checkpoint-every", "0.25", "--tol", "1e-3"})), 0,
        "\ncheckpoint  " + bench.checkpoint);
}
