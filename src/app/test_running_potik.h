#pragma once
// A whole Potik in this process, on a free port of the loopback and a data folder of its own.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "adapters/beast/http_client.h"
#include "app/all_in_one.h"

namespace potik::app {

class RunningPotik : public testing::Test {
 protected:
  RunningPotik() {
    std::string name = (std::filesystem::temp_directory_path() / "potik_running.XXXXXX").string();
    folder_ = mkdtemp(name.data());
    config_.data_dir = folder_ + "/data";
    config_.http.listen = "127.0.0.1:0";
  }
  ~RunningPotik() override {
    all_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Ends the test program where it does not start: nothing sensible could follow.
  void start() {
    auto started = AllInOne::start(config_, {}, {});
    if (!started) {
      ADD_FAILURE() << started.error();
      std::abort();
    }
    all_ = std::move(started).value();
  }

  [[nodiscard]] beast::ClientResponse send(const beast::ClientRequest& request) const {
    const auto address = beast::parse_url("http://" + all_->address());
    auto answer = beast::HttpClient(*address).send(request);
    if (!answer) ADD_FAILURE() << answer.error();
    return answer ? std::move(answer).value() : beast::ClientResponse{};
  }
  [[nodiscard]] std::string get(std::string_view target) const {
    return send({.target = target}).body;
  }

  std::string folder_;
  Config config_;
  std::unique_ptr<AllInOne> all_;
};

}  // namespace potik::app
