#include "api/key_list.h"

#include <gtest/gtest.h>

#include "api/test_access.h"

namespace potik::api {
namespace {

TEST(KeyList, KnowsTheKeysWhoseLinesItWasGiven) {
  const CryptoForTests crypto;
  const std::string ingest = new_key(crypto);
  const std::string admin = new_key(crypto);
  ASSERT_NE(ingest, admin);
  const auto list =
      KeyList::parse("# keys of the tests\n\n" + key_line(KeyRole::ingest, "site", ingest, crypto) +
                     "   \n" + key_line(KeyRole::admin, "me", admin, crypto));
  ASSERT_TRUE(list.ok()) << list.error();
  ASSERT_EQ(list->keys().size(), 2U);
  ASSERT_NE(list->find(ingest, crypto), nullptr);
  EXPECT_EQ(list->find(ingest, crypto)->name, "site");
  EXPECT_EQ(list->find(ingest, crypto)->role, KeyRole::ingest);
  EXPECT_EQ(list->find(admin, crypto)->role, KeyRole::admin);
  for (const std::string& wrong : {std::string(), ingest + " ", ingest.substr(1), "pk-" + admin,
                                   new_key(crypto), std::string("site")}) {
    EXPECT_EQ(list->find(wrong, crypto), nullptr) << wrong;
  }
}

TEST(KeyList, ComparesWithEveryKeyWhereverTheRightOneStands) {
  const CryptoForTests crypto;
  std::string lines;
  std::vector<std::string> keys;
  for (int i = 0; i < 20; ++i) {
    keys.push_back(new_key(crypto));
    lines += key_line(KeyRole::read, "k" + std::to_string(i), keys.back(), crypto);
  }
  const auto list = KeyList::parse(lines);
  ASSERT_TRUE(list.ok());
  for (const std::string& key : {keys.front(), keys.back(), std::string("none of them")}) {
    const uint64_t before = crypto.compared;
    (void)list->find(key, crypto);
    EXPECT_EQ(crypto.compared - before, 20U) << key;
  }
}

TEST(KeyList, RefusesLinesItDoesNotUnderstandAndSaysWhich) {
  const CryptoForTests crypto;
  const std::string good = key_line(KeyRole::read, "a", "k1", crypto);
  const std::string hash = good.substr(good.find("sha256:"), 71);
  const std::vector<std::string> wrong{"root a " + hash,
                                       "read " + hash,
                                       "read a",
                                       "read a sha256:12",
                                       "read a " + hash + " more",
                                       "read na/me " + hash,
                                       "nonsense",
                                       "read b SHA256:" + hash.substr(7),
                                       "read a " + std::string(hash).replace(7, 1, "G")};
  for (const std::string& bad : wrong) {
    const auto list = KeyList::parse("\n" + bad);
    ASSERT_FALSE(list.ok()) << bad;
    EXPECT_TRUE(list.error().starts_with("line 2 ")) << list.error();
    EXPECT_NE(list.error().find("potik key create"), std::string::npos) << list.error();
  }
  EXPECT_FALSE(KeyList::parse(good + good).ok()) << "the name stands twice";
  EXPECT_FALSE(KeyList::parse(good + key_line(KeyRole::admin, "b", "k1", crypto)).ok())
      << "the key stands twice";
}

TEST(KeyList, RolesOpenWhatTheyAreForAndAdminOpensAll) {
  using enum RouteAccess;
  for (const RouteAccess access : {everyone, own_events, own_user, ingest, read, admin}) {
    EXPECT_TRUE(opens(KeyRole::admin, access)) << name(access);
  }
  for (const RouteAccess access : {everyone, own_events, ingest})
    EXPECT_TRUE(opens(KeyRole::ingest, access)) << name(access);
  for (const RouteAccess access : {own_user, read, admin})
    EXPECT_FALSE(opens(KeyRole::ingest, access)) << name(access);
  for (const RouteAccess access : {everyone, own_user, read})
    EXPECT_TRUE(opens(KeyRole::read, access)) << name(access);
  for (const RouteAccess access : {own_events, ingest, admin})
    EXPECT_FALSE(opens(KeyRole::read, access)) << name(access);
}

}  // namespace
}  // namespace potik::api
