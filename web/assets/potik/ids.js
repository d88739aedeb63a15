// Random names: of events and pages, and of viewers where the server gives none.

const hex = bytes => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
const random = count => hex(crypto.getRandomValues(new Uint8Array(count)));

// randomUUID exists on secure pages only.
export const randomId = () => crypto.randomUUID?.() ?? random(16);
export const randomViewer = () => `g-${random(6)}`;
