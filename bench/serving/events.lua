-- One event a request, each with an id of its own. Arguments: a prefix for the ids, the time in milliseconds, users, videos.
local prefix, now, users, videos, sent

function init(args)
  prefix, now, users, videos = args[1], args[2], tonumber(args[3]), tonumber(args[4])
  sent = 0
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  sent = sent + 1
  local body = '{"event_id":"' .. prefix .. "-" .. sent .. '","type":"video_played","occurred_at":' .. now ..
    ',"user_id":"u' .. (sent % users) .. '","video_id":"v' .. (sent * 7 % videos) ..
    '","watch_ms":' .. (sent % 30000) .. "}"
  return wrk.format("POST", "/v1/events", nil, body)
end
