#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "model/sample_models.hpp"
#include "sparselearn/base/error.hpp"
#include "temporary_folder.hpp"

using namespace sparselearn;
using namespace sparselearn::tests;

namespace {

const std::string golden = SPARSELEARN_SOURCE_DIR "/tests/golden/";

Model parsed(const std::string& bytes) {
  const TemporaryFolder folder;
  write_text(folder / "model", bytes);
  return read_model(folder / "model");
}

/// Without the line that tells which program wrote the file.
std::string without_version(const std::string& text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string line = text.substr(at, end - at);
    if (!line.starts_with("version ") && !line.starts_with("  \"version\"")) kept += line;
    at = end;
  }
  return kept;
}

/// The message of the DataError that reading must end in.
std::string complaint(const std::string& bytes) {
  try {
    parsed(bytes);
  } catch (const DataError& error) {
    return error.what();
  }
  return "it was accepted";
}

}  // namespace

TEST_CASE("model: text and binary read back what was written, bit for bit") {
  for (const Model& model : {extreme_model(), class_model(), multilabel_model(), regression_model()})
    for (const ModelFormat format : {ModelFormat::text, ModelFormat::binary})
      check_same(parsed(written(model, format)), model);
}

TEST_CASE("model: multilabel with one label, and what does not go with lists of labels") {
  Model model = multilabel_model();
  for (const ModelFormat format : {ModelFormat::liblinear, ModelFormat::vw})
    CHECK_THROWS_WITH_AS(written(model, format), doctest::Contains("--multilabel"), UsageError);
  model.outputs = 1;
  model.labels = {7};
  model.loss_options.classes = 2;
  model.weights = {0.5, 0, -1};
  model.bias = {0.5};
  for (const ModelFormat format :
       {ModelFormat::text, ModelFormat::binary, ModelFormat::json, ModelFormat::csv})
    check_same(parsed(written(model, format)), model);
  CHECK_THROWS_AS(written(model, ModelFormat::vw), UsageError);
  const std::string text = written(model, ModelFormat::text);
  CHECK(complaint(replaced(text, "multilabel 1\n", "")).find("expected two labels") != std::string::npos);
  CHECK(complaint(replaced(text, "labels 7", "labels 7 8")).find("expected 1 label, one an output") !=
        std::string::npos);
  CHECK(complaint(replaced(text, "multilabel 1", "multilabel 2")).find("expected 0 or 1") !=
        std::string::npos);
  CHECK(complaint(replaced(text, "bias 0.5", "bias 0.5\nplatt -1 0")).find("a calibration is given") !=
        std::string::npos);
}

TEST_CASE("model: a calibration is kept by every format but LIBLINEAR's") {
  for (const auto kind : {Calibration::Kind::platt, Calibration::Kind::isotonic}) {
    const Model model = calibrated_model(kind);
    for (const ModelFormat format :
         {ModelFormat::text, ModelFormat::binary, ModelFormat::json, ModelFormat::csv, ModelFormat::vw})
      check_same(parsed(written(model, format)), model);
    CHECK_THROWS_AS(written(model, ModelFormat::liblinear), UsageError);
  }
}

TEST_CASE("model: the files are those of tests/golden, but for the program's version") {
  const auto check = [](const Model& model, ModelFormat format, const std::string& name) {
    CHECK(without_version(written(model, format)) == without_version(read_text(golden + name)));
  };
  check(extreme_model(), ModelFormat::text, "extreme.model");
  check(class_model(), ModelFormat::text, "classes.model");
  check(regression_model(), ModelFormat::text, "regression.model");
  check(class_model(), ModelFormat::json, "classes.json");
  check(class_model(), ModelFormat::liblinear, "classes.liblinear");
}

TEST_CASE("model: binary and text files of version 1 stay readable") {
  check_same(read_model(golden + "classes.bin"), class_model());
  check_same(read_model(golden + "extreme.model"), extreme_model());
}

TEST_CASE("model: a text file cut anywhere is refused") {
  const std::string whole = written(class_model(), ModelFormat::text);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK_THROWS_AS(parsed(whole.substr(0, size)), DataError);
  }
}

TEST_CASE("model: a binary file cut anywhere is refused") {
  const std::string whole = written(class_model(), ModelFormat::binary);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK_THROWS_AS(parsed(whole.substr(0, size)), DataError);
  }
  CHECK(complaint(whole.substr(0, 100)).find("damaged at byte 100: the file ends here") != std::string::npos);
  CHECK_THROWS_AS(parsed(whole + '\0'), DataError);
}

TEST_CASE("model: a binary file with any bit flipped is refused") {
  const std::string whole = written(class_model(), ModelFormat::binary);
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    CAPTURE(bit);
    CHECK_THROWS_AS(parsed(damaged), DataError);
  }
}

TEST_CASE("model: unknown versions are named") {
  const std::string text = written(class_model(), ModelFormat::text);
  CHECK(complaint(replaced(text, "model 1\n", "model 2\n"))
            .find("format version 2; this program reads version 1") != std::string::npos);
  std::string binary = written(class_model(), ModelFormat::binary);
  binary[8] = 7;
  CHECK(complaint(binary).find("format version 7") != std::string::npos);
}

TEST_CASE("model: what is wrong in a text file is told with its line and column") {
  const std::string text = written(regression_model(), ModelFormat::text);
  const auto tell = [&](const std::string& old, const std::string& fresh) {
    return complaint(replaced(text, old, fresh));
  };
  CHECK(tell("features 2", "features -2")
            .find(":3:1: error: expected a count below 2^32 after 'features', found '-2'") !=
        std::string::npos);
  CHECK(tell("features 2", "features 1").find("more weights than features") != std::string::npos);
  CHECK(tell("features 2\n", "").find("'features' is missing") != std::string::npos);
  CHECK(tell("features 2\n", "features 2\nfeatures 2\n").find("'features' is given twice") !=
        std::string::npos);
  CHECK(tell("outputs 1", "outputs 3").find("expected 3 labels") != std::string::npos);
  CHECK(complaint(replaced(written(class_model(), ModelFormat::text), "labels 1 2 5", "labels 1 5 2"))
            .find("expected labels that ascend") != std::string::npos);
  CHECK(tell("intercept 0", "intercept 1").find("expected 1 values of bias") != std::string::npos);
  CHECK(complaint(replaced(written(class_model(), ModelFormat::text), "weights 2", "weights 3"))
            .find("the file ends where a weight should be") != std::string::npos);
  CHECK(tell("weights 2", "weights 1").find("expected the end of the file after 1 weights") !=
        std::string::npos);
  CHECK(tell("weights 2", "weights").find("expected a count after 'weights'") != std::string::npos);
  CHECK(tell("1 1.5", "1 1.5 2").find("expected the end of the line") != std::string::npos);
  CHECK(tell("1 1.5", "1").find("expected a finite weight") != std::string::npos);
  CHECK(tell("1 1.5", "1 nan").find(":3: error: expected a finite weight") != std::string::npos);
  CHECK(tell("1 1.5", "1 1e999").find("expected a finite weight") != std::string::npos);
  CHECK(tell("1 1.5", "0 1.5").find("expected an index from 1 to 2") != std::string::npos);
  CHECK(tell("2 -2", "3 -2").find("expected an index from 1 to 2") != std::string::npos);
  CHECK(tell("2 -2", "1 -2").find("indices ascend") != std::string::npos);
}

TEST_CASE("model: hostile counts are refused before memory is asked for") {
  const std::string text = written(regression_model(), ModelFormat::text);
  CHECK(complaint(replaced(text, "weights 2", "weights 18446744073709551615")).find("more weights") !=
        std::string::npos);
  CHECK(complaint(replaced(text, "features 2", "features 18446744073709551615")).find("below 2^32") !=
        std::string::npos);
  std::string many = replaced(text, "outputs 1", "outputs 1000");
  std::string labels = "labels 0";
  for (int k = 1; k < 1000; ++k) labels += ' ' + std::to_string(k);
  many = replaced(many, "features 2", labels + "\nfeatures 4294967295");
  CHECK(complaint(many).find("do not fit into this machine's memory") != std::string::npos);

  const std::string binary = written(class_model(), ModelFormat::binary);
  for (const std::size_t field : {16U, 24U, 32U})
    for (const std::uint64_t count :
         {UINT64_MAX, UINT64_MAX / 8, std::uint64_t{1} << 40, std::uint64_t{1} << 61}) {
      std::string hostile = binary;
      for (std::size_t k = 0; k < 8; ++k) hostile[field + k] = static_cast<char>(count >> (8 * k));
      CAPTURE(field);
      CHECK(complaint(hostile).find("not the size its first bytes promise") != std::string::npos);
    }
}

TEST_CASE("model: other files are not taken for models") {
  CHECK(complaint("").find("the file is empty") != std::string::npos);
  CHECK(complaint("+1 1:0.5\n").find("not a model") != std::string::npos);
  CHECK(complaint("sparselearn-models 1\n").find("not a model") != std::string::npos);
}

TEST_CASE("model: weights that are not finite are not written") {
  Model model = regression_model();
  model.weights[1] = std::numeric_limits<double>::quiet_NaN();
  const TemporaryFolder folder;
  CHECK_THROWS_AS(write_model(model, folder / "model"), DivergedError);
  CHECK(folder.entries() == 0);
}

TEST_CASE("model: unknown keys survive, CRLF is read") {
  const std::string text = written(regression_model(), ModelFormat::text);
  const Model model = parsed(replaced(text, "weights 2", "colour dark blue\nweights 2"));
  REQUIRE(model.extra.size() == 1);
  CHECK(model.extra[0] == std::pair<std::string, std::string>{"colour", "dark blue"});
  std::string crlf;
  for (const char c : text) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  check_same(parsed(crlf), regression_model());
}

TEST_CASE("is_model: by the first bytes, nothing else is read") {
  CHECK(is_model(golden + "classes.model"));
  CHECK(is_model(golden + "classes.bin"));
  CHECK(is_model(golden + "classes.json"));
  CHECK(is_model(golden + "classes.liblinear"));
  CHECK_FALSE(is_model(golden + "rows.svm"));
  CHECK_FALSE(is_model("/dev/zero"));
  CHECK_FALSE(is_model("/no/such"));
  CHECK_FALSE(is_model("/"));
}
