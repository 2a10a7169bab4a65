// train --cache: caches that are made, used and made again by themselves.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "cli/run_program.hpp"

using namespace sparselearn::tests;

namespace {

struct Kept : TemporaryFolder {
  std::string data, cache;
  explicit Kept(const std::string& lines = sample_data(200))
      : data(*this / "data.svm"), cache(data + ".slc") {
    write_text(data, lines);
  }

  // Trains with the options, checks that it gives the model that the text gives, and returns what was said.
  std::string train(std::vector<std::string> options,
                    const std::vector<std::string>& read_options = {}) const {
    std::vector<std::string> plain{"train", "-q", "-s", "cd", "-m", *this / "expected.model", data};
    plain.insert(plain.end(), read_options.begin(), read_options.end());
    REQUIRE(run(plain).status == 0);
    std::vector<std::string> words{"train", "-s", "cd", "-m", *this / "x.model", data};
    words.insert(words.end(), read_options.begin(), read_options.end());
    words.insert(words.end(), options.begin(), options.end());
    const Outcome outcome = run(words);
    CHECK(outcome.status == 0);
    CHECK(read_text(*this / "x.model") == read_text(*this / "expected.model"));
    return outcome.err;
  }
};

bool wrote(const std::string& said) { return has(said, "note: wrote the cache "); }

}  // namespace

TEST_CASE("--cache: made once, then used") {
  const Kept there;
  CHECK(has(there.train({"--cache"}), "note: wrote the cache " + there.cache + ", "));
  const std::string first = read_text(there.cache);
  CHECK_FALSE(wrote(there.train({"--cache"})));
  CHECK(read_text(there.cache) == first);
  // It is the cache that is read: with the text's size and time kept, the text does not matter.
  const auto time = std::filesystem::last_write_time(there.data);
  write_text(there.data, std::string(std::filesystem::file_size(there.data), '?'));
  std::filesystem::last_write_time(there.data, time);
  CHECK(run({"train", "--cache", there.data}).status == 0);
}

TEST_CASE("--cache: made again when the file or the way it is read has changed") {
  const Kept there;
  CHECK(wrote(there.train({"--cache"})));
  CHECK(wrote(there.train({"--cache"}, {"--index-base", "0"})));
  CHECK_FALSE(wrote(there.train({"--cache"}, {"--index-base", "0"})));
  CHECK(wrote(there.train({"--cache"}, {"--features", "30"})));
  CHECK(wrote(there.train({"--cache"}, {"--unsorted"})));
  CHECK(wrote(there.train({"--cache"}, {"--on-error", "skip"})));
  const auto time = std::filesystem::last_write_time(there.data);
  std::filesystem::last_write_time(there.data, time + std::chrono::microseconds(1));
  CHECK(wrote(there.train({"--cache"}, {"--on-error", "skip"})));
  write_text(there.data, sample_data(150));
  CHECK(wrote(there.train({"--cache"})));
}

TEST_CASE("--cache: made again when it is damaged") {
  const Kept there;
  there.train({"--cache"});
  const std::string whole = read_text(there.cache);
  write_text(there.cache, whole.substr(0, whole.size() / 2));
  CHECK(wrote(there.train({"--cache"})));
  CHECK(read_text(there.cache) == whole);
}

TEST_CASE("--cache: bad lines skipped are told on every run") {
  const Kept there("1 1:1\nbad\n-1 2:1\n");
  for (int k = 0; k < 2; ++k) {
    const std::string said = there.train({"--cache"}, {"--on-error", "skip"});
    CHECK(has(said, "data.svm:2:1: "));
    CHECK(has(said, "note: 1 bad line was skipped"));
  }
  CHECK(run({"train", "--cache", there.data}).status == 3);  // without the option the text is read again
}

TEST_CASE("--cache: what is not its own stays as it is") {
  const Kept there;
  for (const std::string& bytes : {std::string("precious\n"), [&] {
                                     return run({"convert", "--to", "cache", there.data, "-"}).out;
                                   }()}) {
    write_text(there.cache, bytes);
    CHECK(has(there.train({"--cache"}), "data.svm.slc was not made by --cache and is left as it is"));
    CHECK(read_text(there.cache) == bytes);
  }
}

TEST_CASE("--cache-dir: another folder, apart by where the files are") {
  const Kept one, other(sample_data(100));
  const TemporaryFolder caches;
  CHECK(wrote(one.train({"--cache-dir", caches.path.string()})));
  CHECK(wrote(other.train({"--cache-dir", caches.path.string()})));
  CHECK_FALSE(wrote(one.train({"--cache-dir", caches.path.string()})));
  CHECK(caches.entries() == 2);
  CHECK_FALSE(std::filesystem::exists(one.cache));
  CHECK(has(one.train({"--cache-dir", "/no/such"}),
            "note: no cache is kept: cannot create /no/such/data.svm."));
}

TEST_CASE("--cache: a folder that can not be written is a note") {
  const Kept there;
  REQUIRE(::symlink("/no/such/folder", there.cache.c_str()) == 0);  // root may write into every folder
  CHECK(has(there.train({"--cache"}), "note: no cache is kept: cannot create "));
}

TEST_CASE("--cache: several files, folders and validation data, one cache a file and no row twice") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "rows");
  write_text(folder / "rows/a", sample_data(60, 10, 1));
  write_text(folder / "rows/b", sample_data(60, 20, 2));
  write_text(folder / "valid", sample_data(60, 20, 3));
  const auto train = [&](const std::string& model, std::vector<std::string> more) {
    more.insert(more.begin(), {"train", "-s", "cd", "--valid", folder / "valid", "-m", folder / model});
    return run(more);
  };
  REQUIRE(train("expected", {folder / "rows"}).status == 0);
  for (int k = 0; k < 2; ++k) {
    REQUIRE(train("m", {"--cache", folder / "rows"}).status == 0);
    CHECK(read_text(folder / "m") == read_text(folder / "expected"));
  }
  const auto names = {"rows/a.slc", "rows/b.slc", "valid.slc"};
  for (const char* name : names) CHECK(std::filesystem::exists(folder / name));
  // The folder, and all of its files by name, as a shell's * gives them.
  REQUIRE(train("m", {folder / "rows"}).status == 0);
  CHECK(read_text(folder / "m") == read_text(folder / "expected"));
  REQUIRE(train("m", {folder / "rows/a", folder / "rows/a.slc", folder / "rows/b", folder / "rows/b.slc"})
              .status == 0);
  CHECK(read_text(folder / "m") == read_text(folder / "expected"));
  REQUIRE(train("m", {folder / "rows/a.slc", folder / "rows/b.slc"}).status == 0);
  CHECK(read_text(folder / "m") == read_text(folder / "expected"));
}

TEST_CASE("--cache: not of standard input") {
  const Outcome outcome = run({"train", "--cache", "-"}, sample_data(10));
  CHECK(outcome.status == 2);
  CHECK(has(outcome.err, "name a file"));
}
