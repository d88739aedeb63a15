#pragma once
// Threads that give way to the server's own work.

#include <sys/resource.h>
#include <unistd.h>

namespace potik::app {

// Of the calling thread, and of those it makes from then on, programs too. Without effect where the
// system refuses.
inline void lower_priority() {
  constexpr int kNiceness = 10;
  (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
}

}  // namespace potik::app
