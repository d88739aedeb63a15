# Readers and files of `potik evaluate`; src/evaluate measures.
potik_library(evaluate_data
  SOURCES evaluate_files.cc evaluate_kuairand.cc evaluate_tables.cc
  DEPS evaluate kuairand)

potik_test(evaluate_readers_test SOURCES evaluate_readers_test.cc DEPS evaluate_data)
