// A system call again for as long as a signal breaks it off before it has done anything.
#pragma once
#include <cerrno>

namespace sparselearn {

template <class Call>
auto uninterrupted(const Call& call) {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

}  // namespace sparselearn
