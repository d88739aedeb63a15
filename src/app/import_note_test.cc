#include "app/import_note.h"

#include <gtest/gtest.h>

#include "app/commands.h"
#include "app/processing.h"
#include "base/folder_for_tests.h"

namespace potik::app {
namespace {

class ImportNote : public testing::Test {
 protected:
  ImportNote() { config_.data_dir = folder_.path() + "/data"; }
  // Of a folder without the files of the data set: fails after it has claimed the data directory.
  int fail_an_import() {
    ImportArguments arguments;
    arguments.dir = folder_.path() + "/nothing";
    return import_kuairand(config_, arguments);
  }
  FolderForTests folder_;
  Config config_;
};

TEST_F(ImportNote, IsThereFromItsWritingToItsWithdrawal) {
  config_.data_dir = folder_.path();
  EXPECT_FALSE(unfinished_import(config_));
  EXPECT_TRUE(refuse_unfinished_import(config_).ok());
  ASSERT_TRUE(note_import(config_, "potik import kuairand /files").ok());
  EXPECT_EQ(unfinished_import(config_), "potik import kuairand /files");
  withdraw_import_note(config_);
  EXPECT_FALSE(unfinished_import(config_));
}

TEST_F(ImportNote, ThatCannotBeWrittenIsAnError) {
  EXPECT_FALSE(note_import(config_, "potik import").ok()) << "there is no such folder";
}

TEST_F(ImportNote, KeepsServersFromAnImportThatWasNotFinishedAndSaysWhatFinishesIt) {
  ASSERT_NE(fail_an_import(), 0);
  const auto refused = Processing::open(config_);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().find("potik import kuairand " + folder_.path() + "/nothing"),
            std::string::npos)
      << refused.error();
  ASSERT_NE(fail_an_import(), 0);
  EXPECT_TRUE(unfinished_import(config_)) << "a further try does not end it either";
}

TEST_F(ImportNote, OfAnotherImportThatIsRefusedIsNotLeft) {
  ASSERT_NE(fail_an_import(), 0);
  withdraw_import_note(config_);
  ImportArguments other;
  other.dir = folder_.path() + "/nothing";
  other.lists = false;
  ASSERT_NE(import_kuairand(config_, other), 0);
  EXPECT_FALSE(unfinished_import(config_)) << "the directory is that of the first one";
}

}  // namespace
}  // namespace potik::app
