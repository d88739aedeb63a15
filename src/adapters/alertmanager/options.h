#pragma once
// Where one Alertmanager is, and how it is told. Plain values.

#include <cstddef>
#include <cstdint>
#include <string>

namespace potik::alertmanager {

struct Options {
  std::string url;               // "https://alerts.example:9093/prefix"; without name or password
  std::string credentials_file;  // empty: none; see curl_post.h
  std::string ca_file;           // PEM; empty: the system's
  std::string external_url;      // of the operations page, as people reach it; empty: no link
  std::string node;              // label "instance": the same after a restart
  int64_t repeat_ms = 60'000;    // a firing alert is told again this often
  int64_t timeout_ms = 5'000;    // of one request
  int64_t retry_ms = 1'000;      // after a failure, doubled with each further one
  int64_t retry_most_ms = 30'000;
  size_t alerts_max = 2'048;  // kept until they are resolved and told
};

// Alertmanager takes an alert that it is not told of for so many repeats as over, so that a restart
// of ours, or of it, ends none.
inline constexpr int64_t kRepeatsUntilOver = 4;

}  // namespace potik::alertmanager
