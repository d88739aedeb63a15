#pragma once
// Node: a running server of whatever role, as the command that started it sees it.

#include <string>

namespace potik::app {

// Called by one thread.
class Node {
 public:
  virtual ~Node() = default;
  // Takes no more requests, finishes what was acknowledged. Blocks for both.
  virtual void stop() = 0;
  [[nodiscard]] virtual std::string address() const = 0;  // "127.0.0.1:8080"
  // Whether it has ended its work by itself; trouble() says why.
  [[nodiscard]] virtual bool failed() const = 0;
  [[nodiscard]] virtual std::string trouble() const = 0;
};

}  // namespace potik::app
