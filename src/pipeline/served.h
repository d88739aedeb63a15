#pragma once
// ServedUsers: who of a key group is being served, and until when. Set by journaled requests, so
// that the lists an epoch refreshes replay; pruned by the epoch's time.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/flat_map.h"
#include "base/ids.h"

namespace potik::pipeline {

class ServedUsers {
 public:
  // Serves `user` until `until`; false if there is no room for one more than `limit`.
  bool serve(std::string_view user, TimeMs until, size_t limit);
  [[nodiscard]] bool is_served(std::string_view user, TimeMs now) const;
  // Removes those whose time is over and appends them, sorted, to `gone`. Looks only when some may
  // be due.
  // True if it looked, which changes what save() writes.
  bool expire(TimeMs now, std::vector<std::string>& gone);
  [[nodiscard]] size_t size() const { return until_.size(); }
  [[nodiscard]] size_t memory_bytes() const;
  void save(ByteWriter& out) const;  // sorted by user
  [[nodiscard]] bool load(ByteReader& in);

 private:
  TextMap<TimeMs> until_;
  TimeMs next_look_{};
};

}  // namespace potik::pipeline
