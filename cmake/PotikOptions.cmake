# Compiler settings shared by every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# The core also goes into a shared library (src/host), of which only the ABI is to be seen.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

set(POTIK_SANITIZE "" CACHE STRING "Sanitizers to compile in, as for -fsanitize= (empty for none)")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Paths below the base folder count as relative, so that another checkout finds what this one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()

# -ffp-contract=off: a fused multiply-add rounds differently, and replay compares bytes.
add_library(potik_options INTERFACE)
target_compile_options(potik_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Werror -march=x86-64-v2 -ffp-contract=off -fno-omit-frame-pointer)
target_include_directories(potik_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 sees overlaps in std::string concatenation that are not there (its bug 105651).
  target_compile_options(potik_options INTERFACE -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # The deprecations are those that GCC's own library makes of itself in std::stable_partition.
  target_compile_options(potik_options INTERFACE -Wthread-safety -Wno-deprecated-declarations)
endif()
if(POTIK_SANITIZE)
  target_compile_options(potik_options INTERFACE -fsanitize=${POTIK_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(potik_options INTERFACE -fsanitize=${POTIK_SANITIZE})
endif()
