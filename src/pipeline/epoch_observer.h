#pragma once
// EpochObserver: a look at every epoch as its results become visible, for whoever shows the stream
// live.

#include "base/ids.h"
#include "pipeline/epoch_buffer.h"

namespace potik::pipeline {

// Wall time at which an epoch's stages ended.
struct EpochTimes {
  TimeMs opened{};    // its boundary was decided
  TimeMs computed{};  // both passes were done
  TimeMs shown{};     // its lists were in the cache and on their way to listeners
};

class EpochObserver {
 public:
  virtual ~EpochObserver() = default;
  // Called for each epoch in order, on the thread that runs epochs, before its rows go to the
  // sinks; not for epochs that a recovery repeats. Views into `epoch` end with the call. Holds up
  // processing: must cost far less than the epoch itself did.
  virtual void observe(const EpochBuffer& epoch, const EpochTimes& times) = 0;
};

}  // namespace potik::pipeline
