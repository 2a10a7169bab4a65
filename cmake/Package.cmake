# cmake --build TREE --target package: a tarball that can be unpacked anywhere and, on Debian, two packages: `sparselearn`,
# and `libsparselearn-dev` with the library.
set(CPACK_PACKAGE_VENDOR "the sparselearn authors")
set(CPACK_PACKAGE_CONTACT "the sparselearn authors <sparselearn@packages.invalid>" CACHE STRING
    "maintainer that the packages name")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_RESOURCE_FILE_README ${PROJECT_SOURCE_DIR}/README.md)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each package begins its description with its own
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS  # whatever the umask
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGE_FILE_NAME ${PROJECT_NAME}-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})

find_program(dpkg_shlibdeps dpkg-shlibdeps)
find_program(file_program file)  # tells CPack which files have dependencies
mark_as_advanced(dpkg_shlibdeps file_program)
if(dpkg_shlibdeps AND file_program)
  list(APPEND CPACK_GENERATOR DEB)
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME sparselearn)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION math)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "gnuplot-nox | gnuplot")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
"large-scale sparse linear learning on one machine
Fits generalised linear models to sparse data in LIBSVM's text format, with
any optimizer of a catalogue: from stochastic gradients to variance reduction,
dual coordinate ascent and second-order methods. It writes a model, a
convergence trace and a certificate of how far from the optimum it stopped.
The same command gives the same bits on any number of threads.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libsparselearn-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libboost-iostreams-dev, libtbb-dev, zlib1g-dev")
if(ISAL_FOUND)
  string(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ", libisal-dev")
endif()
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
"large-scale sparse linear learning, C++20 library
Readers, losses, solvers, the training loop with its certificates and models of
sparselearn, as a static library with headers and a CMake package.")

# What Debian wants otherwise than `cmake --install` does it.
file(TIMESTAMP ${PROJECT_SOURCE_DIR}/CHANGELOG.md CPACK_SPARSELEARN_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(CPACK_SPARSELEARN_SOURCE ${PROJECT_SOURCE_DIR})
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/DebianLayout.cmake)
include(CPack)
