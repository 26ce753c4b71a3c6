# Flags and helpers of our own targets. Nothing here reaches a user of the installed package.

add_library(assay_flags INTERFACE)
target_compile_features(assay_flags INTERFACE cxx_std_20)
target_compile_options(assay_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Werror
                                             -fvisibility=hidden -fvisibility-inlines-hidden)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports members of std::variant that are not the active one; the sanitizers look for the real thing.
  target_compile_options(assay_flags INTERFACE -Wno-maybe-uninitialized)
endif()
if(ASSAY_SANITIZE)
  target_compile_options(assay_flags INTERFACE -fsanitize=${ASSAY_SANITIZE} -fno-omit-frame-pointer
                                               -fno-sanitize-recover=all)
  target_link_options(assay_flags INTERFACE -fsanitize=${ASSAY_SANITIZE})
endif()
target_include_directories(assay_flags INTERFACE ${PROJECT_SOURCE_DIR}/include
                                                 ${PROJECT_SOURCE_DIR}/src
                                                 ${PROJECT_BINARY_DIR}/generated)

# assay_module(NAME base SOURCES a.cc b.cc USES <modules> LIBRARIES <packages>)
# One folder of src/. USES lists the modules it may include; tools/layers.py checks the #includes.
function(assay_module)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;USES;LIBRARIES" ${ARGN})
  add_library(assay_${ARG_NAME} OBJECT ${ARG_SOURCES})
  set_target_properties(assay_${ARG_NAME} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(assay_${ARG_NAME} PRIVATE assay_flags ${ARG_LIBRARIES})
  set_property(GLOBAL APPEND PROPERTY ASSAY_MODULES ${ARG_NAME})
  set_property(GLOBAL APPEND PROPERTY ASSAY_LIBRARIES ${ARG_LIBRARIES})
endfunction()

# -fpch-preprocess is what ccache needs to see through a precompiled header.
set(ASSAY_TEST_OPTIONS $<$<CONFIG:Release>:-O1> $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)

# assay_test(NAME tokenizer SOURCES a_test.cc LABELS unit)
# One gtest program per module; every TEST becomes a ctest entry, or with ONE_ENTRY the program: a process for each of
# thousands of short tests takes longer than the tests. Compiling tests is most of a build, so what every test includes is
# compiled once (test_headers), and Release spends no time on making the test code itself fast.
function(assay_test)
  cmake_parse_arguments(ARG "ONE_ENTRY" "NAME" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  add_executable(${ARG_NAME}_test ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME}_test PRIVATE assay_flags assay ${ARG_LIBRARIES} GTest::gmock_main)
  target_include_directories(${ARG_NAME}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_options(${ARG_NAME}_test PRIVATE ${ASSAY_TEST_OPTIONS})
  target_precompile_headers(${ARG_NAME}_test REUSE_FROM test_headers)
  target_compile_definitions(${ARG_NAME}_test PRIVATE
    ASSAY_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/golden"
    ASSAY_BINARY="${PROJECT_BINARY_DIR}/assay")
  if(ARG_ONE_ENTRY)
    add_test(NAME ${ARG_NAME}_test COMMAND ${ARG_NAME}_test --gtest_brief=1)
    set_tests_properties(${ARG_NAME}_test PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 900)
    return()
  endif()
  gtest_discover_tests(${ARG_NAME}_test DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 900)
endfunction()
