import {personName, roomName} from '../sdk/tessera.js';

/**
 * What the page's address asks for: `/?room=R&name=N&join=1&processing=off`.
 *
 * @param {Location} location
 */
export function readAddress(location) {
  const wish = new URLSearchParams(location.search);
  return {
    room: roomName(wish.get('room') ?? ''),
    name: personName(wish.get('name') ?? ''),
    join: wish.get('join') === '1',
    processing: wish.get('processing') !== 'off',
  };
}

/** The address that brings others into the room. @param {string} room */
export function inviteLink(room) {
  const link = new URL(document.baseURI);
  link.search = new URLSearchParams({room}).toString();
  link.hash = '';
  return link.href;
}

/** Where the meeting is watched without being in it. @param {string} room @param {'whep' | 'hls'} via */
export function watchLink(room, via) {
  const link = new URL('watch.html', document.baseURI);
  link.search = new URLSearchParams({room, ...(via === 'hls' && {via})}).toString();
  return link.href;
}

/** What the server's API starts and stops outputs at. @param {string} room */
export function outputsUrl(room) {
  return new URL(`api/rooms/${room}/outputs`, document.baseURI);
}

/**
 * The host key of an address that ends with `#key=…`, empty without one. It is taken out of the
 * address bar, so that nobody passes it on with the link.
 */
export function takeHostKey() {
  const [, text = ''] = location.hash.match(/^#key=(.*)/) ?? [];
  if (text) history.replaceState(null, '', location.pathname + location.search);
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // No escapes, but signs of percent.
  }
}

/**
 * Puts the room into the address bar, so that it can be shared from there too. What one has asked
 * for oneself stays there, for when the page is loaded again.
 *
 * @param {string} room
 */
export function showRoomInAddress(room) {
  const address = new URL(inviteLink(room));
  if (!readAddress(location).processing) address.searchParams.set('processing', 'off');
  history.replaceState(null, '', address);
}

/** The server's WebSocket, beside the page wherever a proxy puts the two. */
export function signallingUrl() {
  const url = new URL('ws', document.baseURI);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = '';
  return url;
}
