#pragma once
// Writing and reading of frames (frame.h). Threads: plain values. Reading yields views into the
// bytes that were given; cost: one pass over them.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "host/frame.h"
#include "log/event_log.h"

namespace potik::host {

struct FrameHead {
  FrameKind kind{};
  uint16_t key_group = kAllKeyGroups;
  int64_t slice = 0;
};

// Nothing if it is none of this version.
[[nodiscard]] std::optional<FrameHead> take_head(ByteReader& in);

// Frames one behind the other, each behind its size.
class FrameWriter {
 public:
  explicit FrameWriter(std::string& out) : out_(out), writer_(out) {}
  // What is written until end() is the frame's.
  ByteWriter& begin(const FrameHead& head);
  void end();

 private:
  std::string& out_;
  ByteWriter writer_;
  size_t start_ = 0;  // of the frame under way, its size included
};

// The next of frames that stand behind their sizes; nothing at the end, and where the bytes are cut
// short, which `in` then tells.
[[nodiscard]] std::optional<std::string_view> next_frame(ByteReader& in);

void put_record(ByteWriter& out, const log::RecordView& record);
[[nodiscard]] log::RecordView take_record(ByteReader& in);

struct RecordsFrame {
  Partition partition{};
  std::vector<log::RecordView> records;
};
// False where the bytes are no such frame's, behind its head.
[[nodiscard]] bool read_records(ByteReader& in, RecordsFrame& frame);

struct CatalogueFrame {
  Partition partition{};
  uint64_t records = 0;
  TimeMs newest{};
  std::vector<std::string_view> videos;
  std::vector<std::string_view> segments;
  std::vector<log::RecordView> changes;
};
void put_catalogue(ByteWriter& out, const CatalogueFrame& frame);
[[nodiscard]] bool read_catalogue(ByteReader& in, CatalogueFrame& frame);

// What stands before the acts and the viewers of a copy.
struct SenderHead {
  Epoch epoch{};
  TimeMs time{};
  uint32_t videos = 0;  // that have a handle
  uint16_t first = 0;   // key groups of this copy's viewers
  uint16_t last = 0;
  uint64_t sender = 0;
};
void put_sender(ByteWriter& out, const SenderHead& head);
[[nodiscard]] bool read_sender(ByteReader& in, SenderHead& head);

}  // namespace potik::host
