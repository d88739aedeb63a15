#include "app/introduction_report.h"

#include <algorithm>

namespace potik::app {

api::Introduction introduction_report(const pipeline::Core& core,
                                      const model::Introduction& introduction) {
  const model::RateInterval rate =
      model::rate_interval(introduction.positives, introduction.impressions);
  const event::VideoMetadata* metadata = core.videos().metadata(introduction.video);
  api::Introduction report;
  report.video_id = core.videos().id(introduction.video);
  report.title = metadata != nullptr ? metadata->title : std::string();
  report.state = model::kIntroductionStates[static_cast<size_t>(introduction.state)];
  report.target = introduction.target;
  report.impressions = introduction.impressions;
  report.due = core.introductions().due(introduction, core.time());
  report.positives = introduction.positives;
  report.rate_low = rate.low;
  report.rate_high = rate.high;
  report.mean_prediction = introduction.promised / std::max(introduction.promises, 1U);
  report.impressions_of_all = core.introductions().shows_meanwhile(introduction);
  report.announced_at = introduction.announced;
  report.started_at = introduction.started;
  report.deadline_at = introduction.deadline;
  report.ended_at = introduction.ended;
  return report;
}

std::vector<api::Introduction> introduction_reports(const pipeline::Core& core, size_t most) {
  const model::Introductions& all = core.introductions();
  std::vector<api::Introduction> reports;
  for (const model::Newcomer& newcomer : all.newcomers())
    reports.push_back(introduction_report(core, *all.find(newcomer.video)));
  std::ranges::stable_sort(reports, std::greater<>(), [](const api::Introduction& report) {
    return (report.due - report.impressions) / report.target;
  });
  if (reports.size() > most) reports.resize(most);
  for (auto ended = all.ended().rbegin(); ended != all.ended().rend(); ++ended) {
    if (reports.size() == most) break;
    reports.push_back(introduction_report(core, *all.find(*ended)));
  }
  return reports;
}

}  // namespace potik::app
