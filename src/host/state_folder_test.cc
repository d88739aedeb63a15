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
