// Fuzzer: any bytes behind a gzip magic. Text or a DataError, and an end.
#include <boost/iostreams/categories.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "data/gunzip_filter.hpp"

namespace {

class StringSource {
 public:
  using char_type = char;
  struct category : boost::iostreams::source_tag {};
  explicit StringSource(std::string bytes) : bytes_(std::move(bytes)) {}
  std::streamsize read(char* out, std::streamsize size) {
    const std::size_t count = bytes_.copy(out, static_cast<std::size_t>(size), at_);
    at_ += count;
    return count == 0 ? -1 : static_cast<std::streamsize>(count);
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string input = "\x1f\x8b\x08";
  input.append(reinterpret_cast<const char*>(bytes), size);
  StringSource source(std::move(input));
  sparselearn::GunzipFilter filter("fuzz");
  char text[4096];
  try {
    while (filter.read(source, text, sizeof text) >= 0) continue;
  } catch (const sparselearn::DataError&) {  // damage is what fuzzers make
  }
  return 0;
}
