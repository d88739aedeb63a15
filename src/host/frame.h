#pragma once
// What goes into the parts of a cluster and comes out of them. A frame is its head and what its
// kind says; all numbers are little-endian, texts stand behind their length as uint32_t. Frames of
// the viewers and of the judges are of one key group, so that none depends on how many parts there
// are downstream.
//
//   head       uint8_t kFrameVersion, uint8_t kind, uint16_t key group, int64_t slice
//   records    of one partition and one slice, in order of offset: uint16_t partition, uint32_t
//              count, then each record: uint8_t kind, uint8_t flags, int64_t appended_at, int64_t
//              offset, key, value. Of all key groups where it goes into a splitter; of one behind
//              it.
//   catalogue  what every copy of the model must know of these records; to all of them: uint16_t
//              partition, uint64_t records, int64_t newest appended_at, ids of videos (uint32_t
//              count, texts), segments (the same), changes of videos (uint32_t count, as records)
//   acts       to the judge of the key group of videos: uint64_t epoch, int64_t time, uint32_t
//              videos, uint16_t first key group of the viewers' part, uint16_t last, uint64_t
//              sender, then exchange.h's
//   viewers    to the judge of the key group, which is one of viewers, and by it to all copies:
//              the same
//   bundle     to every copy of the model: uint64_t epoch, uint32_t piece, uint32_t pieces; first
//              and last key group of the judge, uint16_t each; uint16_t count of senders, each a
//              uint64_t; and a part of the bytes of judged and viewers' frames (bundle.h)
//   result     to whoever reads results: uint8_t stream (log/output_log.h), key, value, note
//
// A slice is a part of the log's time that all partitions are cut into alike; its number is what
// watermarks between parts say. Slices in which there is nothing make no epoch.

#include <cstdint>

namespace potik::host {

inline constexpr uint8_t kFrameVersion = 1;

enum class FrameKind : uint8_t {
  records = 1,
  catalogue = 2,
  acts = 3,
  viewers = 4,
  bundle = 5,
  result = 6
};

inline constexpr uint16_t kAllKeyGroups = 0xffff;
// Of a bundle's content in a piece, to which some 1,100 bytes of heads come: within what a record
// of Kafka may hold by default.
inline constexpr size_t kPieceBytesMax = 512U << 10U;

}  // namespace potik::host
