// Pages, assets and clips over real sockets.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "adapters/beast/test_raw_socket.h"
#include "adapters/beast/test_served_api.h"

namespace potik::beast {
namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() {
    fs::create_directories(root_ / "web/assets/deep");
    fs::create_directories(root_ / "media");
    write("web/feed.html", "<p>feed</p>");
    write("web/operations.html", "<p>operations</p>");
    write("web/assets/app.js", "export {};");
    write("web/assets/deep/style.css", "p {}");
    write("web/assets/.hidden", "secret");
    write("media/clip.mp4", "0123456789");
    write("secret.txt", "secret");
    ServedApi::Setup setup;
    setup.options.web_dir = (root_ / "web").string();
    setup.options.media_dir = (root_ / "media").string();
    served_ = std::make_unique<ServedApi>(setup);
  }
  ~StaticFilesTest() override {
    served_.reset();
    fs::remove_all(root_);
  }
  void write(const std::string& path, std::string_view content) const {
    std::ofstream(root_ / path, std::ios::binary) << content;
  }
  [[nodiscard]] ClientResponse get(
      std::string_view target,
      std::vector<std::pair<std::string, std::string>> headers = {}) const {
    return served_->send({.target = target, .headers = std::move(headers)});
  }

  const fs::path root_ =
      fs::path(testing::TempDir()) / ("potik-static-" + std::to_string(::getpid()));
  std::unique_ptr<ServedApi> served_;
};

TEST_F(StaticFilesTest, ServesPagesAssetsAndClipsWithTheirTypes) {
  EXPECT_EQ(get("/").body, "<p>feed</p>");
  EXPECT_EQ(get("/").header("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(get("/ops").body, "<p>operations</p>");
  EXPECT_EQ(get("/assets/app.js").header("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(get("/assets/deep/style.css").header("content-type"), "text/css; charset=utf-8");
  EXPECT_EQ(get("/media/clip.mp4").header("content-type"), "video/mp4");
  EXPECT_EQ(get("/media/clip.mp4").body, "0123456789");
}

TEST_F(StaticFilesTest, ForbidsInlineScriptsAndGuessingOfTypes) {
  const ClientResponse page = get("/");
  const std::string_view policy = page.header("content-security-policy");
  EXPECT_TRUE(policy.starts_with("default-src 'self';"));
  EXPECT_EQ(policy.find("unsafe"), std::string_view::npos);
  EXPECT_EQ(page.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(get("/media/clip.mp4").header("x-content-type-options"), "nosniff");
}

TEST_F(StaticFilesTest, ServesNothingOutsideItsFoldersAndNothingHidden) {
  for (const std::string target :
       {"/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt", "/assets/.hidden", "/media/../secret.txt",
        "/media//etc/passwd", "/media/%2fetc/passwd", "/assets/", "/assets/deep", "/assets/app.js/",
        "/assets/app.js%00.css", "/assets/..%5csecret.txt", "/media/nothing.mp4", "/feed.html",
        "/secret.txt"}) {
    const ClientResponse response = get(target);
    EXPECT_EQ(response.status, 404) << target;
    EXPECT_EQ(response.body.find("secret\n"), std::string::npos);
  }
}

TEST_F(StaticFilesTest, AnswersRangesAsAPlayerAsksForThem) {
  const auto range = [this](const std::string& value) {
    return get("/media/clip.mp4", {{"Range", value}});
  };
  EXPECT_EQ(range("bytes=2-4").status, 206);
  EXPECT_EQ(range("bytes=2-4").body, "234");
  EXPECT_EQ(range("bytes=2-4").header("content-range"), "bytes 2-4/10");
  EXPECT_EQ(range("bytes=7-").body, "789");
  EXPECT_EQ(range("bytes=7-99").header("content-range"), "bytes 7-9/10");
  EXPECT_EQ(range("bytes=-3").body, "789");
  EXPECT_EQ(range("bytes=-99").body, "0123456789");
  EXPECT_EQ(range("bytes=0-").status, 206);
  EXPECT_EQ(get("/media/clip.mp4").header("accept-ranges"), "bytes");
}

TEST_F(StaticFilesTest, RefusesRangesBehindTheEndAndIgnoresBrokenOnes) {
  const auto range = [this](const std::string& value) {
    return get("/media/clip.mp4", {{"Range", value}});
  };
  EXPECT_EQ(range("bytes=10-").status, 416);
  EXPECT_EQ(range("bytes=10-").header("content-range"), "bytes */10");
  EXPECT_EQ(range("bytes=-0").status, 416);
  for (const std::string value :
       {"bytes=4-2", "bytes=a-b", "bytes=1-2,4-5", "items=1-2", "bytes=", "bytes=-"}) {
    EXPECT_EQ(range(value).status, 200) << value;
    EXPECT_EQ(range(value).body, "0123456789") << value;
  }
}

TEST_F(StaticFilesTest, SendsNothingAgainThatTheClientHas) {
  const ClientResponse first = get("/assets/app.js");
  const std::string etag(first.header("etag"));
  const std::string modified(first.header("last-modified"));
  ASSERT_FALSE(etag.empty());
  EXPECT_EQ(get("/assets/app.js", {{"If-None-Match", etag}}).status, 304);
  EXPECT_EQ(get("/assets/app.js", {{"If-None-Match", "\"other\", " + etag}}).status, 304);
  EXPECT_EQ(get("/assets/app.js", {{"If-Modified-Since", modified}}).status, 304);
  EXPECT_EQ(get("/assets/app.js", {{"If-None-Match", "\"other\""}, {"If-Modified-Since", modified}})
                .status,
            200);
  write("web/assets/app.js", "export { changed };");
  EXPECT_EQ(get("/assets/app.js", {{"If-None-Match", etag}}).status, 200);
}

TEST_F(StaticFilesTest, AnswersARangeWholeWhenTheFileHasChanged) {
  const std::string etag(get("/media/clip.mp4").header("etag"));
  EXPECT_EQ(get("/media/clip.mp4", {{"Range", "bytes=0-1"}, {"If-Range", etag}}).status, 206);
  EXPECT_EQ(get("/media/clip.mp4", {{"Range", "bytes=0-1"}, {"If-Range", "\"old\""}}).status, 200);
}

TEST_F(StaticFilesTest, SendsLargeFilesWholeAndTellsHeadTheirLength) {
  std::string large(3'000'000, 'x');
  for (size_t i = 0; i < large.size(); i += 997) large[i] = static_cast<char>('a' + i % 26);
  write("media/large.mp4", large);
  EXPECT_EQ(get("/media/large.mp4").body, large);
  EXPECT_EQ(get("/media/large.mp4", {{"Range", "bytes=1000000-2999999"}}).body,
            large.substr(1'000'000));
  RawSocket socket(served_->address());
  ASSERT_TRUE(
      socket.send("HEAD /media/large.mp4 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  const std::string head = socket.read_to_end();
  EXPECT_NE(head.find("Content-Length: 3000000\r\n"), std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

}  // namespace
}  // namespace potik::beast
