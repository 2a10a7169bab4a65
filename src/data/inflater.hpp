// Inflates one gzip member (RFC 1952) at a time, header and checksum included: by ISA-L's igzip where the
// build has it, else by zlib.
#pragma once
#include <cstddef>
#include <memory>

namespace sparselearn {

class Inflater {
 public:
  enum class State { more, member_end, damaged };
  struct Step {
    State state;
    std::size_t consumed;  // bytes of input used up
    std::size_t produced;  // bytes of output written
    const char* reason;    // what is wrong, when damaged
  };

  Inflater();
  ~Inflater();

  /// Goes on until the input is used up, the output full, the member ended or found damaged.
  Step inflate(const char* in, std::size_t in_size, char* out, std::size_t out_size);
  /// Ready for the next member.
  void reset();

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace sparselearn
