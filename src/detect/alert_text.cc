#include "detect/alert_text.h"

#include <cstdio>

namespace potik::detect {

namespace {

// At most one decimal, as people read numbers.
std::string shown(double value) {
  char text[32];
  const double rounded = static_cast<double>(static_cast<int64_t>(value * 10 + 0.5)) / 10;
  std::snprintf(text, sizeof text, "%.10g", rounded);
  return text;
}

std::string who(const monitor::Alert& alert) {
  return (alert.subject_type == "video" ? "Video " : "Viewer ") + alert.subject;
}

std::string viewers(uint64_t n) { return n == 1 ? "1 viewer" : std::to_string(n) + " viewers"; }

}  // namespace

std::string_view unit_of(SignalKind kind) {
  switch (kind) {
    case SignalKind::like_burst:
    case SignalKind::like_rate:
      return "likes/s";
    case SignalKind::comment_flood:
      return "equal comments/window";
    case SignalKind::impossible_watch:
      return "s";
    case SignalKind::conflicting_id:
      return "contents/id";
  }
  return "";
}

std::string summary_of(SignalKind kind, const monitor::Alert& alert) {
  const std::string observed = shown(alert.observed);
  const std::string threshold = shown(alert.threshold);
  switch (kind) {
    case SignalKind::like_burst:
      return who(alert) + " got " + observed + " likes/s from about " +
             viewers(alert.distinct_users) + " where " + shown(alert.baseline) + " is usual and " +
             threshold + " the limit, without the plays or the viewers that would explain them.";
    case SignalKind::like_rate:
      return who(alert) + " gave " + observed + " likes/s; a person gives at most " + threshold +
             ".";
    case SignalKind::comment_flood:
      return who(alert) + (alert.subject_type == "video" ? " received" : " wrote") +
             " the same comment " + observed + " times in the window; the limit is " + threshold +
             ".";
    case SignalKind::impossible_watch:
      return who(alert) + " reported a watch of " + observed + " s where at most " + threshold +
             " s were possible.";
    case SignalKind::conflicting_id:
      return who(alert) + " sent one event id with different contents.";
  }
  return {};
}

std::string_view action_of(SignalKind kind, bool subject_is_video) {
  switch (kind) {
    case SignalKind::like_burst:
      return "Block the accounts behind the flagged likes of this video (verdict like_burst in the "
             "store); those "
             "likes are already kept out of counters and learning.";
    case SignalKind::like_rate:
      return "Limit or block this account at the platform; its flagged likes are already kept out "
             "of counters and "
             "learning.";
    case SignalKind::comment_flood:
      return subject_is_video ? "Hide the repeated comment under this video and block the accounts "
                                "that posted it."
                              : "Hide this viewer's repeated comments and limit the account.";
    case SignalKind::impossible_watch:
      return "Check the client that reports these watch times, and limit the account if it is no "
             "fault of the client; "
             "the flagged plays are already kept out of counters and learning.";
    case SignalKind::conflicting_id:
      return "Fix the producer to give every event an id of its own; the first content counts, "
             "the others are stored with this verdict and kept out of counters and learning.";
  }
  return {};
}

}  // namespace potik::detect
