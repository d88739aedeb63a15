#pragma once
// An attack mixed into recorded traffic: invented users who watch what is popular, so that they
// look like the audience, and like a few videos that nobody else does. They come in waves, of two
// kinds in turn: a crowd each of whom likes one target once, and accounts each of which likes all
// targets one after the other. What they do is never measured. Deterministic.

#include "evaluate/traffic.h"

namespace potik::evaluate {

struct AttackOptions {
  double share = 0;       // of all events that come of the log and the attack together, below 1
  uint32_t targets = 20;  // videos of the catalogue without a positive
  uint32_t wave_likes = 300;
  int64_t wave_ms = 8'000;  // in which a wave's likes come; the longer, the harder to see
  uint32_t watched = 2;     // popular videos that an attacker watches before
  uint64_t seed = 1;
};

// Fills traffic.attack, in order of time, over the time of the log. Does nothing where the log is
// empty or where every video has a positive.
void add_attack(RecordedTraffic& traffic, const AttackOptions& options);

}  // namespace potik::evaluate
