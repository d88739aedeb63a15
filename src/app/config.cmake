# The configuration: the table of options and what follows from it. Of the modules only option structs are used, and the names of log levels.
potik_library(config
  SOURCES config.cc config_load.cc config_options.cc config_table.cc config_table_access.cc config_table_cache.cc config_table_model.cc config_table_monitoring.cc
  DEPS base monitor adapters_redis_url)

potik_test(config_test SOURCES config_test.cc DEPS config adapters_toml)
potik_fuzz(config_fuzz SOURCES config_fuzz.cc DEPS config adapters_toml MUTATIONS 50000
  INSTRUMENT config.cc config_load.cc config_options.cc config_table.cc config_table_access.cc config_table_cache.cc config_table_model.cc config_table_monitoring.cc)
