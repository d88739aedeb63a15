#pragma once
// What travels between the parts of an epoch where they run apart: acts to the judge, and what it
// makes of them to every copy of the model (docs/adr/0016-passes-apart.md). A frame is of one key
// group of videos, or of one of viewers, and one epoch; whoever reads it fills the buffer as if the
// other part had run here. Little-endian, versioned; numbers of videos and users are handles, which
// are the same everywhere.
//
// Threads: pure functions of the buffer; frames of different key groups may be written at the same
// time. Cost: some 100 ns and 80 to 300 bytes an act.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/epoch_buffer.h"
#include "pipeline/video_judge.h"

namespace potik::pipeline {

inline constexpr uint8_t kExchangeVersion = 1;
enum class ExchangeFrame : uint8_t { acts = 1, viewers = 2, judged = 3 };
inline constexpr uint32_t kExchangeActsMax = 1U << 22U;  // of one key group, in one epoch

// Which acts a part of the viewers has put in a buffer, one list a key group of videos: made once,
// so that writing all frames looks at each act once.
struct ActsByVideo {
  struct Ref {
    uint16_t group = 0;  // of the viewer
    uint32_t index = 0;  // in KeyGroupOutput::acts; in taken with `is_taken`
    bool is_taken = false;
  };
  std::array<std::vector<Ref>, kKeyGroups> of;
  // Of the key groups of viewers in `owned` (by index). Each list is in the order of the key
  // groups.
  void fill(const EpochBuffer& buffer, std::span<const uint8_t> owned);
};

// The acts of one key group of videos, from viewers to the judge. Facts go along as far as the
// judge needs them: event id, verdict, flags.
void append_acts(std::string& out, const EpochBuffer& buffer, const MetByGroup& met,
                 uint16_t video_group, std::span<const ActsByVideo::Ref> acts);
// Adds a frame's acts to the buffer, whose strings then are views of `bytes`. False if it is not
// such a frame; the buffer is then of no use.
[[nodiscard]] bool read_acts(std::string_view bytes, EpochBuffer& buffer, MetByGroup& met);

// What a key group of viewers has besides acts: how many of them there are, of whom vectors are to
// be forgotten, signals, the newest event. Goes along with the acts.
void append_viewers(std::string& out, const EpochBuffer& buffer, uint16_t group);
[[nodiscard]] bool read_viewers(std::string_view bytes, EpochBuffer& buffer);

// What the judge made of one key group of videos: the acts again, with verdicts, in which order
// they count, signals, and likes of earlier epochs that are taken back.
void append_judged(std::string& out, const EpochBuffer& buffer, const MetByGroup& met,
                   uint16_t video_group, std::span<const ActsByVideo::Ref> acts);
// After the frames of all viewers that are not `here` (by key group). Of those here only verdicts
// and flags are taken over.
[[nodiscard]] bool read_judged(std::string_view bytes, EpochBuffer& buffer, MetByGroup& met,
                               std::span<const uint8_t> here);
// Of what append_...() wrote, with the key group that it is of; nothing of other bytes.
struct ExchangeHead {
  ExchangeFrame kind{};
  uint16_t key_group = 0;
};
[[nodiscard]] std::optional<ExchangeHead> head_of(std::string_view bytes);

// Whether what was read speaks of no video beyond the `videos` that have a handle.
[[nodiscard]] bool names_known_videos(const EpochBuffer& buffer, const MetByGroup& met,
                                      uint32_t videos);
// After all frames of an epoch: whether no act is missing, and no step speaks of one that there is
// not.
[[nodiscard]] bool complete(EpochBuffer& buffer);

}  // namespace potik::pipeline
