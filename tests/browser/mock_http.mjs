// How the stand-in answers.

export function json(response, status, value, headers = {}) {
  response.writeHead(status, {'Content-Type': 'application/json', ...headers}).end(JSON.stringify(value));
}

export function problem(response, status, title, detail, headers = {}) {
  response.writeHead(status, {'Content-Type': 'application/problem+json', ...headers});
  response.end(JSON.stringify({type: 'about:blank', title, status, detail}));
}

// Read once, so that one half of the stand-in can look and leave it to the other.
export async function body(request) {
  if (request.whole === undefined) {
    const parts = [];
    for await (const part of request) parts.push(part);
    request.whole = Buffer.concat(parts).toString();
  }
  return request.whole;
}

export function stream(response) {
  response.writeHead(200, {'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store'});
  response.write(': open\n\n');
}

export const send = (response, name, value) =>
  response.write(`event: ${name}\ndata: ${JSON.stringify(value)}\n\n`);

// An open stream in a set, as long as its reader stays.
export function keep(set, response) {
  set.add(response);
  response.on('close', () => set.delete(response));
}
