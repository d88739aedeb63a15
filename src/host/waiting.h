#pragma once
// What waits for its slice, counted: where a log has to be read on from when it is let go. Slices
// of a partition only grow with its offsets, so that what is processed ends where the first record
// is that waits. Threads: pure functions.

#include <optional>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json_writer.h"

namespace potik::host {

// Of a partition.
struct Waiting {
  std::optional<Offset> first;  // of the records counted here
  uint64_t records = 0;
  uint64_t all = 0;  // as the catalogues say, whosever they are
};

// Whole frames. False where one cannot be read, or its partition is beyond `waiting`. `changes`:
// those of videos are counted too, which are in the catalogue alone.
[[nodiscard]] bool add_records(std::string_view frame, std::vector<Waiting>& waiting);
[[nodiscard]] bool add_catalogue(std::string_view frame, bool changes,
                                 std::vector<Waiting>& waiting);
void write(JsonWriter& out, const Waiting& waiting);

}  // namespace potik::host
