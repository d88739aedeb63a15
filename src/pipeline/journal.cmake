# The journal's port and its in-memory form, apart from the core so that adapters need not link it.
potik_library(journal SOURCES journal.cc memory_journal.cc DEPS base)

potik_test(memory_journal_test SOURCES journal_contract.cc memory_journal_test.cc DEPS journal)
