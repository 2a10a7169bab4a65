# Warnings, hardening and the flags that keep results the same on every compiler and processor.
add_library(sparselearn_options INTERFACE)
target_compile_options(sparselearn_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  -ffp-contract=off          # a fused multiply-add would round differently from machine to machine
  -fno-math-errno            # lets sqrt and the like be single instructions; rounding is untouched
  -fno-trapping-math         # nobody reads the exception flags: lets g++ turn selections into SIMD blends (as clang++ does)
  -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlapping copies and sizes near 2^64 in `"text" + std::to_string(n)` (its bugs 105651, 105329).
  target_compile_options(sparselearn_options INTERFACE -Wno-restrict)
  if(NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)  # which make it forget that the string is a system header's
    target_compile_options(sparselearn_options INTERFACE -Wno-stringop-overflow -Wno-array-bounds)
  endif()
endif()
if(SPARSELEARN_WERROR)
  target_compile_options(sparselearn_options INTERFACE -Werror)
endif()
if(SPARSELEARN_FUZZ)
  target_compile_options(sparselearn_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(SPARSELEARN_SANITIZE)
  target_compile_options(sparselearn_options INTERFACE -fsanitize=${SPARSELEARN_SANITIZE}
                         -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(SPARSELEARN_SANITIZE MATCHES "undefined")  # a third of the compile time; a null pointer is caught when it is used
    target_compile_options(sparselearn_options INTERFACE -fno-sanitize=null,vptr,object-size)
  endif()
  target_link_options(sparselearn_options INTERFACE -fsanitize=${SPARSELEARN_SANITIZE})
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_options(sparselearn_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
target_link_options(sparselearn_options INTERFACE -Wl,-z,relro,-z,now)
