#pragma once
// Connection: one connection to a Redis server. Commands are gathered and sent together; replies
// come in their order. Threads: one at a time. The process ignores SIGPIPE: the library writes to a
// socket that may have been closed. No header of the library here.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/redis/options.h"
#include "base/result.h"

struct redisContext;
struct redisReply;

namespace potik::redis {

// What the server said to one command. Views last as long as it.
class Reply {
 public:
  explicit Reply(redisReply* reply) : reply_(reply) {}
  [[nodiscard]] bool is_error() const;  // text() says which
  [[nodiscard]] bool is_nil() const;
  [[nodiscard]] std::string_view text() const;  // of a text, a status or an error, else empty
  [[nodiscard]] int64_t integer() const;        // 0 of other kinds
  [[nodiscard]] size_t elements() const;        // 0 of what is no array
  [[nodiscard]] std::string_view text_at(size_t index) const;

 private:
  struct Free {
    void operator()(redisReply* reply) const;
  };
  std::unique_ptr<redisReply, Free> reply_;
};

class Connection {
 public:
  // Connects, says who asks, chooses the database, and hears the server answer. Blocks for up to
  // some time-outs, and as long as the name of a host takes to be resolved. The error is a sentence
  // without its full stop.
  [[nodiscard]] static Result<std::unique_ptr<Connection>, std::string> open(
      const Options& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Gathers a command. Nothing is sent before the next reply() or flush().
  void append(std::initializer_list<std::string_view> words);
  // The next reply. Blocks up to the time-out; nothing when the connection is broken, which it then
  // stays.
  [[nodiscard]] std::optional<Reply> reply();
  // One command and its reply, an error of the server being one too.
  [[nodiscard]] Result<Reply, std::string> ask(std::initializer_list<std::string_view> words);

  // For a connection that is told of what others do: sends what was gathered; false when it is
  // broken.
  [[nodiscard]] bool flush();
  // The next that was told, for which it waits; nothing when none came, or it is broken.
  [[nodiscard]] std::optional<Reply> told(int64_t wait_ms);
  [[nodiscard]] bool broken() const { return broken_; }
  void give_up(std::string_view why);  // from here on it is broken

  // Another one after each start of the server; empty where it may not be asked for.
  [[nodiscard]] const std::string& run_id() const { return run_id_; }
  // What broke it, as the error of open().
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  struct Free {
    void operator()(redisContext* context) const;
  };
  Connection(redisContext* context, std::string name);
  void note_failure();
  [[nodiscard]] Status<std::string> greet(const Options& options);

  std::unique_ptr<redisContext, Free> context_;
  const std::string name_;
  std::string run_id_;
  std::string trouble_;
  bool broken_ = false;
};

}  // namespace potik::redis
