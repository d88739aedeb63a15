#pragma once
// The events of one request: checked, routed to partitions, ready for the log, and afterwards told
// line by line.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "api/split.h"
#include "base/ids.h"
#include "event/decode.h"
#include "log/group_commit.h"
#include "log/layout.h"

namespace potik::api {

struct DeadLine {
  uint32_t record = 0;  // its place in the submission
  event::DecodeError error;
};

struct EventBatch {
  std::unique_ptr<log::Submission> submission;
  std::vector<Partition>
      partitions;  // by record; the submission is gone when the answer is written
  std::vector<uint32_t> line_numbers;  // by record
  std::vector<DeadLine> dead;          // in order of record
  uint32_t foreign_line = 0;           // the first that is not `only_user`'s; 0: none
  [[nodiscard]] size_t accepted() const { return partitions.size() - dead.size(); }
};

// Checks every line as the pipeline will. `body` holds what `lines` point into, with the decoder's
// padding behind it, and moves into the submission; with that padding it never fits a string's
// inline room, so moving keeps the views. What is no event goes to partition 0, and becomes a dead
// letter there.
// Where `only_user` is not empty, every event must be that user's, or the batch must not be
// submitted.
[[nodiscard]] EventBatch check_events(std::string body, std::span<const Line> lines,
                                      const log::Layout& layout, TimeMs now,
                                      event::Decoder& decoder, std::string_view only_user = {});

// `"accepted":n,"dead_letters":m,"results":[...]`; only the dead letters' results if
// `failures_only`.
void append_results(std::string& out, const EventBatch& batch, std::span<const Offset> offsets,
                    bool failures_only);

}  // namespace potik::api
