# potik with faults. It links the same libraries as potik; the sources that hold failpoints are compiled once more with
# them and stand before the libraries, so that the linker takes these and leaves the others where they are. tools/tidy
# sees to it that none is missing here.
option(POTIK_FAILPOINTS "Build potik_failpoints, which the tests of crashes need" ON)

set(failpoint_sources
  adapters/duckdb/block_writer.cc adapters/duckdb/duckdb_store.cc adapters/duckdb/session.cc
  adapters/kafka/fetcher.cc adapters/kafka/kafka_output_log.cc adapters/kafka/list_reader.cc adapters/kafka/producer.cc
  adapters/kafka/read_mark.cc
  adapters/rocksdb/database.cc adapters/rocksdb/rocksdb_epoch_journal.cc adapters/rocksdb/rocksdb_event_log.cc
  adapters/rocksdb/rocksdb_snapshot_store.cc
  api/events.cc api/reference_change.cc
  pipeline/output_drain.cc pipeline/runner.cc pipeline/sink_drain.cc pipeline/viewer_pass.cc
  base/failpoint.cc)
list(TRANSFORM failpoint_sources PREPEND ${CMAKE_SOURCE_DIR}/src/)

if(POTIK_FAILPOINTS)
  add_executable(potik_failpoints failpoints_main.cc ${failpoint_sources})
  target_compile_definitions(potik_failpoints PRIVATE POTIK_FAILPOINTS)
  target_link_libraries(potik_failpoints PRIVATE potik_options potik_app PkgConfig::ROCKSDB PkgConfig::RDKAFKA)
endif()
