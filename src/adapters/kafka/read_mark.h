#pragma once
// The mark of a publisher: the last record under its name in the compacted topic of marks.

#include <string>

#include "adapters/kafka/options.h"
#include "base/ids.h"
#include "base/result.h"

namespace potik::kafka {

struct Mark {
  Epoch epoch{};       // 0 where there is none
  std::string writer;  // the process that set it
};
// The value of a mark's record: {"epoch":N,"writer":"..."}.
[[nodiscard]] std::string text_of(const Mark& mark);

// The newest committed mark under `name` in partition 0 of `topic`: searched from the end, further
// back until there is one. Waits for transactions of other publishers that stand open before the
// end. Blocks as long as records come, and beyond that up to the time-out. The error is a sentence.
[[nodiscard]] Result<Mark, std::string> read_mark(const ClientOptions& options,
                                                  const std::string& topic,
                                                  const std::string& name);

}  // namespace potik::kafka
