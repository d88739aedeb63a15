#include "base/failpoint.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <filesystem>
#include <map>
#include <mutex>

namespace potik::failpoint {
inline namespace on {
namespace {

enum class Action : uint8_t { none, kill, cut, pause, error, torn, on };

struct ActionName {
  std::string_view name;
  Action action;
  uint8_t effect;
};
constexpr std::array kActions{
    ActionName{"kill", Action::kill, kDies},   ActionName{"cut", Action::cut, kDies},
    ActionName{"pause", Action::pause, kDies}, ActionName{"error", Action::error, kFails},
    ActionName{"torn", Action::torn, kTears},  ActionName{"on", Action::on, kPlanted}};

struct Armed {
  Action action = Action::none;
  uint64_t hit = 1;
};

// Written before the first thread, then only read; the counts by any thread.
std::array<Armed, kPlaces.size()> armed;
std::array<std::atomic<uint64_t>, kPlaces.size()> hits;

// Files that bytes were appended to, with how many of them are durable.
struct Durable {
  std::mutex mutex;
  std::map<std::string, uint64_t> bytes;
};
Durable durable;

uint64_t size_of(const std::string& path) {
  std::error_code none;
  const auto bytes = std::filesystem::file_size(path, none);
  return none ? 0 : bytes;
}

// Keeps the mutex: a write that reached its file before the cut, and is told of only now, must not
// count as synced by a process that is about to die.
void forget_unsynced() {
  durable.mutex.lock();
  for (const auto& [path, bytes] : durable.bytes) {
    if (size_of(path) <= bytes) continue;
    if (truncate(path.c_str(), static_cast<off_t>(bytes)) != 0) die();
  }
}

// What is to happen at this hit.
Action action_of(size_t place) {
  const uint64_t hit = ++hits[place];
  return hit == armed[place].hit ? armed[place].action : Action::none;
}

// What ends the process, or stops it until somebody sends SIGCONT.
void suffer(Action action) {
  if (action == Action::cut) forget_unsynced();
  if (action == Action::cut || action == Action::kill) die();
  if (action == Action::pause) kill(getpid(), SIGSTOP);
}

std::string arm(std::string_view name, std::string_view what, uint64_t hit) {
  for (size_t i = 0; i < kPlaces.size(); ++i) {
    if (kPlaces[i].name != name) continue;
    for (const ActionName& known : kActions) {
      if (known.name != what || (known.effect & kPlaces[i].effects) == 0) continue;
      armed[i] = {known.action, hit};
      return {};
    }
    return "the failpoint " + std::string(name) + " cannot do '" + std::string(what) + "'";
  }
  return "there is no failpoint '" + std::string(name) + "'; --list-failpoints shows all";
}

}  // namespace

void reach(Mortal place) { suffer(action_of(place.index())); }

bool fails(Fallible place) {
  const Action action = action_of(place.index());
  suffer(action);
  return action == Action::error;
}

bool tears(Torn place) { return action_of(place.index()) == Action::torn; }

void die() {
  for (;;) {
    kill(getpid(), SIGKILL);
    pause();
  }
}

bool planted(Plant bug) {
  const uint64_t hit = ++hits[bug.index()];
  const Armed& wanted = armed[bug.index()];
  return wanted.action == Action::on && hit >= wanted.hit;
}

void TornWrite::note(std::string path) {
  path_ = std::move(path);
  bytes_ = size_of(path_);
}

void TornWrite::tear(const std::string& path) const {
  const uint64_t begin = path == path_ ? bytes_ : 0;
  const uint64_t end = size_of(path);
  if (end > begin && truncate(path.c_str(), static_cast<off_t>(begin + (end - begin) / 2)) == 0)
    die();
  die();  // a checkpoint took the file away: nothing is left to tear
}

void wrote(const std::string& path, bool synced) {
  const std::lock_guard lock(durable.mutex);
  uint64_t& bytes = durable.bytes[path];
  if (synced) bytes = size_of(path);
}

std::string configure(std::string_view text) {
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    const size_t equals = one.find('=');
    if (equals == std::string_view::npos)
      return "'" + std::string(one) + "' is no failpoint: write name=kill@3";
    std::string_view what = one.substr(equals + 1);
    uint64_t hit = 1;
    if (const size_t at = what.find('@'); at != std::string_view::npos) {
      const char* const end = what.data() + what.size();
      const auto [rest, error] = std::from_chars(what.data() + at + 1, end, hit);
      if (error != std::errc() || rest != end || hit == 0)
        return "'" + std::string(what) + "' does not end with the number of a hit, from 1";
      what = what.substr(0, at);
    }
    if (std::string wrong = arm(one.substr(0, equals), what, hit); !wrong.empty()) return wrong;
  }
  return {};
}

std::string listing() {
  std::string out;
  for (size_t i = 0; i < kPlaces.size(); ++i) {
    out += kPlaces[i].name;
    for (const ActionName& known : kActions) {
      if (known.action == Action::cut || known.action == Action::pause ||
          (known.effect & kPlaces[i].effects) == 0)
        continue;
      out.append(" ").append(known.name);
    }
    out += " " + std::to_string(hits[i].load()) + "\n";
  }
  return out;
}

}  // namespace on
}  // namespace potik::failpoint
