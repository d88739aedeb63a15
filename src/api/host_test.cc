#include "api/host.h"

#include <gtest/gtest.h>

namespace potik::api {
namespace {

TEST(Host, IsLocalUnderEveryNameOfTheLoopback) {
  for (const std::string_view host :
       {"localhost", "localhost:8080", "LocalHost", "127.0.0.1", "127.0.0.1:8080", "127.9.0.255:1",
        "[::1]", "[::1]:8080", ""}) {
    EXPECT_TRUE(is_local_host(host, {})) << host;
  }
}

TEST(Host, IsForeignUnderAnyOtherName) {
  for (const std::string_view host : {"evil.example",
                                      "evil.example:8080",
                                      "localhost.evil.example",
                                      "127.0.0.1.evil.example",
                                      "127.evil.example",
                                      "127.0.0",
                                      "127.0.0.256",
                                      "127.0.0.01",
                                      "127.0.0.1.",
                                      "128.0.0.1",
                                      "0.0.0.0",
                                      "[::2]",
                                      "[::1",
                                      "::1",
                                      "[::1]x",
                                      "localhost:8080, evil.example",
                                      "localhost:80x",
                                      "192.168.1.7:8080",
                                      "evil.example@localhost",
                                      " "}) {
    EXPECT_FALSE(is_local_host(host, {})) << host;
  }
}

TEST(Host, IsLocalUnderFurtherNamesOfAnyCaseAndPort) {
  const std::vector<std::string> further{"potik.lan", "fe80::7"};
  EXPECT_TRUE(is_local_host("potik.lan", further));
  EXPECT_TRUE(is_local_host("Potik.LAN:8443", further));
  EXPECT_TRUE(is_local_host("[fe80::7]:80", further));
  EXPECT_FALSE(is_local_host("www.potik.lan", further));
}

}  // namespace
}  // namespace potik::api
