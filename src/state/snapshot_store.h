#pragma once
// SnapshotStore: the port behind which keyed state rests. A snapshot is the state as of the end of
// an epoch, in records by section, key group and key; writing one applies the changes since the
// last, atomically. The set of a key group's records, framed and checksummed (chunk.h), is what
// moves between hosts.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace potik::state {

enum class SnapshotError : uint8_t { io, disk_full, corrupt };
[[nodiscard]] std::string_view phrase(SnapshotError error);

// Which table a record belongs to. Values are part of the format: never reuse one.
enum class Section : uint8_t {
  meta = 0,
  users = 1,
  videos = 2,
  ranker = 3,
  // 4 is unused
  detectors = 5,
  factors = 6
};
// All of them, ascending.
inline constexpr std::array kSections{Section::meta,   Section::users,     Section::videos,
                                      Section::ranker, Section::detectors, Section::factors};

// One changed key. An empty optional erases it.
struct Change {
  Section section{};
  KeyGroup key_group{};
  std::string key;
  std::optional<std::string> value;
};

// Thread-safe for concurrent read()s and lookup()s beside one write().
class SnapshotStore {
 public:
  virtual ~SnapshotStore() = default;

  // Applies `changes` and moves the mark to `epoch`, all or nothing, durably. Blocks for the sync.
  [[nodiscard]] virtual Status<SnapshotError> write(Epoch epoch,
                                                    std::span<const Change> changes) = 0;

  // The epoch of the last write; Epoch(0) before the first.
  [[nodiscard]] virtual Epoch epoch() const = 0;

  // Calls `visit` with every record of the section and key group, in ascending byte order of the
  // keys. The views live for the call only.
  [[nodiscard]] virtual Status<SnapshotError> read(
      Section section, KeyGroup key_group,
      const std::function<void(std::string_view key, std::string_view value)>& visit) const = 0;

  // Point reads of many keys at once: values[i] belongs to keys[i], empty where there is none.
  // About 1 us a key that is absent (filtered), some us for one that is present.
  [[nodiscard]] virtual Result<std::vector<std::optional<std::string>>, SnapshotError> lookup(
      Section section, KeyGroup key_group, std::span<const std::string_view> keys) const = 0;
};

}  // namespace potik::state
