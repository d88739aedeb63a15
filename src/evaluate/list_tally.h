#pragma once
// ListTally: gathers how one method's lists did, user by user. Threads: one owner. Memory: 128
// bytes a user and a bit a video.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "evaluate/report.h"

namespace potik::evaluate {

class ListTally {
 public:
  ListTally(std::string name, size_t users, size_t videos, size_t list_length)
      : name_(std::move(name)), ratios_(users), found_at_(list_length), top50_(videos) {}

  // One list of a user (numbered among those measured): what it should have held. Places past the
  // list's length count as not found.
  void add(size_t user, std::span<const Wanted> wanted);
  // The list itself, for coverage.
  void cover(std::span<const uint32_t> list);
  // `catalogue` videos could have been recommended.
  [[nodiscard]] ListMethod method(const Resamples& resamples, size_t catalogue) const;

 private:
  std::string name_;
  std::vector<ListRatios> ratios_;
  std::vector<uint64_t> found_at_;  // by place
  std::vector<bool> top50_;
  uint64_t wanted_ = 0;
};

}  // namespace potik::evaluate
