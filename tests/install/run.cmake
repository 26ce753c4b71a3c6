# Installs into a scratch prefix, then configures, builds and runs a program that knows only that prefix.
# Given: BUILD, SOURCE, SCRATCH.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}\n${output}")
  endif()
endfunction()
file(REMOVE_RECURSE ${SCRATCH})
file(MAKE_DIRECTORY ${SCRATCH}/consumer)
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${SCRATCH}/prefix)
file(COPY ${SOURCE}/main.cc DESTINATION ${SCRATCH}/consumer)
file(COPY_FILE ${SOURCE}/consumer.cmake ${SCRATCH}/consumer/CMakeLists.txt)
run(${CMAKE_COMMAND} -S ${SCRATCH}/consumer -B ${SCRATCH}/build -G Ninja -DCMAKE_PREFIX_PATH=${SCRATCH}/prefix)
run(${CMAKE_COMMAND} --build ${SCRATCH}/build)
run(${SCRATCH}/build/consumer)
run(${SCRATCH}/prefix/bin/assay --version)
# The same through pkg-config, from a folder that was moved.
file(RENAME ${SCRATCH}/prefix ${SCRATCH}/moved)
file(GLOB_RECURSE pc ${SCRATCH}/moved/assay.pc)
cmake_path(GET pc PARENT_PATH pc_folder)
run(sh -c "PKG_CONFIG_PATH=${pc_folder} && export PKG_CONFIG_PATH && \
  c++ -std=c++20 ${SCRATCH}/consumer/main.cc -o ${SCRATCH}/by_pkg_config $(pkg-config --cflags --libs assay)")
run(${SCRATCH}/by_pkg_config)
