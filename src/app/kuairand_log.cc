#include "app/kuairand_log.h"

#include "event/event.h"

namespace potik::app {

Result<KuairandLogRow, std::string> kuairand_log_row(const CsvReader& row) {
  const auto time = row.integer(kLogTime, 0, event::kTimeMsMax);
  const auto play = row.integer(kPlayTime, 0, event::kWatchMsMax);
  const auto duration = row.integer(kLogDuration, 0, event::kWatchMsMax);
  for (const auto* number : {&time, &play, &duration}) {
    if (!*number) return Error{number->error()};
  }
  for (const size_t flag : {kLike, kFollow, kComment, kForward, kHate}) {
    const auto value = row.integer(flag, 0, 1);
    if (!value) return Error{value.error()};
  }
  for (const size_t id : {kLogUser, kLogVideo}) {
    if (row.at(id).empty()) return Error{row.complaint(id, "is no id")};
  }
  return KuairandLogRow{row.at(kLogUser), row.at(kLogVideo), TimeMs(*time),
                        static_cast<int32_t>(*play), static_cast<int32_t>(*duration)};
}

}  // namespace potik::app
