// Options of access.*: who may ask. docs/security.md is for those who set them.

#include <array>

#include "app/config_tables.h"

namespace potik::app {
namespace {

using C = Config;
using A = AccessConfig;
using api::AccessOptions;

constexpr std::array kAccess = std::to_array<Option>({
    {"access.keys_file", at<&C::access, &A::keys_file>, 0, 0, "",
     "File with the operators' keys, a line each as potik key create makes it: ROLE NAME "
     "sha256:HASH. Without it the loopback is open, and on another address what is admin's is "
     "closed."},
    {"access.viewer_tokens", at<&C::access, &A::control, &AccessOptions::viewer_tokens>, 0, 0, "",
     "Give each page a token that opens its own viewer alone. Off, because sites that ask through "
     "a "
     "backend of their own need none."},
    {"access.viewer_secret_file", at<&C::access, &A::viewer_secret_file>, 0, 0, "",
     "File with the secret that signs viewers' tokens, 32 bytes or more, the same for all servers "
     "that take them. Empty: one is made in the data folder."},
    {"access.viewer_token_lifetime_s",
     at<&C::access, &A::control, &AccessOptions::viewer_token_lifetime_s>, 60, 3.2e8, "s",
     "After this a token opens nothing; pages renew theirs before. A month outlasts a holiday."},
    {"access.requests_per_second_key",
     at<&C::access, &A::control, &AccessOptions::requests_per_second_key>, 0, 1e9, "requests/s",
     "Requests by one key, with two seconds' worth at once; more are answered 429. 0: no limit, as "
     "keys are the operator's own."},
    {"access.requests_per_second_viewer",
     at<&C::access, &A::control, &AccessOptions::requests_per_second_viewer>, 0, 1e9, "requests/s",
     "The same of one viewer's token. A page makes a few; 0: no limit."},
    {"access.viewers_per_second_address",
     at<&C::access, &A::control, &AccessOptions::viewers_per_second_address>, 0, 1e9, "viewers/s",
     "New viewers for one address. Raise it, or set 0 for no limit, where all come by one proxy."},
    {"access.callers_max", at<&C::access, &A::control, &AccessOptions::callers_max>, 8, 1e9,
     "callers",
     "Keys, viewers and addresses whose rates are remembered; beyond it those who asked longest "
     "ago "
     "begin anew. A bound."},
});

}  // namespace

std::span<const Option> access_options() { return kAccess; }

void append_access_contradictions(const Config& config, std::vector<std::string>& found) {
  const beast::TlsFiles& tls = config.http.server.tls;
  if (tls.certificate.empty() != tls.key.empty()) {
    found.emplace_back(
        "http.tls_certificate_file and http.tls_key_file are set both or not at all: name the "
        "other one too.");
  }
}

}  // namespace potik::app
