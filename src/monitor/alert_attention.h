#pragma once
// AlertAttention: what operators have said of alerts: that somebody looks after one, and whose are
// not to be told of for a while.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/flat_map.h"
#include "base/mutex.h"
#include "monitor/alert.h"

namespace potik::monitor {

// Of one alert; time 0 is none.
struct Attention {
  TimeMs acknowledged_at{};
  TimeMs muted_until{};
};

// An acknowledgement is of one alert, by its id; a mute is of everything of the alert's kind about
// its subject, so that it outlasts a resolution. Keeps `entries_max` of each: beyond it
// the oldest acknowledgement goes, or the mute that ends first. All times
// are wall time. Thread-safe.
class AlertAttention {
 public:
  explicit AlertAttention(size_t entries_max) : entries_max_(entries_max) {}

  void acknowledge(const Alert& alert, TimeMs now);
  void reopen(const Alert& alert);
  void mute(const Alert& alert, TimeMs until);
  void unmute(const Alert& alert);

  // A mute that has ended is none.
  [[nodiscard]] Attention of(const Alert& alert, TimeMs now) const;
  [[nodiscard]] bool is_muted(const Alert& alert, TimeMs now) const {
    return of(alert, now).muted_until.value() != 0;
  }

  // What has been said, in no order, to be kept over a restart, and back.
  struct Entry {
    bool mute = false;  // else an acknowledgement
    std::string key;    // an alert's id, or what is muted: opaque
    TimeMs time{};      // when it was acknowledged, until when it is muted
  };
  [[nodiscard]] std::vector<Entry> entries() const;
  void restore(const std::vector<Entry>& entries);

 private:
  using Entries = TextMap<int64_t>;  // ms, by alert id or by kind and subject
  void keep(Entries& entries, std::string key, TimeMs time) POTIK_REQUIRES(mutex_);

  const size_t entries_max_;
  mutable Mutex mutex_;
  Entries acknowledged_ POTIK_GUARDED_BY(mutex_);
  Entries muted_ POTIK_GUARDED_BY(mutex_);
};

// The alert's JSON object with two further members: "acknowledged_at" and "muted_until", RFC 3339
// or null.
[[nodiscard]] std::string alert_json(const Alert& alert, const Attention& attention);

}  // namespace potik::monitor
