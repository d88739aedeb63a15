#include "app/video_probe.h"

#include <gtest/gtest.h>

namespace potik::app {
namespace {

TEST(VideoProbe, ReadsDurationTitleAndAuthor) {
  const auto facts = read_probe(
      R"({"streams":[{"codec_name":"aac","codec_type":"audio"},
                     {"codec_name":"h264","codec_type":"video","disposition":{"attached_pic":0}}],
          "format":{"duration":"12.3456","tags":{"TITLE":"Кіт \"і\" %s","Artist":"olena"}}})");
  ASSERT_TRUE(facts.ok()) << facts.error().why;
  EXPECT_EQ(facts->duration_ms, 12'346);
  EXPECT_EQ(facts->title, "Кіт \"і\" %s");
  EXPECT_EQ(facts->author, "olena");
}

TEST(VideoProbe, TakesADurationThatIsNotSaidOrNoneAsUnknown) {
  for (const auto* format : {R"({})", R"({"duration":"N/A"})", R"({"duration":"-3"})",
                             R"({"duration":"1e12"})", R"({"duration":"nan"})"}) {
    const auto facts = read_probe(
        std::string(R"({"streams":[{"codec_name":"vp9","codec_type":"video"}],"format":)") +
        format + "}");
    ASSERT_TRUE(facts.ok()) << format;
    EXPECT_EQ(facts->duration_ms, 0) << format;
  }
}

TEST(VideoProbe, RefusesWhatHasNoMovingPictureOrOneThatBrowsersDoNotPlay) {
  const auto refusal = [](const char* json) {
    const auto facts = read_probe(json);
    return facts.ok() ? "" : facts.error().why;
  };
  EXPECT_NE(refusal("{}").find("no picture"), std::string::npos);
  EXPECT_NE(refusal("").find("no video"), std::string::npos);
  EXPECT_NE(refusal(R"({"streams":[{"codec_name":"mjpeg","codec_type":"video",
                                    "disposition":{"attached_pic":1}}]})")
                .find("no picture"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"streams":[{"codec_name":"mpeg4","codec_type":"video"}]})").find("mpeg4"),
            std::string::npos);
}

}  // namespace
}  // namespace potik::app
