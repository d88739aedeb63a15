#include "api/log_failure.h"

#include "api/problem.h"

namespace potik::api {
namespace {

constexpr int kDiskRetryAfterS = 30;
constexpr int kStopRetryAfterS = 5;

Response refusal(log::LogError error, std::string_view what_became_of_it) {
  const std::string why =
      std::string(log::phrase(error)) + ' ' + std::string(what_became_of_it) + ' ';
  switch (error) {
    case log::LogError::disk_full:
      return try_later(503, kDiskRetryAfterS, why + "Send the same again when the disk has room.");
    case log::LogError::io:
    case log::LogError::closed:
      return try_later(503, kStopRetryAfterS, why + "Send the same again later.");
    case log::LogError::corrupt:
    case log::LogError::trimmed:
    case log::LogError::no_such_partition:
      break;
  }
  return problem(500, why + "The server's operator has to look at its log.");
}

}  // namespace

Response failure_of(log::LogError error) {
  return refusal(error,
                 "This request was not acknowledged, but some or all of it may be in the log.");
}

Response queue_full(const log::GroupCommit& commit, int retry_after_s) {
  if (const auto trouble = commit.trouble())
    return refusal(*trouble, "Nothing of this request was kept.");
  if (commit.queued_bytes() > 0) {
    return try_later(
        429, retry_after_s,
        "The queue of writes is full. Nothing of this request was kept; send it again later.");
  }
  return try_later(
      503, kStopRetryAfterS,
      "The server is stopping. Nothing of this request was kept; send it again later.");
}

}  // namespace potik::api
