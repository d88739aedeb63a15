# The simulator: viewers, attackers, and what sends them to a server.
potik_library(simulate
  SOURCES path_part.cc simulate.cc simulate_attacks.cc simulate_catalogue.cc simulate_comments.cc simulate_lists.cc simulate_posting.cc
          simulate_setup.cc simulate_traffic.cc simulate_viewers.cc
  DEPS base event)

potik_test(simulate_test
  SOURCES simulate_test.cc simulate_traffic_test.cc
  DEPS simulate detect event)
