# The target `locks`: clang reads every source of our rooms and checks that what
# a lock guards is touched under it. Only what changed is read again.
find_program(MAILLAGE_CLANG clang++-14)
add_custom_target(locks)
if(NOT MAILLAGE_CLANG)
  add_custom_command(TARGET locks VERBATIM
    COMMAND ${CMAKE_COMMAND} -E echo "clang++-14 is not there: locks are not checked")
  return()
endif()

# Adds the targets that are declared in `dir` and below.
function(maillage_targets_below dir out)
  get_property(targets DIRECTORY ${dir} PROPERTY BUILDSYSTEM_TARGETS)
  get_property(children DIRECTORY ${dir} PROPERTY SUBDIRECTORIES)
  foreach(child ${children})
    maillage_targets_below(${child} below)
    list(APPEND targets ${below})
  endforeach()
  set(${out} ${targets} PARENT_SCOPE)
endfunction()

function(maillage_check_locks target)
  get_target_property(sources ${target} SOURCES)
  get_target_property(dir ${target} SOURCE_DIR)
  list(FILTER sources INCLUDE REGEX "\\.cc$")
  foreach(source ${sources})
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${dir})
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE name)
    set(stamp ${CMAKE_CURRENT_BINARY_DIR}/locks/${name}.ok)
    cmake_path(GET stamp PARENT_PATH folder)
    file(MAKE_DIRECTORY ${folder})
    add_custom_command(OUTPUT ${stamp} DEPFILE ${stamp}.d DEPENDS ${source} maillage_grpc
      COMMAND ${MAILLAGE_CLANG} -std=c++20 -fsyntax-only -Wno-everything -Wthread-safety -Werror=thread-safety
        "-I$<JOIN:$<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>,;-I>"
        "$<$<BOOL:$<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>>:-D$<JOIN:$<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>,;-D>>"
        -MMD -MF ${stamp}.d -MT ${stamp} ${source}
      COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
      COMMENT "Checking the locks of ${name}" COMMAND_EXPAND_LISTS VERBATIM)
    set_property(GLOBAL APPEND PROPERTY MAILLAGE_LOCK_STAMPS ${stamp})
  endforeach()
endfunction()

foreach(tree client server)
  maillage_targets_below(${CMAKE_SOURCE_DIR}/${tree} targets)
  foreach(target ${targets})
    get_target_property(type ${target} TYPE)
    if(type MATCHES "LIBRARY|EXECUTABLE")
      maillage_check_locks(${target})
    endif()
  endforeach()
endforeach()
get_property(stamps GLOBAL PROPERTY MAILLAGE_LOCK_STAMPS)
add_custom_target(locks_read DEPENDS ${stamps})
add_dependencies(locks locks_read)
