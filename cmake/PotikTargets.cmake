# Four ways to declare a target, so that each folder reads as a list of files and of what they use.
#   potik_library(NAME SOURCES a.cc b.cc DEPS base event)        -> static library potik_NAME
#   potik_test(NAME SOURCES a_test.cc DEPS base [ARGS ...])      -> gtest binary NAME, registered with CTest
#   potik_test(NAME ... KAFKA)  -> with the run's shared broker: POTIK_TEST_KAFKA is its address, and the name of every
#                                  topic begins with POTIK_TEST_KAFKA_PREFIX; skipped where no broker can be had
#   potik_bench(NAME SOURCES a_bench.cc DEPS base)               -> binary NAME; run once, tiny, as a test
#   potik_fuzz(NAME SOURCES a_fuzz.cc DEPS base MUTATIONS 100000 INSTRUMENT a.cc)
#     -> binary NAME, run as a test over its examples and so many mutations of them; with Clang also NAME_libfuzzer,
#        in which SOURCES and INSTRUMENT are compiled for libFuzzer and the sanitizers: NAME_libfuzzer CORPUS_DIR
# DEPS names Potik libraries without their prefix; LINK names anything else.

# A test counts as skipped only if the list of skipped cases ends its output: a failure or a crash beside a skipped
# case would otherwise pass. tools/skip_test.py tries it.
set(POTIK_SKIPPED "\\[  SKIPPED \\] [^\n]*\n*$")

function(_potik_dependencies target)
  foreach(dependency IN LISTS ARGN)
    target_link_libraries(${target} PUBLIC potik_${dependency})
  endforeach()
endfunction()

function(potik_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LINK" ${ARGN})
  add_library(potik_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(potik_${name} PUBLIC potik_options PRIVATE ${ARG_LINK})
  _potik_dependencies(potik_${name} ${ARG_DEPS})
endfunction()

function(potik_test name)
  cmake_parse_arguments(ARG "KAFKA" "TIMEOUT" "SOURCES;DEPS;LINK;ARGS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE potik_options ${ARG_LINK} GTest::gmock GTest::gtest_main)
  foreach(dependency IN LISTS ARG_DEPS)
    target_link_libraries(${name} PRIVATE potik_${dependency})
  endforeach()
  set(launcher)
  if(ARG_KAFKA)
    find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)
    set(launcher ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/integration/kafka_fixture.py run ${CMAKE_BINARY_DIR}/kafka)
  endif()
  add_test(NAME ${name} COMMAND ${launcher} $<TARGET_FILE:${name}> ${ARG_ARGS} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES
    TIMEOUT ${ARG_TIMEOUT} SKIP_REGULAR_EXPRESSION "${POTIK_SKIPPED}")
  if(ARG_KAFKA)
    set_tests_properties(${name} PROPERTIES LABELS kafka FIXTURES_REQUIRED kafka SKIP_RETURN_CODE 77)
  endif()
endfunction()

function(potik_bench name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE potik_options ${ARG_LINK} benchmark::benchmark)
  foreach(dependency IN LISTS ARG_DEPS)
    target_link_libraries(${name} PRIVATE potik_${dependency})
  endforeach()
  add_test(NAME ${name} COMMAND ${name} --benchmark_min_time=0.001)
endfunction()

function(potik_fuzz name)
  cmake_parse_arguments(ARG "" "MUTATIONS;TIMEOUT" "SOURCES;DEPS;LINK;INSTRUMENT" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE potik_fuzz_driver)
  set(fuzzers ${name})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND NOT POTIK_SANITIZE)
    add_executable(${name}_libfuzzer ${ARG_SOURCES} ${ARG_INSTRUMENT})
    target_compile_options(${name}_libfuzzer PRIVATE -fsanitize=fuzzer,address,undefined)
    target_link_options(${name}_libfuzzer PRIVATE -fsanitize=fuzzer,address,undefined)
    list(APPEND fuzzers ${name}_libfuzzer)
  endif()
  foreach(fuzzer IN LISTS fuzzers)
    target_link_libraries(${fuzzer} PRIVATE potik_options ${ARG_LINK})
    foreach(dependency IN LISTS ARG_DEPS)
      target_link_libraries(${fuzzer} PRIVATE potik_${dependency})
    endforeach()
  endforeach()
  # The same inputs each time, so that a failure stays one.
  add_test(NAME ${name} COMMAND ${name} ${ARG_MUTATIONS} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
endfunction()
