#include "host/state_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/folder_for_tests.h"

namespace potik::host {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

PortableState some_state() {
  PortableState state;
  state.epoch = Epoch(9);
  state.model = "the model";
  state.viewers[127] = std::string("last\0viewers", 12);
  state.judges[5] = "a judge";
  return state;
}

TEST(StateFolder, HoldsEachPartAndTheManifest) {
  const FolderForTests folder;
  const std::string path = folder.path() + "/state";
  const StateManifest manifest{.epoch = Epoch(9),
                               .model_version = 5,
                               .settings = "a=\"b\"",
                               .offsets = {Offset(3), Offset(0)}};
  const auto written = write_state_folder(path, some_state(), manifest);
  ASSERT_TRUE(written.ok()) << written.error();
  EXPECT_EQ(content(path + "/model"), "the model");
  EXPECT_EQ(content(path + "/viewers-127"), some_state().viewers[127]);
  EXPECT_EQ(content(path + "/judge-005"), "a judge");
  EXPECT_EQ(content(path + "/manifest.json"),
            R"({"version":1,"epoch":9,"model_version":5,"settings":"a=\"b\"","offsets":[3,0]})"
            "\n");
  EXPECT_EQ(std::distance(fs::directory_iterator(path), fs::directory_iterator()), 258);
}

class ReadStateFolder : public ::testing::Test {
 protected:
  ReadStateFolder() {
    const auto written = write_state_folder(
        path_, some_state(),
        {.epoch = Epoch(9), .model_version = 5, .settings = "a=\"b\"", .offsets = {Offset(3)}});
    EXPECT_TRUE(written.ok());
  }
  void write_manifest(const std::string& text) const {
    std::ofstream(path_ + "/manifest.json", std::ios::trunc) << text;
  }
  [[nodiscard]] std::string error() const {
    const auto read = read_state_folder(path_);
    return read.ok() ? "" : read.error();
  }

  const FolderForTests folder_;
  const std::string path_ = folder_.path() + "/state";
};

TEST_F(ReadStateFolder, GivesWhatWasWritten) {
  const auto read = read_state_folder(path_);
  ASSERT_TRUE(read.ok()) << read.error();
  EXPECT_EQ(read->manifest.epoch, Epoch(9));
  EXPECT_EQ(read->manifest.model_version, 5U);
  EXPECT_EQ(read->manifest.settings, "a=\"b\"");
  EXPECT_EQ(read->manifest.offsets, std::vector{Offset(3)});
  EXPECT_EQ(read->state.epoch, Epoch(9));
  EXPECT_EQ(read->state.model, some_state().model);
  EXPECT_EQ(read->state.viewers, some_state().viewers);
  EXPECT_EQ(read->state.judges, some_state().judges);
}

TEST_F(ReadStateFolder, SaysWhatIsMissing) {
  fs::remove(path_ + "/judge-077");
  EXPECT_EQ(error(), path_ + "/judge-077 cannot be read: No such file or directory");
  fs::remove(path_ + "/model");
  EXPECT_EQ(error(), path_ + "/model cannot be read: No such file or directory");
  fs::remove(path_ + "/manifest.json");
  EXPECT_NE(error().find("did not come to the end"), std::string::npos) << error();
}

TEST_F(ReadStateFolder, RefusesAManifestThatIsNone) {
  const std::string good = R"({"version":1,"epoch":9,"model_version":5,"settings":"s","offsets":)";
  write_manifest(good + "[1,2]}");
  EXPECT_EQ(error(), "");
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("{}"), good + "[1,-2]}",
        good + "[1.5]}", good + "[\"1\"]}", good + "7}", good + "[1]",
        std::string(R"({"version":1,"epoch":-1,"model_version":5,"settings":"","offsets":[]})"),
        std::string(R"({"version":1,"epoch":1,"settings":"","offsets":[]})"),
        std::string(R"({"version":1,"epoch":1,"model_version":5,"settings":7,"offsets":[]})")}) {
    write_manifest(text);
    EXPECT_EQ(error(), path_ + "/manifest.json is damaged") << text;
  }
  write_manifest(R"({"version":2})");
  EXPECT_EQ(error(), path_ + "/manifest.json is of version 2, and this potik reads version 1");
}

TEST(StateFolder, IsNotWrittenOverAnother) {
  const FolderForTests folder;
  std::ofstream(folder.path() + "/here") << "something";
  const auto written = write_state_folder(folder.path(), some_state(), {});
  ASSERT_FALSE(written.ok());
  EXPECT_NE(written.error().find("is not empty"), std::string::npos);
  EXPECT_FALSE(fs::exists(folder.path() + "/manifest.json"));
}

}  // namespace
}  // namespace potik::host
