#pragma once
// HttpPost by libcurl, over http or https, on one connection that is kept.

#include <memory>

#include "adapters/alertmanager/http_post.h"
#include "adapters/alertmanager/options.h"

namespace potik::alertmanager {

// To OPTIONS.url + "/api/v2/alerts". The credentials file holds one line, "bearer TOKEN" or "basic
// NAME:PASSWORD"; it is read for every request, so that it can be exchanged while the server runs.
// Certificates are checked. Proxies are those that the environment names (https_proxy, no_proxy).
[[nodiscard]] std::unique_ptr<HttpPost> make_curl_post(const Options& options);

}  // namespace potik::alertmanager
