#include "adapters/redis/connection.h"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/time.h>

#include <cerrno>
#include <utility>
#include <vector>

namespace potik::redis {
namespace {

timeval time_of(int64_t ms) {
  return {.tv_sec = static_cast<time_t>(ms / 1000),
          .tv_usec = static_cast<suseconds_t>(ms % 1000 * 1000)};
}

std::string_view text_of(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR:
      return {reply.str, reply.len};
    default:
      return {};
  }
}

std::string complaint(const std::string& name, std::string_view why) {
  return std::string("Redis at ").append(name).append(": ").append(why);
}

std::string run_id_in(std::string_view info) {
  constexpr std::string_view kName = "run_id:";
  const size_t begin = info.find(kName);
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = info.substr(begin + kName.size());
  return std::string(rest.substr(0, rest.find_first_of("\r\n")));
}

}  // namespace

void Reply::Free::operator()(redisReply* reply) const { freeReplyObject(reply); }
bool Reply::is_error() const { return reply_->type == REDIS_REPLY_ERROR; }
bool Reply::is_nil() const { return reply_->type == REDIS_REPLY_NIL; }
std::string_view Reply::text() const { return text_of(*reply_); }
int64_t Reply::integer() const { return reply_->type == REDIS_REPLY_INTEGER ? reply_->integer : 0; }
size_t Reply::elements() const { return reply_->type == REDIS_REPLY_ARRAY ? reply_->elements : 0; }
std::string_view Reply::text_at(size_t index) const {
  return index < elements() ? text_of(*reply_->element[index]) : std::string_view();
}

void Connection::Free::operator()(redisContext* context) const { redisFree(context); }

Connection::Connection(redisContext* context, std::string name)
    : context_(context), name_(std::move(name)) {}
Connection::~Connection() = default;

Result<std::unique_ptr<Connection>, std::string> Connection::open(const Options& options) {
  const ServerUrl& server = options.server;
  const timeval timeout = time_of(options.timeout_ms);
  std::unique_ptr<Connection> connection(new Connection(
      server.socket.empty() ? redisConnectWithTimeout(server.host.c_str(), server.port, timeout)
                            : redisConnectUnixWithTimeout(server.socket.c_str(), timeout),
      name_of(server)));
  redisContext* const context = connection->context_.get();
  if (context == nullptr) return Error{complaint(connection->name_, "no memory")};
  if (context->err != 0) return Error{complaint(connection->name_, context->errstr)};
  if (redisSetTimeout(context, timeout) != REDIS_OK)
    return Error{complaint(connection->name_, context->errstr)};
  if (auto greeted = connection->greet(options); !greeted) return Error{greeted.error()};
  return connection;
}

Status<std::string> Connection::greet(const Options& options) {
  const ServerUrl& server = options.server;
  if (!server.password.empty()) {
    const auto known = server.user.empty() ? ask({"AUTH", server.password})
                                           : ask({"AUTH", server.user, server.password});
    if (!known) return Error{known.error()};
  }
  if (server.database != 0) {
    const auto chosen = ask({"SELECT", std::to_string(server.database)});
    if (!chosen) return Error{chosen.error()};
  }
  if (const auto answered = ask({"PING"}); !answered) return Error{answered.error()};
  if (const auto info = ask({"INFO", "server"})) {
    run_id_ = run_id_in(info->text());
  } else if (broken_) {
    return Error{info.error()};
  }
  return Ok{};
}

void Connection::append(std::initializer_list<std::string_view> words) {
  if (broken_) return;
  std::vector<const char*> texts;
  std::vector<size_t> sizes;
  texts.reserve(words.size());
  sizes.reserve(words.size());
  for (const std::string_view each : words) {
    texts.push_back(each.data() == nullptr ? "" : each.data());
    sizes.push_back(each.size());
  }
  if (redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), texts.data(),
                             sizes.data()) != REDIS_OK)
    note_failure();
}

std::optional<Reply> Connection::reply() {
  if (broken_) return std::nullopt;
  void* reply = nullptr;
  if (redisGetReply(context_.get(), &reply) != REDIS_OK || reply == nullptr) {
    note_failure();
    return std::nullopt;
  }
  return Reply(static_cast<redisReply*>(reply));
}

Result<Reply, std::string> Connection::ask(std::initializer_list<std::string_view> words) {
  append(words);
  auto answer = reply();
  if (!answer) return Error{trouble_};
  if (answer->is_error()) return Error{complaint(name_, answer->text())};
  return std::move(*answer);
}

bool Connection::flush() {
  int done = 0;
  while (!broken_ && done == 0) {
    if (redisBufferWrite(context_.get(), &done) != REDIS_OK) note_failure();
  }
  return !broken_;
}

std::optional<Reply> Connection::told(int64_t wait_ms) {
  for (bool looked = false; !broken_; looked = true) {
    void* reply = nullptr;
    if (redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK) note_failure();
    if (reply != nullptr) return Reply(static_cast<redisReply*>(reply));
    if (broken_ || looked) break;
    pollfd wanted{.fd = context_->fd, .events = POLLIN, .revents = 0};
    if (poll(&wanted, 1, static_cast<int>(wait_ms)) <= 0) break;
    if (redisBufferRead(context_.get()) != REDIS_OK) note_failure();
  }
  return std::nullopt;
}

void Connection::give_up(std::string_view why) {
  broken_ = true;
  trouble_ = complaint(name_, why);
}

void Connection::note_failure() {
  const int number = errno;
  const bool late = context_->err == REDIS_ERR_IO && (number == EAGAIN || number == EWOULDBLOCK);
  give_up(late ? "no answer in time" : context_->errstr);
}

}  // namespace potik::redis
