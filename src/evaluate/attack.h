#pragma once
// Like-bots mixed into recorded traffic: invented users who bring back what went out of fashion.
// Accounts, one after the other over the whole log, each watch all targets and then like them
// quickly; and crowds come in waves, each of whom likes one target once. The targets were watched
// by many before, so that they are near to what people like, and lack nothing but to be watched
// now: lists that follow whatever is counted show them to everybody. What attackers do is never
// measured. Deterministic.

#include "evaluate/traffic.h"

namespace potik::evaluate {

struct AttackOptions {
  double share = 0;           // of all events that come of the log and the attack together, below 1
  double crowd_share = 0.1;   // of these events; the others are of accounts
  uint32_t targets = 20;      // popular in the history (else at the begin of the log), lately not
  uint32_t wave_likes = 300;  // of a crowd
  int64_t wave_ms = 8'000;    // in which a crowd's likes come; an account takes half of it
  uint32_t watched = 2;       // popular videos that each of a crowd watches before
  uint64_t seed = 1;
};

// Fills traffic.attack, in order of time, over the time of the log. Does nothing where the log is
// empty or where no video went out of fashion.
void add_attack(RecordedTraffic& traffic, const AttackOptions& options);

}  // namespace potik::evaluate
