#include "monitor/alert_log.h"

namespace potik::monitor {

void AlertLog::send(const Alert& alert) {
  const bool firing = alert.state == AlertState::firing;
  lines_.line(firing ? LogLevel::warning : LogLevel::info, "alert", alert.summary,
              {{"alert_id", alert.id},
               {"state", name(alert.state)},
               {"kind", alert.kind},
               {"subject_type", alert.subject_type},
               {"subject", alert.subject},
               {"observed", alert.observed},
               {"threshold", alert.threshold},
               {"unit", alert.unit},
               {"folded", alert.folded}});
}

}  // namespace potik::monitor
