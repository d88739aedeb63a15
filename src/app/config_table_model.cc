// The options of the model, as config_table.cc has the others.

#include <array>
#include <limits>

#include "app/config_tables.h"

namespace potik::app {

namespace {

using C = Config;
using model::FactorOptions;
using model::IntroductionOptions;
using model::RankerOptions;
using model::RecommenderOptions;
using model::VideoTableOptions;
using pipeline::CoreOptions;

constexpr std::array kOptions = std::to_array<Option>({
    {"model.seed", at<&C::core, &CoreOptions::recommender, &RecommenderOptions::seed>, 0, 9e15, "",
     "Seed of exploration. The same seed, log and journal give the same lists."},
    {"model.list_length", at<&C::core, &CoreOptions::list_length>, 1, 50, "videos",
     "Videos in a computed list: the most that one answer may ask for."},
    {"model.videos_max", at<&C::core, &CoreOptions::videos, &VideoTableOptions::videos_max>, 1000,
     1e8, "videos",
     "Videos the model can hold; events on further ones are stored but teach nothing, metadata of "
     "further ones is refused."},
    {"model.unlisted_max", at<&C::core, &CoreOptions::videos, &VideoTableOptions::unlisted_max>, 0,
     1e8, "videos",
     "Of these, videos that were seen in events but never described, so that invented ids cannot "
     "crowd out the catalogue."},
    {"model.cowatch_half_life_ms",
     at<&C::core, &CoreOptions::videos, &VideoTableOptions::cowatch_half_life_ms>, 3600000, 3.2e11,
     "ms",
     "A pair watched together counts half after this. Four days did best on recorded short-video "
     "traffic."},
    {"model.cowatch_inputs", at<&C::core, &CoreOptions::cowatch_inputs>, 1, 100, "videos",
     "A viewer's last videos that pair with the one now met. Cost time in proportion."},
    {"model.candidates_max",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::candidates_max>, 10, 10000,
     "videos", "Videos ranked for one list; the time of a list is in proportion."},
    {"model.per_author_max",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::per_author_max>, 1, 50, "videos",
     "Videos of one author in a list, for variety; a list that would stay short takes more."},
    {"model.exploration_rate",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::exploration_rate>, 0, 1,
     "probability",
     "Chance that a place below the third goes to a new video, so that it can find its viewers."},
    {"model.newcomer_impressions",
     at<&C::core, &CoreOptions::introductions, &IntroductionOptions::impressions>, 0, 1e6,
     "impressions",
     "What each new video is owed, from its first metadata on, as far as newcomer_share_max "
     "allows. Two hundred tell a rate of positives to within .07. 0: none is introduced."},
    {"model.newcomer_within_ms",
     at<&C::core, &CoreOptions::introductions, &IntroductionOptions::within_ms>, 1000, 30 * kDay,
     "ms",
     "And within which time from the start of its introduction; paced to be done after three "
     "quarters of it."},
    {"model.newcomers_max",
     at<&C::core, &CoreOptions::introductions, &IntroductionOptions::at_once_max>, 1, 1000,
     "videos",
     "Videos under introduction at once; further ones wait in order, and those under way hurry. "
     "Each costs every list some 0.2 us."},
    {"model.newcomer_age_max_ms",
     at<&C::core, &CoreOptions::introductions, &IntroductionOptions::age_max_ms>, 0, 3.2e11, "ms",
     "A video that was published longer ago when it is first described is not new, so that loading "
     "a catalogue introduces nothing."},
    {"model.newcomer_share_max",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::newcomer_share_max>, 0, 1,
     "probability",
     "Chance that a place below the third goes to a video under introduction, at most, however far "
     "behind they are: viewers come first."},
    {"model.newcomer_fit",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::newcomer_fit>, 0, 4, "power",
     "How much the predicted odds that this viewer likes it, against what it takes the place of, "
     "decide who meets a new video. 0: anyone alike."},
    {"model.per_topic_share_max",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::per_topic_share_max>, 0, 1,
     "share",
     "Of each twenty places of a list, for one topic (first tag), for variety; a list that would "
     "stay short takes more. 1: no limit."},
    {"model.duplicates_apart",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::duplicates_apart>, 0, 50,
     "places",
     "Places between two videos that are nearly the same: as long, and of one title, or of one "
     "author with the same tags, or of one topic and watched by the same people. 0: no such rule."},
    {"model.dislike_videos",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::dislike_videos>, 0,
     model::kRingMax, "videos",
     "The topic of a disliked video is left out of lists until the viewer has met so many others, "
     "as long as half a list of other videos is there. weight_disliked goes on."},
    {"model.weight_long_watch",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::weight_long_watch>, -100, 100,
     "utility", "What a certain long watch is worth in the ranking. The unit of the others."},
    {"model.weight_like", at<&C::core, &CoreOptions::recommender, &RecommenderOptions::weight_like>,
     -100, 100, "utility",
     "What a certain like is worth: it is rarer and says more than a long watch."},
    {"model.weight_comment",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::weight_comment>, -100, 100,
     "utility", "What a certain comment is worth: rare, but not always praise."},
    {"model.weight_share",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::weight_share>, -100, 100,
     "utility", "What a certain share is worth: rare, and it brings others."},
    {"model.weight_follow",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::weight_follow>, -100, 100,
     "utility", "What it is worth that the viewer certainly follows the author then."},
    {"model.weight_skip", at<&C::core, &CoreOptions::recommender, &RecommenderOptions::weight_skip>,
     -100, 100, "utility", "What a certain skip costs."},
    {"model.weight_dislike",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::weight_dislike>, -100, 100,
     "utility",
     "What a certain dislike costs: rarer than a skip, and it says more. At most a long watch's "
     "worth."},
    {"model.weight_value",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::weight_value>, -100, 100, "score",
     "How much the expected value, by the weights above, counts beside how likely the video is to "
     "be "
     "watched next."},
    {"model.weight_taste",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::weight_taste>, -100, 100, "score",
     "What the one topic adds that a new viewer likes; authors and topics in general add 3/14 of "
     "it "
     "at most. The more videos the viewer has met, the less."},
    {"model.weight_shown",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::weight_shown>, 0, 100, "score",
     "What a video loses when it was shown and passed over; twice as much for each further time."},
    {"model.weight_disliked",
     at<&C::core, &CoreOptions::recommender, &RecommenderOptions::weight_disliked>, 0, 100, "score",
     "What a topic loses for each of its videos that the viewer disliked lately."},
    {"model.shown_again", at<&C::core, &CoreOptions::recommender, &RecommenderOptions::shown_again>,
     0, 0, "", "What was shown but not watched may be recommended again, lower."},
    {"model.use_factors", at<&C::core, &CoreOptions::recommender, &RecommenderOptions::use_factors>,
     0, 0, "", "Learn vectors of viewers and videos, and take candidates whose vectors are near."},
    {"model.use_peers", at<&C::core, &CoreOptions::recommender, &RecommenderOptions::use_peers>, 0,
     0, "", "Take candidates that viewers of the same videos watch now."},
    {"model.search_max", at<&C::core, &CoreOptions::factors, &FactorOptions::search_max>, 1'000,
     1e8, "videos",
     "Catalogues up to this size are searched in full for the nearest vectors: some 5 ns a video "
     "and list. In larger ones a search looks at the 33,000 videos whose vectors point the same "
     "way."},
    {"model.neighbours_max", at<&C::core, &CoreOptions::videos, &VideoTableOptions::neighbours_max>,
     8, model::kNeighboursMax, "videos",
     "Videos watched together with a video that are remembered with it."},
    {"model.neighbours_total",
     at<&C::core, &CoreOptions::videos, &VideoTableOptions::neighbours_total>, 0, 1e11,
     "neighbours", "Of all videos together; beyond it a video keeps at least 32."},
    {"model.factor_batch", at<&C::core, &CoreOptions::factors, &FactorOptions::batch_pairs>, 1,
     1000000, "pairs",
     "Viewers' first meetings with videos between two rounds of learning vectors."},
    {"model.factor_viewers_max", at<&C::core, &CoreOptions::factors, &FactorOptions::viewers_max>,
     1000, 16000000, "viewers",
     "Viewers with a vector of their own; beyond it the longest unseen makes room."},
    {"model.factor_viewers_per_video",
     at<&C::core, &CoreOptions::factors, &FactorOptions::viewers_per_video>, 64, 65536, "viewers",
     "Last viewers from whom a video's vector is learned."},
    {"model.factor_pairs_max", at<&C::core, &CoreOptions::factors, &FactorOptions::pairs_max>, 0,
     1e11, "pairs", "Of all videos together; beyond it a video keeps at least 64."},
    {"model.factor_steps",
     at<&C::core, &CoreOptions::factors, &FactorOptions::implicit, &model::ImplicitOptions::steps>,
     1, 20, "steps", "Conjugate-gradient steps for each vector that a round touches."},
    {"model.factor_negatives", at<&C::core, &CoreOptions::factors, &FactorOptions::negatives>, 1,
     1000, "videos", "Other videos that each new pair is learned against."},
    {"model.learned_per_second_max", at<&C::core, &CoreOptions::learned_per_second_max>, 1, 1e9,
     "events/s",
     "Events that neighbours and vectors learn from in full; of more, every second, third and so "
     "on, "
     "spread evenly, so that learning cannot stall an epoch. All are counted and ranked."},
    {"model.use_topic", at<&C::core, &CoreOptions::recommender, &RecommenderOptions::use_topic>, 0,
     0, "", "Take candidates from the topics that the viewer watched."},
    {"model.use_popular", at<&C::core, &CoreOptions::recommender, &RecommenderOptions::use_popular>,
     0, 0, "", "Take candidates from what is popular with everyone."},
    {"model.use_segment", at<&C::core, &CoreOptions::recommender, &RecommenderOptions::use_segment>,
     0, 0, "", "Take candidates from what is popular in the viewer's segment."},
    {"model.use_cowatch", at<&C::core, &CoreOptions::recommender, &RecommenderOptions::use_cowatch>,
     0, 0, "", "Take candidates that are watched together with the viewer's last videos."},
    {"model.use_author", at<&C::core, &CoreOptions::recommender, &RecommenderOptions::use_author>,
     0, 0, "", "Take candidates by authors the viewer likes."},
    {"model.use_fresh", at<&C::core, &CoreOptions::recommender, &RecommenderOptions::use_fresh>, 0,
     0, "", "Take candidates that are new and have not had their fair chance."},
    {"model.alpha", at<&C::core, &CoreOptions::ranker, &RankerOptions::alpha>, 1e-6, 10, "step",
     "Step size of the online learner (FTRL-proximal)."},
    {"model.beta", at<&C::core, &CoreOptions::ranker, &RankerOptions::beta>, 0, 1000, "",
     "Smooths the learner's first steps; 1 is the usual choice (McMahan et al. 2013)."},
    {"model.l1", at<&C::core, &CoreOptions::ranker, &RankerOptions::l1>, 0, 1000, "",
     "Pulls rare features' weights to zero. Off: the table has a fixed size anyway."},
    {"model.l2", at<&C::core, &CoreOptions::ranker, &RankerOptions::l2>, 0, 1000, "",
     "Keeps weights small while little is known."},
    {"model.impression_window_ms", at<&C::core, &CoreOptions::impression_window_ms>, 1000, kDay,
     "ms",
     "An impression that no play answers for this long counts as passed over in the viewer's own "
     "rates. A play that comes later still counts. Half an hour outlasts the longest clips."},
    {"model.examples_per_epoch_max",
     at<&C::core, &CoreOptions::ranker, &RankerOptions::examples_per_epoch_max>, 1, 1e9, "examples",
     "Examples learned in one epoch; beyond it they are thinned evenly, so that learning cannot "
     "stall an epoch."},
});

}  // namespace

std::span<const Option> model_options() { return kOptions; }

}  // namespace potik::app
