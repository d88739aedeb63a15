#include "adapters/beast/http_server.h"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <ctime>
#include <thread>

#include "adapters/beast/connection.h"
#include "adapters/beast/tls_context.h"

namespace potik::beast {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds kStopPoll{2};
constexpr std::chrono::milliseconds kAcceptPause{100};

// For one connection too many; it is written without reading the request.
std::string full_answer() {
  const std::string body =
      R"({"type":"about:blank","title":"Service Unavailable","status":503,"detail":)"
      R"("As many connections as the server takes are open. Come again later, or raise )"
      R"(http.connections_max."})";
  return "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Type: "
         "application/problem+json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\nConnection: close\r\n" +
         std::string(api::kSecurityHeaders) + "\r\n" + body;
}

int64_t monotonic_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::string date_line() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 48> text{};
  const size_t size =
      std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
  return {text.data(), size};
}

}  // namespace

// One event loop, its thread and its connections.
struct Worker {
  Worker() : io(std::make_shared<IoThread>()), timer(io->context) {}

  std::shared_ptr<IoThread> io;  // shared with the connections, see IoThread
  asio::steady_timer timer;
  std::vector<std::weak_ptr<Connection>> connections;  // this thread only
  std::thread thread;
};

struct HttpServer::Impl {
  Impl(const api::Router& router, const ServerOptions& options, OnError on_error)
      : shared(std::make_shared<ServerShared>(router, options, std::move(on_error))),
        tick(std::clamp<int64_t>(std::min(options.idle_timeout_ms, options.answer_timeout_ms) / 4,
                                 5, 1000)) {
    for (size_t i = 0; i < std::max<size_t>(options.threads, 1); ++i) {
      workers.push_back(std::make_unique<Worker>());
    }
  }

  error_code listen();
  void run();
  void stop();

  asio::awaitable<void> accept();
  asio::awaitable<void> keep_time(Worker& worker);
  void take(tcp::socket socket, Worker& worker);
  template <class Action>
  void on_connections(Action action);
  bool wait_until_closed(std::chrono::milliseconds patience) const;

  std::shared_ptr<ServerShared> shared;
  const std::chrono::milliseconds tick;
  std::vector<std::unique_ptr<Worker>> workers;
  std::optional<tcp::acceptor> acceptor;
  std::atomic<bool> stopping{false};
};

error_code HttpServer::Impl::listen() {
  error_code error;
  const auto address = asio::ip::make_address(shared->options.address, error);
  if (error) return error;
  const tcp::endpoint endpoint(address, shared->options.port);
  acceptor.emplace(workers.front()->io->context);
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(asio::socket_base::max_listen_connections, error);
  return error;
}

void HttpServer::Impl::run() {
  for (const auto& worker : workers) {
    worker->io->now_ms = monotonic_ms();
    worker->io->date = date_line();
    asio::co_spawn(worker->io->context, keep_time(*worker), asio::detached);
  }
  asio::co_spawn(workers.front()->io->context, accept(), asio::detached);
  for (const auto& worker : workers) {
    worker->thread = std::thread([io = worker->io] { io->context.run(); });
  }
}

// Ticks until the server stops; its waiting also keeps the loop running.
asio::awaitable<void> HttpServer::Impl::keep_time(Worker& worker) {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  while (!shared->stopped) {
    worker.timer.expires_after(tick);
    co_await worker.timer.async_wait(token);
    worker.io->now_ms = monotonic_ms();
    worker.io->date = date_line();
    std::erase_if(worker.connections, [](const auto& weak) { return weak.expired(); });
    for (const auto& weak : worker.connections) {
      if (const auto connection = weak.lock()) connection->check_deadline();
    }
  }
}

asio::awaitable<void> HttpServer::Impl::accept() {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  asio::steady_timer pause(workers.front()->io->context);
  const std::string full = full_answer();
  for (size_t next = 0; !stopping; ++next) {
    Worker& worker = *workers[next % workers.size()];
    tcp::socket socket(worker.io->context);
    co_await acceptor->async_accept(socket, token);
    if (stopping) break;
    if (error) {  // out of descriptors or memory: closing connections give some back
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(token);
      continue;
    }
    shared->connections.fetch_add(1, std::memory_order_relaxed);
    if (shared->connections_open.load() < shared->options.connections_max) {
      take(std::move(socket), worker);
      continue;
    }
    shared->connections_refused.fetch_add(1, std::memory_order_relaxed);
    if (shared->tls) continue;  // a client that expects TLS would not read it
    socket.non_blocking(true, error);
    socket.write_some(asio::buffer(full), error);
  }
}

void HttpServer::Impl::take(tcp::socket socket, Worker& worker) {
  auto connection = std::make_shared<Connection>(std::move(socket), shared, worker.io);
  asio::post(worker.io->context, [this, connection = std::move(connection), &worker] {
    worker.connections.push_back(connection);
    asio::co_spawn(worker.io->context, connection->run(), asio::detached);
    if (stopping) connection->finish();
  });
}

template <class Action>
void HttpServer::Impl::on_connections(Action action) {
  for (const auto& worker : workers) {
    asio::post(worker->io->context, [&worker = *worker, action] {
      for (const auto& weak : worker.connections) {
        if (const auto connection = weak.lock()) action(*connection);
      }
    });
  }
}

bool HttpServer::Impl::wait_until_closed(std::chrono::milliseconds patience) const {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (shared->connections_open.load() > 0) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(kStopPoll);
  }
  return true;
}

void HttpServer::Impl::stop() {
  if (stopping.exchange(true)) return;
  asio::post(workers.front()->io->context, [this] {
    error_code ignored;
    acceptor->close(ignored);
  });
  on_connections([](Connection& connection) { connection.finish(); });
  if (!wait_until_closed(std::chrono::milliseconds(shared->options.stop_grace_ms))) {
    on_connections([](Connection& connection) { connection.abort(); });
  }
  shared->stopped = true;
  for (const auto& worker : workers) {
    asio::post(worker->io->context, [&timer = worker->timer] { timer.cancel(); });
  }
  for (const auto& worker : workers) worker->thread.join();
}

Result<std::unique_ptr<HttpServer>, std::string> HttpServer::start(const api::Router& router,
                                                                   ServerOptions options,
                                                                   OnError on_error) {
  const std::string place = options.address + ":" + std::to_string(options.port);
  auto impl = std::make_unique<Impl>(router, options, std::move(on_error));
  if (options.tls.used()) {
    auto context = server_context(options.tls);
    if (!context) return Error{context.error()};
    impl->shared->tls = std::move(context).value();
  }
  if (const error_code error = impl->listen()) {
    return Error{"cannot listen on " + place + ": " + error.message() +
                 ". Choose another address or port, or stop what listens there."};
  }
  impl->run();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() { stop(); }

uint16_t HttpServer::port() const {
  error_code ignored;
  return impl_->acceptor->local_endpoint(ignored).port();
}

ServerCounts HttpServer::counts() const {
  const ServerShared& shared = *impl_->shared;
  return {.requests = shared.requests.load(),
          .connections = shared.connections.load(),
          .connections_refused = shared.connections_refused.load(),
          .connections_open = shared.connections_open.load(),
          .streams_open = shared.streams_open.load(),
          .answers_late = shared.answers_late.load(),
          .body_bytes = shared.body_bytes.load()};
}

void HttpServer::stop() { impl_->stop(); }

}  // namespace potik::beast
