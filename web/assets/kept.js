// What the pages keep in the browser. Storage that is blocked or full is as if there were none: a page then
// forgets when it ends, and nothing else.

export function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // until the page ends
  }
}
