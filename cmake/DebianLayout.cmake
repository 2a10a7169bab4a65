# Run by CPack on the installed files of each package, before it is made: licence and changelog of Debian's form and name,
# man pages and changelog compressed, the library stripped, completions where Debian's zsh looks.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()

# gzip without a time, so that the same files give the same package.
function(compress)
  execute_process(COMMAND gzip -9 -n ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(program ${CPACK_TEMPORARY_DIRECTORY}/program/usr/share)
set(development ${CPACK_TEMPORARY_DIRECTORY}/development/usr/share)
set(licence ${CPACK_SPARSELEARN_SOURCE}/LICENSE)

file(GLOB pages ${program}/man/man*/*.[0-9])
compress(${pages})
file(MAKE_DIRECTORY ${program}/zsh/vendor-completions)
file(RENAME ${program}/zsh/site-functions/_sparselearn ${program}/zsh/vendor-completions/_sparselearn)
file(REMOVE_RECURSE ${program}/zsh/site-functions ${program}/doc/sparselearn/LICENSE)

# As dh_strip does it.
file(GLOB_RECURSE library ${CPACK_TEMPORARY_DIRECTORY}/development/*.a)
execute_process(COMMAND strip --strip-debug --remove-section=.comment --remove-section=.note
                        --enable-deterministic-archives ${library} COMMAND_ERROR_IS_FATAL ANY)

foreach(folder ${program}/doc/sparselearn ${development}/doc/libsparselearn-dev)
  file(MAKE_DIRECTORY ${folder})
  configure_file(${licence} ${folder}/copyright COPYONLY)
  file(WRITE ${folder}/changelog
       "sparselearn (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n"
       "  * What is new in this version is told in CHANGELOG.md.\n\n"
       " -- ${CPACK_PACKAGE_CONTACT}  ${CPACK_SPARSELEARN_DATE}\n")
  compress(${folder}/changelog)
endforeach()
