// The experiments in short: new videos get what is declared, from those who like them; a new viewer
// is understood after three long watches, and heard after one dislike.

#include <gtest/gtest.h>

#include "newcomers/experiments.h"

namespace potik::bench {
namespace {

constexpr int64_t kMonthMs = 30 * 86'400'000LL;

NewcomersOptions short_run() {
  NewcomersOptions options;
  options.lived.events_per_second = 400;
  options.lived.videos = 200;
  options.lived.crowd = 1;
  options.lived.core.introductions.impressions = 60;
  options.lived.core.introductions.within_ms = 240'000;
  options.newcomers = 6;
  options.warm_up_ms = 120'000;
  return options;
}

TEST(NewVideos, GetTheirImpressionsInTimeFromThoseWhoLikeThem) {
  const NewcomersResult fitting = introduce_videos(short_run());
  NewcomersOptions anyone = short_run();
  anyone.lived.core.recommender.newcomer_fit = 0;
  const NewcomersResult uniform = introduce_videos(anyone);
  for (const NewcomersResult* result : {&fitting, &uniform}) {
    ASSERT_EQ(result->rows.size(), 6U);
    for (const NewcomerRow& row : result->rows) {
      EXPECT_EQ(row.report.state, model::IntroductionState::reached) << row.video;
      EXPECT_LE(row.took_ms, 240'000) << row.video;
      EXPECT_GE(row.took_ms, 60'000) << row.video << ": paced, not at once";
      EXPECT_LT(row.report.impressions, 120U) << row.video << ": what is declared, not a flood";
    }
  }
  const auto rate = [](const NewcomersResult& result) {
    return static_cast<double>(result.positives()) / result.impressions();
  };
  EXPECT_GT(rate(fitting), 1.2 * rate(uniform));
}

TEST(NewVideos, MissTheirTimeWhereThereIsTooLittleTrafficAndSaySo) {
  NewcomersOptions options = short_run();
  options.lived.events_per_second = 4;
  options.lived.core.introductions.within_ms = 60'000;
  const NewcomersResult result = introduce_videos(options);
  EXPECT_EQ(result.reached(), 0U);
  uint64_t given = 0;
  for (const NewcomerRow& row : result.rows) {
    EXPECT_EQ(row.report.state, model::IntroductionState::missed);
    EXPECT_EQ(row.took_ms, 60'000);
    given += row.report.impressions;
  }
  EXPECT_GT(result.rows[0].meanwhile, 20U);
  EXPECT_LT(static_cast<double>(given), 0.4 * static_cast<double>(result.rows[0].meanwhile))
      << "viewers come first";
}

ReactionOptions quiet_crowd() {
  ReactionOptions options;
  options.lived.events_per_second = 100;
  options.lived.crowd = 1;
  options.warm_up_ms = 120'000;
  return options;
}

void expect_reaction(const app::SimulatedCatalogue& catalogue, double share, double of_unseen) {
  const ReactionResult result = react(catalogue, quiet_crowd());
  ASSERT_GT(result.topics, 1U);
  EXPECT_LT(result.watches[0].share, 0.2) << "nobody knows yet";
  EXPECT_GT(result.watches[3].share, share);
  EXPECT_GT(result.watches[3].of_unseen, of_unseen);
  EXPECT_GT(result.watches[3].first_five, 2 * result.watches[0].first_five);
  EXPECT_EQ(result.lists_with_disliked, 0U);
}

TEST(NewViewer, IsUnderstoodAfterThreeLongWatchesAndHeardAfterOneDislike) {
  // A third of the list, of twelve topics.
  expect_reaction(app::make_catalogue(1, 500, kLivedStart.value() - kMonthMs), 0.33, 0.1);
  const app::SimulatedCatalogue page = page_catalogue("tools/demo/catalogue.json");
  ASSERT_EQ(page.videos.size(), 120U);
  // Seven of a topic's ten are left to be shown.
  expect_reaction(page, 0.15, 0.5);
}

TEST(NewViewer, LikesTheFirstListAndLaterOnesMoreThanAnyVideo) {
  const FirstListsResult result =
      welcome(app::make_catalogue(1, 500, kLivedStart.value() - kMonthMs), quiet_crowd(), 60);
  EXPECT_GT(result.liking[0], result.any);
  for (const double liking : result.liking) EXPECT_GT(liking, result.any);
}

}  // namespace
}  // namespace potik::bench
