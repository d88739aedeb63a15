#pragma once
// Seat: one of a bounded number of places at something, taken before the answer that will use it
// begins. A client may be gone before it does, so the place goes back with the seat at the latest.

#include <functional>
#include <memory>
#include <utility>

namespace potik::api {

class Seat {
 public:
  // `give_back` runs once, on the thread that leaves.
  explicit Seat(std::function<void()> give_back) : give_back_(std::move(give_back)) {}
  ~Seat() { leave(); }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  void leave() {
    if (const auto give_back = std::exchange(give_back_, nullptr)) give_back();
  }

 private:
  std::function<void()> give_back_;
};

// Shared because the callbacks of a Reply are copyable functions, for that reason alone.
using SharedSeat = std::shared_ptr<Seat>;

}  // namespace potik::api
