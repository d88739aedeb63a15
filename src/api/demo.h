#pragma once
// GET /v1/demo and POST /v1/demo/attack: the simulated audience of a demo, what it does, and the
// switch of its attack. Here the port to it and the routes; the audience itself is the
// application's.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/router.h"
#include "base/ids.h"
#include "base/result.h"
#include "monitor/alert_board.h"

namespace potik::api {

// The attack under way or, afterwards, the last one.
struct DemoAttack {
  std::string kind;  // as in POST /v1/demo/attack
  std::string video_id;
  TimeMs started_at{};
  TimeMs ends_at{};  // by itself, or when it was switched off
};

struct DemoState {
  double rate = 0;  // the crowd's events per second
  bool attacking = false;
  std::optional<DemoAttack> attack;  // none since the start
};

enum class DemoError : uint8_t {
  not_ready,     // the crowd has read no catalogue yet, so there is nothing to attack
  unknown_kind,  // no such attack on a video
  another_kind,  // another attack is under way
};

// Thread-safe; no method blocks.
class Demo {
 public:
  virtual ~Demo() = default;
  [[nodiscard]] virtual DemoState state() const = 0;
  // Where the same attack is under way already it goes on as it was.
  [[nodiscard]] virtual Result<DemoState, DemoError> begin_attack(std::string_view kind) = 0;
  // Of what is not under way nothing changes.
  [[nodiscard]] virtual DemoState end_attack() = 0;
};

// Both null where there is no crowd: the routes then answer 404, and how one is started.
struct DemoServices {
  Demo* demo = nullptr;
  const monitor::AlertBoard* alerts = nullptr;
};

void add_demo_routes(Router& router, const DemoServices& services, int retry_after_s);

}  // namespace potik::api
