-- Asks for lists. Arguments: first user number, number of users. With a step of 1 every user comes once in turn, so that
-- a range larger than what is asked never meets the cache.
local first, count, at

function init(args)
  first, count = tonumber(args[1]), tonumber(args[2])
  at = 0
end

function request()
  at = (at + 1) % count
  return wrk.format("GET", "/v1/users/u" .. (first + at) .. "/recommendations")
end
