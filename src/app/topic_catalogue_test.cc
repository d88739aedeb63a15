#include "app/topic_catalogue.h"

#include <gtest/gtest.h>

#include "event/json_object.h"

namespace potik::app {
namespace {

constexpr log::Layout kLayout{.events = 4, .users = 1, .videos = 1};

class TopicCatalogueOfAFew : public testing::Test {
 protected:
  void take(const std::string& id, const std::string& document) {
    catalogue_.take({0, Offset(next_++), id, document});
  }
  void erase(const std::string& id) { catalogue_.take({0, Offset(next_++), id, std::nullopt}); }

  // Ids of a page, and where the next begins, as the answer has them.
  struct Page {
    std::vector<std::string> ids;
    std::optional<int64_t> next;
  };
  Page page(uint32_t after, size_t limit) {
    Page page;
    EXPECT_TRUE(catalogue_.videos(after, limit, [&](const auto& json) {
      const auto object = event::JsonObject::parse(*json);
      page.next = object->integer("next");
      const auto videos = event::json_array_elements(*object->raw("videos"));
      for (const auto& video : *videos)
        page.ids.push_back(*event::JsonObject::parse(video)->text("video_id"));
    }));
    return page;
  }

  TopicCatalogue catalogue_{3, kLayout};
  int64_t next_ = 0;
};

using Ids = std::vector<std::string>;

TEST_F(TopicCatalogueOfAFew, GivesPagesInTheOrderInWhichVideosCame) {
  take("b", R"({"title":"B"})");
  take("a", R"({"video_id":"a","title":"A"})");
  take("c", "{}");
  const Page first = page(0, 2);
  EXPECT_EQ(first.ids, (Ids{"b", "a"}));
  ASSERT_TRUE(first.next);
  const Page second = page(static_cast<uint32_t>(*first.next), 2);
  EXPECT_EQ(second.ids, Ids{"c"});
  EXPECT_FALSE(second.next);
}

TEST_F(TopicCatalogueOfAFew, KeepsTheNewestDocumentAndForgetsWhatIsDeleted) {
  take("a", R"({"title":"old"})");
  take("b", "{}");
  take("a", R"({"title":"new"})");
  take("a", "no document");
  std::string text;
  EXPECT_TRUE(catalogue_.video("a", [&](const auto& json) { text = json.value(); }));
  EXPECT_EQ(text, R"({"video_id":"a","metadata":{"title":"new"}})");
  erase("a");
  bool unknown = false;
  EXPECT_TRUE(catalogue_.video("a", [&](const auto& json) {
    unknown = !json.ok() && json.error() == api::InspectionError::unknown;
  }));
  EXPECT_TRUE(unknown);
  EXPECT_EQ(page(0, 9).ids, Ids{"b"});
}

TEST_F(TopicCatalogueOfAFew, TakesNoMoreThanThereIsRoomForUntilSomeAreDeleted) {
  for (const auto* id : {"a", "b", "c", "d"}) take(id, "{}");
  EXPECT_EQ(page(0, 9).ids, (Ids{"a", "b", "c"}));
  erase("a");
  take("d", "{}");
  EXPECT_EQ(page(0, 9).ids, (Ids{"b", "c", "d"}));
}

TEST_F(TopicCatalogueOfAFew, SaysWhetherItBeganEmptyOnceThatIsKnown) {
  const auto known = catalogue_.videos_known();
  EXPECT_FALSE(known());
  EXPECT_FALSE(catalogue_.trouble().empty());
  catalogue_.filled();
  EXPECT_EQ(known(), 0U);
  EXPECT_TRUE(catalogue_.began_empty());
  EXPECT_TRUE(catalogue_.trouble().empty());
  take("a", "{}");
  EXPECT_TRUE(catalogue_.began_empty());
  EXPECT_EQ(known(), 1U);
}

TEST_F(TopicCatalogueOfAFew, OfWhichAllWasDeletedDidNotBeginEmpty) {
  erase("a");
  catalogue_.filled();
  EXPECT_FALSE(catalogue_.began_empty());
}

TEST_F(TopicCatalogueOfAFew, KnowsWhichRecordsItHasTaken) {
  const auto taken = catalogue_.taking({{Partition(5), Offset(0)}, {Partition(5), Offset(1)}});
  take("a", "{}");
  EXPECT_FALSE(taken());
  take("b", "no document");
  EXPECT_TRUE(taken()) << "it will not change any more";
}

}  // namespace
}  // namespace potik::app
