#pragma once
// Layout: which partitions of the log hold what. Events first, numbered from 0, then profiles of
// users, then metadata of videos: a stream of their own each, as in a shared Kafka cluster, so that
// the same traffic gives the same places, and therefore the same bytes, in every log. Threads: a
// plain value.

#include <cstdint>
#include <string_view>

#include "base/ids.h"
#include "base/key_group.h"
#include "log/event_log.h"

namespace potik::log {

struct Layout {
  uint16_t events = 8;  // 1..kKeyGroups: a partition holds whole key groups
  uint16_t users = 1;
  uint16_t videos = 1;

  // Of events alone, for tests and measurements of a log.
  [[nodiscard]] static constexpr Layout of_events(uint16_t partitions) {
    return {.events = partitions, .users = 0, .videos = 0};
  }

  [[nodiscard]] constexpr uint16_t size() const {
    return static_cast<uint16_t>(events + users + videos);
  }

  // Where an event of the user `id` belongs, or a change of the user or video `id`. What a user is
  // to unlearn stands among their events.
  [[nodiscard]] Partition of(RecordKind kind, std::string_view id) const {
    switch (kind) {
      case RecordKind::event:
      case RecordKind::user_unlearn:  // among the acts that it is about
        break;
      case RecordKind::user_put:
      case RecordKind::user_delete:
        return place(id, events, users);
      case RecordKind::video_put:
      case RecordKind::video_delete:
        return place(id, static_cast<uint16_t>(events + users), videos);
    }
    return place(id, 0, events);
  }
  friend constexpr bool operator==(const Layout&, const Layout&) = default;

 private:
  static Partition place(std::string_view id, uint16_t first, uint16_t count) {
    return Partition(
        static_cast<uint16_t>(first + size_t{key_group_of(id).value()} * count / kKeyGroups));
  }
};

}  // namespace potik::log
