#include "api/services.h"

namespace potik::api {

void ApiMetrics::register_in(monitor::MetricsRegistry& registry) const {
  constexpr const char* kEvents = "potik_api_events_total";
  constexpr const char* kEventsHelp = "Events taken by HTTP, durable, by what the check said.";
  registry.add(kEvents, kEventsHelp, "result=\"accepted\"", events_accepted);
  registry.add(kEvents, kEventsHelp, "result=\"dead_letter\"", events_dead);
  registry.add(
      "potik_api_event_requests_refused_total",
      "Requests with events turned away: too many lines, overload, or the log does not write.", "",
      events_refused);
  registry.add("potik_api_changes_total", "Changes of users and videos taken by HTTP.", "",
               changes);
  constexpr const char* kLists = "potik_api_lists_total";
  constexpr const char* kListsHelp = "Recommendation lists answered, by where they came from.";
  registry.add(kLists, kListsHelp, "source=\"cache\"", lists_cached);
  registry.add(kLists, kListsHelp, "source=\"model\"", lists_computed);
  registry.add("potik_api_lists_refused_total", "Misses the model had no room for.", "",
               lists_refused);
  registry.add("potik_api_queries_total", "Questions asked to the analytical store.", "", queries);
  registry.add("potik_api_durable_seconds", "From a request read to its records durable.", "",
               durable);
  registry.add("potik_api_computed_seconds", "From a cache miss to the list there.", "", computed);
}

}  // namespace potik::api
