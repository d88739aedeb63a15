// Whom the stand-in lets in, in the server's own words.

const READER = 'readers-key-of-this-test';
const NEEDS = 'This needs a key of the role admin.';
const NO_KEYS =
  'This server listens on a network and has no keys: what needs one is closed. Make one with potik key create, ' +
  'put its line into a file and name that in access.keys_file.';

// [status, title, detail], or null for who may come in.
export function refusal({key, keyless}, authorization = '') {
  if (keyless) return [403, 'Forbidden', NO_KEYS];
  if (!key || authorization === `Bearer ${key}`) return null;
  if (authorization === `Bearer ${READER}`)
    return [403, 'Forbidden', `The key prom has the role read. ${NEEDS}`];
  return [401, 'Unauthorized', 'An admin key is needed.'];
}
