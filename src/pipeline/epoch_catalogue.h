#pragma once
// Where the viewers of an epoch are spread over equal copies of the model: which are here, and what
// is known of the others. Threads: plain values.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/key_group.h"

namespace potik::pipeline {

// By index; others are 0.
using KeyGroupSet = std::array<uint8_t, kKeyGroups>;

// What every copy of the model must know of an epoch's records, whose viewers are elsewhere too.
struct EpochCatalogue {
  struct Part {
    uint64_t records = 0;
    std::vector<std::string_view> videos;    // ids of events, each once, in log order
    std::vector<std::string_view> segments;  // of profiles, in log order
  };
  std::vector<Part> partitions;
};

}  // namespace potik::pipeline
