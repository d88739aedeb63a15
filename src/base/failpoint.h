#pragma once
// Failpoints: places at the boundaries of I/O where a test makes the process die or an operation
// fail, at the nth time it comes there. They exist in the program potik_failpoints and in tests
// that define POTIK_FAILPOINTS; elsewhere each call below is an empty inline function.
//
// The one table of the process behind them is global on purpose: a fault strikes wherever it is,
// and no interface of the program should have to carry it. Threads: any.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/failpoint_places.h"

namespace potik::failpoint {

// A place of the list that can do this; anything else does not compile.
template <uint8_t effects>
class Named {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): so that a call names its place and nothing else
  consteval Named(const char* name) : index_(index_of(name)) {}
  [[nodiscard]] constexpr size_t index() const { return index_; }

 private:
  static consteval size_t index_of(std::string_view name) {
    for (size_t i = 0; i < kPlaces.size(); ++i) {
      if (kPlaces[i].name == name && (kPlaces[i].effects & effects) == effects) return i;
    }
    throw "failpoint_places.h has no such place with this effect";
  }
  size_t index_;
};

using Mortal = Named<kDies>;
using Fallible = Named<kDies | kFails>;
using Torn = Named<kTears>;
using Plant = Named<kPlanted>;

// The places before, in and after one kind of write.
struct Write {
  Fallible before;
  Torn torn;
  Fallible after;
};

#ifdef POTIK_FAILPOINTS
inline namespace on {

// May not return.
void reach(Mortal place);

// May not return. True: the caller does as if its operation had failed.
[[nodiscard]] bool fails(Fallible place);

// True: the caller writes half of what it has, and calls die().
[[nodiscard]] bool tears(Torn place);
[[noreturn]] void die();

[[nodiscard]] bool planted(Plant bug);

// Around a write to the end of a file: done() leaves half of what came to it, and dies.
// `path_now` says which file that is; it is only asked where this write is to be torn.
class TornWrite {
 public:
  template <class Path>
  TornWrite(Torn place, const Path& path_now) : armed_(tears(place)) {
    if (armed_) note(path_now());
  }
  template <class Path>
  void done(const Path& path_now) const {
    if (armed_) tear(path_now());
  }

 private:
  void note(std::string path);
  [[noreturn]] void tear(const std::string& path) const;
  bool armed_;
  std::string path_;
  uint64_t bytes_ = 0;
};

// Bytes went to the end of this file: a cut forgets all of it that came after its last `synced`.
void wrote(const std::string& path, bool synced);
template <class Path>
void wrote(const Path& path_now, bool synced) {
  wrote(std::string(path_now()), synced);
}

// "name=kill@3,other=error@1,plant.skip_sync=on@2": at the nth hit, once; a planted bug from the
// nth on; without a number at the first. Where a place can kill it can also cut (a kill that
// forgets what was not synced) and pause (the process stops until SIGCONT). Empty if all is
// understood, else what is wrong. Before the first thread.
[[nodiscard]] std::string configure(std::string_view text);

// One line a place: its name, what it can do, and how often the process came there.
[[nodiscard]] std::string listing();

}  // namespace on
#else
inline namespace off {

inline void reach(Mortal) {}
[[nodiscard]] constexpr bool fails(Fallible) { return false; }
[[nodiscard]] constexpr bool tears(Torn) { return false; }
inline void die() {}
[[nodiscard]] constexpr bool planted(Plant) { return false; }

class TornWrite {
 public:
  template <class Path>
  TornWrite(Torn, const Path&) {}
  template <class Path>
  void done(const Path&) const {}
};

template <class Path>
void wrote(const Path&, bool) {}

}  // namespace off
#endif

}  // namespace potik::failpoint
