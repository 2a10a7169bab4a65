# cmake --install: program, library, headers, a CMake package that can be moved, man pages and completions. The components
# are the packages of cmake/Package.cmake: what users run, and what programs are built with.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/sparselearn)

install(TARGETS sparselearn_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(TARGETS sparselearn EXPORT sparselearn_targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY include/sparselearn DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)

install(EXPORT sparselearn_targets NAMESPACE sparselearn:: DESTINATION ${package_folder} COMPONENT development)
configure_package_config_file(cmake/sparselearnConfig.cmake.in sparselearnConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(sparselearnConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/sparselearnConfig.cmake ${PROJECT_BINARY_DIR}/sparselearnConfigVersion.cmake
              cmake/FindISAL.cmake
        DESTINATION ${package_folder} COMPONENT development)

foreach(section 1 7)
  file(GLOB pages CONFIGURE_DEPENDS man/*.${section})
  install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} COMPONENT program)
endforeach()
# The program knows its own options: it writes the completions.
set(completion_bash ${CMAKE_INSTALL_DATADIR}/bash-completion/completions sparselearn)
set(completion_zsh ${CMAKE_INSTALL_DATADIR}/zsh/site-functions _sparselearn)
set(completion_fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d sparselearn.fish)
foreach(shell bash zsh fish)
  set(script ${PROJECT_BINARY_DIR}/completions/sparselearn.${shell})
  add_custom_command(OUTPUT ${script} DEPENDS sparselearn_program
                     COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/completions
                     COMMAND sparselearn_program completion ${shell} > ${script} VERBATIM)
  list(APPEND completion_scripts ${script})
  list(GET completion_${shell} 0 folder)
  list(GET completion_${shell} 1 name)
  install(FILES ${script} DESTINATION ${folder} RENAME ${name} COMPONENT program)
endforeach()
add_custom_target(completions ALL DEPENDS ${completion_scripts})

install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
