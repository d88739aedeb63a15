# Everything Potik links against. docs/dependencies.md says why each is here.
find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(ROCKSDB REQUIRED IMPORTED_TARGET rocksdb)
pkg_check_modules(SIMDJSON REQUIRED IMPORTED_TARGET simdjson)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(RDKAFKA REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
find_package(OpenSSL 3.0 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus QUIET)

# DuckDB is no Debian package: tools/get-duckdb puts its header and library here.
set(POTIK_DUCKDB_DIR "${CMAKE_SOURCE_DIR}/.deps/duckdb" CACHE PATH "Folder with duckdb.h and libduckdb.so")
if(NOT EXISTS ${POTIK_DUCKDB_DIR}/duckdb.h OR NOT EXISTS ${POTIK_DUCKDB_DIR}/libduckdb.so)
  message(FATAL_ERROR "DuckDB is missing in ${POTIK_DUCKDB_DIR}. Run tools/get-duckdb first, or ./run or ./test, which do it for you.")
endif()
add_library(potik_duckdb_library SHARED IMPORTED)
set_target_properties(potik_duckdb_library PROPERTIES
  IMPORTED_LOCATION ${POTIK_DUCKDB_DIR}/libduckdb.so
  INTERFACE_INCLUDE_DIRECTORIES ${POTIK_DUCKDB_DIR})
