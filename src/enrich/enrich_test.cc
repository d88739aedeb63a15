#include <gtest/gtest.h>

#include "enrich/join.h"

namespace potik::enrich {
namespace {

event::UserProfile profile_of(const char* segment) {
  event::UserProfile profile;
  profile.user_id = "u";
  profile.segment = segment;
  profile.json = R"({"segment":"x"})";
  return profile;
}

TEST(Join, FlagsWhatIsMissingAndKeepsGoing) {
  const Enrichment joined = join(Profile{}, VideoFacts{}, event::kAbsent);
  EXPECT_TRUE(joined.user_unknown);
  EXPECT_TRUE(joined.video_unknown);
  EXPECT_EQ(joined.duration_ms, 0);
  EXPECT_EQ(joined.user_version, 0U);
}

TEST(Join, PrefersTheVideosOwnDurationToTheEvents) {
  EXPECT_EQ(join(Profile{}, VideoFacts{VideoHandle{1}, 2, 9000}, 1234).duration_ms, 9000);
  EXPECT_EQ(join(Profile{}, VideoFacts{VideoHandle{1}, 2, 0}, 1234).duration_ms, 1234);
}

TEST(Profile, EveryPutAndDeleteIsANewVersion) {
  Profile profile;
  profile.put(profile_of("a"));
  EXPECT_EQ(profile.version, 1U);
  EXPECT_FALSE(join(profile, VideoFacts{}, 0).user_unknown);
  profile.erase();
  EXPECT_EQ(profile.version, 2U);
  EXPECT_TRUE(join(profile, VideoFacts{}, 0).user_unknown);
  EXPECT_TRUE(profile.json.empty());
}

TEST(Profile, SurvivesSavingAndRefusesTruncatedBytes) {
  Profile profile;
  profile.put(profile_of("night"));
  std::string bytes;
  ByteWriter writer(bytes);
  profile.save(writer);
  ByteReader whole(bytes);
  Profile loaded;
  ASSERT_TRUE(loaded.load(whole));
  EXPECT_TRUE(whole.done());
  EXPECT_EQ(loaded.segment, "night");
  EXPECT_EQ(loaded.version, 1U);
  ByteReader cut(std::string_view(bytes).substr(0, bytes.size() - 1));
  EXPECT_FALSE(Profile().load(cut));
}

}  // namespace
}  // namespace potik::enrich
