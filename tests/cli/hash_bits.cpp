// --hash-bits from end to end.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "cli/run_program.hpp"

using namespace sparselearn::tests;

namespace {

struct Workshop : TemporaryFolder {
  Outcome train(const std::string& data, std::vector<std::string> options) const {
    options.insert(options.begin(), {"train", "-q", "-m", *this / "hashed.model"});
    options.push_back(data);
    return run(options);
  }
};

// Three features that are far apart, two of which tell the label.
std::string rows(const char* first, const char* second) {
  std::string text;
  for (int i = 0; i < 50; ++i)
    text += (i % 2 == 0 ? std::string("+1 ") + first : std::string("-1 ") + second) +
            ":1 4000000000:" + std::to_string(i % 7 + 1) + '\n';
  return text;
}

}  // namespace

TEST_CASE("hash-bits: the model has 2^B features, and predictions hash as it says") {
  const Workshop folder;
  write_text(folder / "rows.svm", rows("12", "3000000000"));
  for (const std::string format : {"text", "binary", "json", "csv"}) {
    CAPTURE(format);
    const Outcome trained =
        folder.train(folder / "rows.svm", {"--hash-bits", "10", "--model-format", format});
    CAPTURE(trained.err);
    REQUIRE(trained.status == 0);
    const Outcome labels = run({"predict", "-q", folder / "hashed.model", folder / "rows.svm"});
    CAPTURE(labels.err);
    REQUIRE(labels.status == 0);
    std::string wanted;
    for (int i = 0; i < 50; ++i) wanted += i % 2 == 0 ? "1\n" : "-1\n";
    CHECK(labels.out == wanted);
  }
  CHECK(folder.train(folder / "rows.svm", {"--hash-bits", "10"}).status == 0);
  const std::string model = read_text(folder / "hashed.model");
  CHECK(model.find("\nfeatures 1024\n") != std::string::npos);
  CHECK(model.find("\nhash_bits 10\n") != std::string::npos);
}

TEST_CASE("hash-bits: a cache that is kept holds the features of the text") {
  const Workshop folder;
  const std::string data = folder / "rows.svm";
  write_text(data, sample_data(200));
  const auto model = [&](const std::vector<std::string>& options) {
    const Outcome outcome = folder.train(data, options);
    CAPTURE(outcome.err);
    REQUIRE(outcome.status == 0);
    return read_text(folder / "hashed.model");
  };
  const std::string hashed = model({"--hash-bits", "4"}), plain = model({});
  CHECK(hashed != plain);
  CHECK(model({"--hash-bits", "4", "--cache"}) == hashed);  // makes it
  CHECK(std::filesystem::exists(data + ".slc"));
  CHECK(model({"--hash-bits", "4", "--cache"}) == hashed);  // reads it
  CHECK(model({"--cache"}) == plain);
  CHECK(model({"--hash-bits", "4", "--stream"}) == hashed);
  CHECK(model({"--hash-bits", "4", "--threads", "1"}) == hashed);
}

TEST_CASE("hash-bits: what does not go together is refused") {
  const Workshop folder;
  write_text(folder / "rows.svm", rows("1", "2"));
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--hash-bits", "0"},
                                                {"--hash-bits", "32"},
                                                {"--hash-bits", "10", "--features", "5"},
                                                {"--hash-bits", "10", "--model-format", "liblinear"},
                                                {"--hash-bits", "10", "--model-format", "vw"},
                                                {"--hash-bits", "10", "--input-format", "csv"}}) {
    const Outcome outcome = folder.train(folder / "rows.svm", words);
    CAPTURE(outcome.err);
    CHECK(outcome.status == 2);
  }
  REQUIRE(folder.train(folder / "rows.svm", {"--hash-bits", "10"}).status == 0);
  const Outcome other = run({"train", "-q", "--warm-start", folder / "hashed.model", "--hash-bits", "11",
                             "-m", folder / "next.model", folder / "rows.svm"});
  CAPTURE(other.err);
  CHECK(other.status == 2);
  const Outcome same = run({"train", "-q", "--warm-start", folder / "hashed.model", "-m",
                            folder / "next.model", folder / "rows.svm"});
  CAPTURE(same.err);
  CHECK(same.status == 0);
  CHECK(read_text(folder / "next.model").find("\nhash_bits 10\n") != std::string::npos);
}
