// Runs a loop in the widest form the processor has, chosen at run time: the compiler makes one copy of the
// loop for AVX2 and one for the baseline. Without fused multiply-adds both give the same bits.
#pragma once

namespace sparselearn {

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))

// "flatten" inlines all that body calls, so that it is compiled for this function's target.
template <class Body>
__attribute__((target("avx2"), flatten, noinline)) void run_with_avx2(const Body& body) {
  body();
}

template <class Body>
inline void run_widest(const Body& body) {
  if (__builtin_cpu_supports("avx2"))
    run_with_avx2(body);
  else
    body();
}

#else

template <class Body>
inline void run_widest(const Body& body) {
  body();
}

#endif

}  // namespace sparselearn
