# STAND-IN by the integrator: overwrite with your own.
# The journal's port and its in-memory form, apart from the core so that adapters need not link it.
potik_library(journal SOURCES journal.cc memory_journal.cc DEPS base)
