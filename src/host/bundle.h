#pragma once
// Bundles: what a judge says of an epoch, in pieces that fit into records of a topic, and the way
// back. A bundle is frames of exchange.h, judged and viewers', each behind its key group (uint16_t)
// and its size. Threads: plain values.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/key_group.h"
#include "host/frame_io.h"
#include "host/part.h"

namespace potik::host {

struct BundleHead {
  Epoch epoch{};
  uint16_t first = 0;  // key groups of the judge
  uint16_t last = 0;
  std::vector<uint64_t> senders;  // copies whose frames it was made of
};

// Frames of kind bundle, one a piece, to `frames`.
void put_bundle(FrameWriter& frames, int64_t slice, const BundleHead& head,
                std::string_view content);

// All bundles of one epoch.
class BundleGatherer {
 public:
  // Forgets what it has. Bundles that were made of the frames of other senders are of an attempt
  // that has ended, and are dropped.
  void begin(Epoch epoch, uint64_t sender);
  // A bundle's frame behind its head. Damage: bytes that are none, or that contradict others.
  [[nodiscard]] Done take(ByteReader& in);
  // Whether every key group's judged and viewers' frames are there.
  [[nodiscard]] bool complete() const { return left_ == 0; }
  struct Frame {
    uint16_t key_group = 0;
    std::string_view bytes;  // until begin()
  };
  [[nodiscard]] const std::vector<Frame>& viewers() const { return viewers_; }
  [[nodiscard]] const std::vector<Frame>& judged() const { return judged_; }
  [[nodiscard]] uint64_t dropped() const { return dropped_; }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  struct Bundle {
    std::vector<std::string> pieces;
    size_t missing = 0;
    std::string content;
  };
  [[nodiscard]] Done take_content(const Bundle& bundle);
  [[nodiscard]] Done take_frame(uint16_t key_group, std::string_view bytes);

  Epoch epoch_{};
  uint64_t sender_ = 0;
  std::map<uint16_t, Bundle> bundles_;  // by the judge's first key group
  std::vector<Frame> viewers_;
  std::vector<Frame> judged_;
  std::array<uint8_t, kKeyGroups> have_viewers_{};
  std::array<uint8_t, kKeyGroups> have_judged_{};
  size_t left_ = 2 * size_t{kKeyGroups};
  uint64_t dropped_ = 0;
};

}  // namespace potik::host
