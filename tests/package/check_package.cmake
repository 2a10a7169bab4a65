# Installs the build tree, moves the installation elsewhere, builds the README's example against it and runs it on a few
# rows:  cmake -DROOT=<source> -DBUILD=<build tree> -DWORK=<scratch folder> -DCOMPILER=<c++>
#                        -P check_package.cmake
cmake_minimum_required(VERSION 3.22)
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/first)
file(RENAME ${WORK}/first ${WORK}/moved)
file(GLOB pages RELATIVE ${ROOT}/man ${ROOT}/man/*.1 ${ROOT}/man/*.7)
list(TRANSFORM pages REPLACE "^(.*)\\.([17])$" "share/man/man\\2/\\1.\\2")
foreach(part bin/sparselearn include/sparselearn/train/train.hpp ${pages}
             share/bash-completion/completions/sparselearn share/zsh/site-functions/_sparselearn
             share/fish/vendor_completions.d/sparselearn.fish share/doc/sparselearn/LICENSE)
  if(NOT EXISTS ${WORK}/moved/${part})
    message(SEND_ERROR "not installed: ${part}")
  endif()
endforeach()

file(READ ${ROOT}/README.md readme)
if(NOT readme MATCHES "\n```cpp\n([^`]*)```\n")
  message(FATAL_ERROR "README.md holds no C++ example")
endif()
file(WRITE ${WORK}/main.cpp "${CMAKE_MATCH_1}")

run(${CMAKE_COMMAND} -S ${ROOT}/tests/package -B ${WORK}/build -G Ninja -DCMAKE_PREFIX_PATH=${WORK}/moved
    -DEXAMPLE=${WORK}/main.cpp -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=Release)
run(${CMAKE_COMMAND} --build ${WORK}/build)
file(WRITE ${WORK}/sample.svm "+1 1:1 3:0.5\n-1 2:1 3:0.25\n+1 1:0.5\n-1 2:2\n")
run(${CMAKE_COMMAND} -E chdir ${WORK} ${WORK}/build/embedding)
if(NOT output MATCHES "^F 0\\.[0-9]+, converged: duality gap")
  message(FATAL_ERROR "the README's example says: ${output}")
endif()
