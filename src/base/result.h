#pragma once
// Result<T, E>: a value or the reason there is none. The only way errors travel on the data path.
// Threads: a plain value; no sharing implied. Cost: one tag beside the larger of T and E.

#include <cstdlib>
#include <type_traits>
#include <utility>
#include <variant>

namespace potik {

// Wraps an error so that Result<T, E> can be built from it even where T and E convert to each
// other.
template <class E>
struct Error {
  E value;
};
template <class E>
Error(E) -> Error<E>;

struct Ok {};

template <class T, class E>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  template <class F>
    requires std::is_constructible_v<E, F>
  Result(Error<F> error) : state_(std::in_place_index<1>, std::move(error.value)) {}  // NOLINT

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Calling value() on an error, or error() on a value, is a bug in the caller and ends the
  // process.
  [[nodiscard]] T& value() & {
    return ok() ? *std::get_if<0>(&state_) : (std::abort(), *std::get_if<0>(&state_));
  }
  [[nodiscard]] const T& value() const& {
    return ok() ? *std::get_if<0>(&state_) : (std::abort(), *std::get_if<0>(&state_));
  }
  [[nodiscard]] T&& value() && { return std::move(value()); }
  [[nodiscard]] const E& error() const {
    return ok() ? (std::abort(), *std::get_if<1>(&state_)) : *std::get_if<1>(&state_);
  }

  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }

 private:
  std::variant<T, E> state_;
};

// For operations that yield nothing: `return Ok{};` or `return Error{LogError::...};`
template <class E>
using Status = Result<Ok, E>;

}  // namespace potik
