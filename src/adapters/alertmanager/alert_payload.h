#pragma once
// An alert as Alertmanager's API v2 takes it (POST /api/v2/alerts). Threads: pure functions.

#include <string>
#include <string_view>

#include "adapters/alertmanager/options.h"
#include "base/ids.h"
#include "monitor/alert.h"

namespace potik::alertmanager {

// What makes two notices one alert there: the labels are made of this and of the node, and nothing
// else of an alert, so that neither a restart nor a repetition makes a second one.
[[nodiscard]] std::string identity(const monitor::Alert& alert);

// "like_burst" is PotikLikeBurst.
[[nodiscard]] std::string alert_name(std::string_view kind);
// "critical" needs a person now, "warning" soon, "info" some day. Fixed by the kind.
[[nodiscard]] std::string_view severity(std::string_view kind);

// Appends one object of the array to post. Labels: alertname, service, kind, subject_type, subject,
// severity, instance. Annotations: summary, description (what to do), alert_id, observed, baseline,
// threshold, distinct_users, folded, samples. startsAt is the alert's own start, never after `now`;
// endsAt of a resolved one is the time of its notice, of a firing one lies ahead by
// kRepeatsUntilOver repeats.
void append_alert(std::string& out, const monitor::Alert& alert, const Options& options,
                  TimeMs now);

}  // namespace potik::alertmanager
