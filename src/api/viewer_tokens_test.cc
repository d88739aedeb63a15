#include "api/viewer_tokens.h"

#include <gtest/gtest.h>

#include "api/test_access.h"

namespace potik::api {
namespace {

constexpr TimeMs kNow{1'800'000'000'000};

class ViewerTokensTest : public testing::Test {
 protected:
  [[nodiscard]] TokenError error_of(std::string_view token, TimeMs now = kNow) const {
    const auto user = tokens_.user_of(token, now);
    EXPECT_FALSE(user.ok()) << token << " was taken as " << (user ? *user : "");
    return user ? TokenError{} : user.error();
  }
  CryptoForTests crypto_;
  ViewerTokens tokens_{crypto_, "the secret", 3600};
};

TEST_F(ViewerTokensTest, SayWhoseTheyAreUntilTheyExpire) {
  for (const std::string user : {"g-0123456789ab", "ім'я", "a.b.c", "x"}) {
    const auto issued = tokens_.issue(user, kNow);
    EXPECT_EQ(issued.expires_at, TimeMs(kNow.value() + 3'600'000));
    const auto read = tokens_.user_of(issued.token, plus_ms(kNow, 3'599'000));
    ASSERT_TRUE(read.ok()) << user;
    EXPECT_EQ(*read, user);
    EXPECT_EQ(error_of(issued.token, issued.expires_at), TokenError::expired);
  }
}

TEST_F(ViewerTokensTest, AreForgedWithAnyByteChangedCutOrAdded) {
  const std::string token = tokens_.issue("g-0123456789ab", kNow).token;
  for (size_t at = 0; at < token.size(); ++at) {
    std::string changed = token;
    changed[at] = changed[at] == '0' ? '1' : '0';
    EXPECT_EQ(error_of(changed), TokenError::forged) << at;
    EXPECT_EQ(error_of(token.substr(0, at)), TokenError::forged) << at;
  }
  for (const std::string& more :
       {token + "0", token + " ", token + ".", " " + token, token + token})
    EXPECT_EQ(error_of(more), TokenError::forged) << more;
  std::string upper = token;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(error_of(upper), TokenError::forged);
}

// What one would try who knows tokens of other kinds: no signature, a header that names none,
// another's user under one's own signature.
TEST_F(ViewerTokensTest, AreForgedWhoeverSignsOrDoesNot) {
  const std::string mine = tokens_.issue("g-aaaaaaaaaaaa", kNow).token;
  const std::string other = tokens_.issue("g-bbbbbbbbbbbb", kNow).token;
  const std::string signature = mine.substr(mine.rfind('.'));
  EXPECT_EQ(error_of(other.substr(0, other.rfind('.')) + signature), TokenError::forged);
  EXPECT_EQ(error_of(other.substr(0, other.rfind('.'))), TokenError::forged);
  EXPECT_EQ(error_of(other.substr(0, other.rfind('.') + 1)), TokenError::forged);
  EXPECT_EQ(error_of("eyJhbGciOiJub25lIn0.eyJzdWIiOiJnLWJiYiJ9."), TokenError::forged);
  EXPECT_EQ(error_of("v1..."), TokenError::forged);
  EXPECT_EQ(error_of("v1."), TokenError::forged);
  EXPECT_EQ(error_of(""), TokenError::forged);
  EXPECT_EQ(error_of("v2" + mine.substr(2)), TokenError::forged);
  const ViewerTokens elsewhere(crypto_, "another secret", 3600);
  EXPECT_EQ(error_of(elsewhere.issue("g-aaaaaaaaaaaa", kNow).token), TokenError::forged);
}

}  // namespace
}  // namespace potik::api
