#pragma once
// Which files of a folder hold the KuaiRand data set. Log and history are known by the beginning of
// their names, because the dates behind it differ from edition to edition. Threads: pure.

#include <cstdint>
#include <string>

#include "base/ids.h"
#include "base/result.h"

namespace potik::app {

// 9 April 2022 00:00 in Beijing: the first day of KuaiRand-Pure.
inline constexpr TimeMs kKuairandFirstDay{1'649'433'600'000};

struct KuairandFiles {
  std::string users;    // user_features.csv
  std::string videos;   // video_features.csv
  std::string history;  // user_history_*.csv
  std::string log;      // log_*.csv
  // Midnight in Beijing of the first date in the history's name, or kKuairandFirstDay.
  TimeMs history_begin;
  uint64_t bytes = 0;  // of all four
};

// The error says which file is missing, or which are there twice, and what to do.
[[nodiscard]] Result<KuairandFiles, std::string> find_kuairand_files(const std::string& directory);

}  // namespace potik::app
