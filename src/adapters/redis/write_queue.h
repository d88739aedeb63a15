#pragma once
// WriteQueue: changes of lists that wait to be written elsewhere. One entry a user, the newest;
// bounded in users and bytes, and when it is full the puts that wait longest are dropped first,
// because a list comes again and an erase does not. Threads: one at a time.

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/flat_map.h"
#include "cache/recommendation.h"

namespace potik::redis {

struct Write {
  std::string user_id;
  // Shared with the cache in process and whoever answers it. Null: the list is to go.
  std::shared_ptr<const cache::RecommendationList> list;
  bool erased_before = false;  // a list from before must go, be it newer
};

class WriteQueue {
 public:
  WriteQueue(size_t users_max, uint64_t bytes_max) : users_max_(users_max), bytes_max_(bytes_max) {}

  // What was dropped for want of room, in users.
  [[nodiscard]] size_t put(std::shared_ptr<const cache::RecommendationList> list);
  [[nodiscard]] size_t erase(std::string_view user_id);
  // Back to the front, unless the user has a newer change by now.
  [[nodiscard]] size_t give_back(std::vector<Write> writes);
  // At most so many: erases, then the puts that wait longest.
  [[nodiscard]] std::vector<Write> take(size_t writes_max);

  [[nodiscard]] bool empty() const { return by_user_.empty(); }
  [[nodiscard]] size_t users() const { return by_user_.size(); }
  [[nodiscard]] uint64_t bytes() const { return bytes_; }

 private:
  using Order = std::list<Write>;  // waiting longest first

  void add(Write write, bool in_front);
  void remove(Order::iterator entry);
  // What the later of two changes leaves of both.
  [[nodiscard]] static Write merged(Write earlier, Write later);
  void combine(Write write, bool is_earlier);
  [[nodiscard]] size_t make_room();

  const size_t users_max_;
  const uint64_t bytes_max_;
  uint64_t bytes_ = 0;
  Order erases_;
  Order puts_;
  TextMap<Order::iterator> by_user_;
};

}  // namespace potik::redis
