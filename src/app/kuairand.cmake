# The KuaiRand data set as records; the importer feeds them to log and runner.
potik_library(kuairand
  SOURCES kuairand.cc kuairand_csv.cc kuairand_events.cc kuairand_files.cc kuairand_history.cc kuairand_log.cc kuairand_reference.cc
  DEPS event log)

potik_test(kuairand_test SOURCES kuairand_csv_test.cc kuairand_test.cc DEPS kuairand)
# Apart, because a binary that skips one test counts as skipped whole.
potik_test(kuairand_data_test SOURCES kuairand_data_test.cc DEPS kuairand)
