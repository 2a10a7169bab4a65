#include "sparselearn/base/spill.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <numeric>
#include <thread>
#include <vector>

#include "sparselearn/base/error.hpp"
#include "sparselearn/base/huge_vector.hpp"
#include "temporary_folder.hpp"

using namespace sparselearn;
using tests::TemporaryFolder;

namespace {

constexpr std::uint64_t megabyte = std::uint64_t{1} << 20;

HugeVector<std::uint64_t> counted(std::size_t size) {
  HugeVector<std::uint64_t> numbers(size);
  std::iota(numbers.begin(), numbers.end(), std::uint64_t{0});
  return numbers;
}

/// Bytes of mapped files in memory: unlike all that is resident, without the shadow memory of a sanitizer.
std::uint64_t resident_of_files() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  std::uint64_t shared = 0;
  statm >> size >> resident >> shared;
  return shared * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

TEST_CASE("spill: arrays made while it is in use lie in its file, of this thread or of all") {
  const TemporaryFolder folder;
  Spill spill(folder.path.string(), 1000 * megabyte);
  CHECK(counted(1000).size() == 1000);
  CHECK(spill.bytes() == 0);
  HugeVector<std::uint64_t> numbers;
  {
    const Spill::Use use(spill, Spill::Use::Threads::this_one);
    numbers = counted(1000);
    std::thread([] { counted(1000); }).join();
    CHECK(spill.bytes() == 8000);
  }
  {
    const Spill::Use use(spill, Spill::Use::Threads::all);
    std::thread([] { counted(1000); }).join();
    CHECK(spill.bytes() == 16000);
  }
  counted(1000);
  CHECK(spill.bytes() == 16000);
  CHECK(folder.entries() == 0);  // the file has no name
  for (std::size_t k = 0; k < numbers.size(); ++k) REQUIRE(numbers[k] == k);
}

TEST_CASE("spill: arrays outlive it, are larger than a piece, and are given back in any order") {
  const TemporaryFolder folder;
  std::vector<HugeVector<std::uint64_t>> arrays;
  {
    Spill spill(folder.path.string(), 1000 * megabyte);
    const Spill::Use use(spill, Spill::Use::Threads::this_one);
    for (const std::size_t size : {1U, 9'000'000U, 3U, 8'000'000U, 70'000U}) arrays.push_back(counted(size));
  }
  arrays.erase(arrays.begin() + 1);
  arrays.erase(arrays.begin());
  for (const auto& array : arrays)
    for (std::size_t k = 0; k < array.size(); k += 1001) REQUIRE(array[k] == k);
}

TEST_CASE("spill: pages are let go, and come back as they were") {
  const TemporaryFolder folder;
  CHECK(resident_memory() > 0);
  const std::uint64_t before = resident_of_files();
  Spill spill(folder.path.string(), 1);  // any memory is too much
  HugeVector<std::uint64_t> numbers;
  {
    const Spill::Use use(spill, Spill::Use::Threads::this_one);
    numbers = counted(200 * megabyte / 8);
  }
  std::uint64_t now = resident_of_files();
  for (int wait = 0; wait < 1000 && now > before + 50 * megabyte; ++wait) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    now = resident_of_files();
  }
  CHECK(now <= before + 50 * megabyte);
  std::uint64_t wrong = 0;
  for (std::size_t k = 0; k < numbers.size(); ++k) wrong += numbers[k] == k ? 0 : 1;
  CHECK(wrong == 0);
}

TEST_CASE("spill: a folder that can not be written") {
  CHECK_THROWS_AS(Spill("/nowhere/at/all", megabyte), IoError);
}
