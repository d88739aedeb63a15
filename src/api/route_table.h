#pragma once
// All routes: which role has each, where the server's work is shared between processes, and who may
// ask it. access_control.h holds requests against it.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "api/http.h"

namespace potik::api {

enum class Role : uint8_t {
  gateway,  // takes events and reference data
  process,  // computes; answers questions to the store, about users and videos, and operators
  api       // serves lists and their streams, and the pages of viewers
};
[[nodiscard]] std::string_view name(Role role);

// A key of the role admin opens every class. What each stands for beside that:
enum class RouteAccess : uint8_t {
  everyone,    // no credentials: pages, clips, health, the catalogue
  own_events,  // a viewer for events of their own; a key of the role ingest
  own_user,    // the viewer whom the path's first {placeholder} names; a key of the role read
  ingest,      // a key of the role ingest: events and reference data of anybody
  read,        // a key of the role read: lists and users, figures
  admin,  // the rest: questions in SQL, exports, alerts, dead letters, what the page /ops shows
};
[[nodiscard]] std::string_view name(RouteAccess access);

struct RouteEntry {
  Method method{};
  std::string_view pattern;   // as router.h takes it
  std::optional<Role> owner;  // nothing: every role answers it for itself
  RouteAccess access{};
};
[[nodiscard]] std::span<const RouteEntry> route_table();

// HEAD is GET. Nothing for a route that the table does not hold: the router then lets nobody but
// admin ask it, and a test fails.
[[nodiscard]] std::optional<RouteAccess> access_of(Method method, std::string_view pattern);

}  // namespace potik::api
