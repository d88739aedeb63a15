#pragma once
// The frame: the stored form of one append to one partition (docs/formats/log-frame.md). One
// checksum covers the whole of it, so that a torn or changed frame is found before any record of it
// is used. Threads: plain values. Cost: encoding and decoding copy once and never allocate per
// record.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "log/event_log.h"

namespace potik::log {

inline constexpr uint32_t kFrameMagic = 0x31464c50;  // "PLF1" in the file
inline constexpr uint16_t kFrameVersion = 1;
inline constexpr size_t kFrameHeaderBytes = 32;
inline constexpr size_t kFrameRecordBytes = 8;  // before a record's key and value

// Size of the frame that holds `records`.
[[nodiscard]] size_t frame_bytes(std::span<const RecordView> records);

// Replaces `out` by the frame of `records` (at least one, at most 4 GiB in all). Takes appended_at
// from the first of them. Keeps out's memory.
void encode_frame(std::span<const RecordView> records, std::string& out);

// How many records a frame says it holds, without checking it. 0 if it is too short to say.
[[nodiscard]] uint32_t frame_count(std::string_view frame);

// Walks the records of a frame. The views point into the frame's bytes, which must outlive them.
class FrameReader {
 public:
  // Checks everything but the records' own lengths. Error: corrupt.
  [[nodiscard]] static Result<FrameReader, LogError> open(std::string_view frame);

  [[nodiscard]] uint32_t count() const { return count_; }
  [[nodiscard]] TimeMs appended_at() const { return appended_at_; }

  // The next record. False at the end of the frame, or where its lengths do not hold: see intact().
  [[nodiscard]] bool next(RecordView& record);

  // After next() has said false: whether count() records filled the frame exactly.
  [[nodiscard]] bool intact() const { return given_ == count_ && body_.done(); }

 private:
  FrameReader(std::string_view body, TimeMs appended_at, uint32_t count)
      : body_(body), appended_at_(appended_at), count_(count) {}

  ByteReader body_;
  TimeMs appended_at_;
  uint32_t count_;
  uint32_t given_ = 0;
};

}  // namespace potik::log
