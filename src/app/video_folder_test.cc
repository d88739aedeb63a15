#include "app/video_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "app/video_metadata.h"
#include "app/video_record.h"
#include "base/folder_for_tests.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> paths(const VideoListing& listing) {
  std::vector<std::string> found;
  for (const VideoFile& file : listing.files) found.push_back(file.path);
  return found;
}

class VideoFolder : public testing::Test {
 protected:
  void make(const std::string& path) const {
    fs::create_directories(fs::path(folder_.path() + "/" + path).parent_path());
    std::ofstream(folder_.path() + "/" + path) << "bytes";
  }
  FolderForTests folder_;
};

TEST_F(VideoFolder, ListsVideosOfAllFoldersInOrderOfPath) {
  for (const auto* path : {"b.MP4", "cats/Мій кіт.webm", "a b/c/100% 'x'.mkv", "notes.txt", "c.jpg",
                           ".hidden.mp4", ".cache/d.mp4", "e.mov", "f.m4v", "mp4"})
    make(path);
  const VideoListing listing = list_videos(folder_.path());
  EXPECT_THAT(paths(listing),
              ElementsAre("a b/c/100% 'x'.mkv", "b.MP4", "cats/Мій кіт.webm", "e.mov", "f.m4v"));
  EXPECT_THAT(listing.skipped, ElementsAre());
  EXPECT_EQ(listing.files[0].size, 5U);
  EXPECT_GT(listing.files[0].changed_ms, 1'600'000'000'000);
}

TEST_F(VideoFolder, FollowsNoLinkAndSkipsNamesThatCannotBeServed) {
  make("real.mp4");
  make("back\\slash.mp4");
  make("line\nbreak.mp4");
  fs::create_directories(folder_.path() + "/elsewhere.d");
  fs::create_symlink(folder_.path() + "/real.mp4", folder_.path() + "/link.mp4");
  fs::create_directory_symlink("/", folder_.path() + "/root");
  const VideoListing listing = list_videos(folder_.path());
  EXPECT_THAT(paths(listing), ElementsAre("real.mp4"));
  EXPECT_THAT(listing.skipped,
              testing::UnorderedElementsAre(HasSubstr("link.mp4"), HasSubstr("back\\slash.mp4"),
                                            HasSubstr("line\\x0abreak.mp4")));
}

TEST_F(VideoFolder, ThatIsNotThereIsSaid) {
  EXPECT_THAT(list_videos(folder_.path() + "/none").skipped, ElementsAre(HasSubstr("none")));
}

TEST(VideoIds, AreStableReadableAndOfEachPathItsOwn) {
  EXPECT_EQ(video_id_of("cats/Big Cat (2).mp4"), video_id_of("cats/Big Cat (2).mp4"));
  EXPECT_THAT(video_id_of("cats/Big Cat (2).mp4"), testing::MatchesRegex("big-cat-2-[0-9a-f]{16}"));
  EXPECT_THAT(video_id_of("Кіт.mp4"), testing::MatchesRegex("[0-9a-f]{16}"));
  std::set<std::string> ids;
  for (const auto* path : {"a.mp4", "A.mp4", "a.webm", "x/a.mp4", "a .mp4", "ї.mp4", "\xff.mp4"})
    ids.insert(video_id_of(path));
  EXPECT_EQ(ids.size(), 7U);
  EXPECT_LE(video_id_of(std::string(250, 'x') + ".mp4").size(), 64U);
}

TEST(VideoTitles, AreTheNameWithoutItsFormAndAlwaysText) {
  EXPECT_EQ(title_of("cats/Мій_кіт__спить.mp4"), "Мій кіт спить");
  EXPECT_EQ(title_of("v1.2 final.mp4"), "v1.2 final");
  EXPECT_EQ(title_of("___.mp4"), "___.mp4");
  EXPECT_EQ(title_of("a\xff.mp4"), "a?");
}

TEST(VideoMetadata, NamesTopicAuthorAndAnAddressOfPlainAscii) {
  const VideoFile file{"Мої/100% 'ї'.mp4", 5, 1'700'000'000'000};
  const auto json = metadata_of(file, {.duration_ms = 9'000, .title = "", .author = ""});
  ASSERT_TRUE(json.has_value());
  const auto video = event::JsonObject::parse(*json);
  ASSERT_TRUE(video.has_value()) << *json;
  EXPECT_EQ(video->text("title"), "100% 'ї'");
  EXPECT_EQ(video->text("author_id"), "Мої");
  EXPECT_EQ(video->raw("tags"), R"(["Мої"])");
  EXPECT_EQ(video->integer("duration_ms"), 9'000);
  EXPECT_EQ(video->text("published_at"), "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(video->text("url"), "/media/%D0%9C%D0%BE%D1%97/100%25%20%27%D1%97%27.mp4");
  EXPECT_EQ(video->text("poster"), "/media/posters/" + video_id_of(file.path) + ".jpg");
}

TEST(VideoMetadata, PrefersWhatTheFileSaysAndKeepsWithinItsLimits) {
  const std::string word(2'000, 'y');
  const auto json = metadata_of({"a.mp4", 5, -1}, {0, "  A\ttitle " + word, word});
  const auto video = event::JsonObject::parse(json.value_or(""));
  ASSERT_TRUE(video.has_value());
  EXPECT_EQ(video->text("title")->size(), 510U) << "two blanks before it are gone";
  EXPECT_TRUE(video->text("title")->starts_with("A title yy"));
  EXPECT_EQ(video->text("author_id")->size(), 64U);
  EXPECT_EQ(video->raw("tags"), R"(["videos"])");
  std::string deep;
  for (int i = 0; i < 30; ++i) deep += std::string(100, '%') + "/";
  EXPECT_FALSE(metadata_of({deep + "a.mp4", 5, 0}, {}).has_value()) << "9,000 bytes of address";
}

TEST(VideoRecord, ComesBackAsItWasWrittenWhateverTheNames) {
  const FolderForTests folder;
  const std::string record = folder.path() + "/videos.ndjson";
  EXPECT_TRUE(read_known_videos(record).empty());
  KnownVideos known;
  KnownVideo shown;
  shown.file = {"a \xff\n\".mp4", 7, -5};
  shown.json = R"({"video_id":"x"})";
  known[shown.file.path] = shown;
  KnownVideo refused;
  refused.file = {"б/%41.mp4", 0, 9};
  refused.problem = "is no video";
  known[refused.file.path] = refused;
  ASSERT_TRUE(write_known_videos(record, known).ok());
  std::ofstream(record, std::ios::app) << "{\"path\":\"half";
  const KnownVideos again = read_known_videos(record);
  ASSERT_EQ(again.size(), 2U);
  for (const auto& [path, video] : known) {
    EXPECT_EQ(again.at(path).file, video.file);
    EXPECT_EQ(again.at(path).json, video.json);
    EXPECT_EQ(again.at(path).problem, video.problem);
  }
  EXPECT_FALSE(write_known_videos(folder.path() + "/none/videos.ndjson", known).ok());
}

}  // namespace
}  // namespace potik::app
