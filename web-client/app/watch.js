import {roomName} from '../sdk/tessera.js';
import {HlsPlayer} from '../sdk/hls_player.js';
import {WhepPlayer} from '../sdk/whep_player.js';
import {byId} from './dom.js';
import {Stage} from './stage.js';

/** @import {PlayerState} from '../sdk/audience_player.js' */

/** @type {Record<PlayerState, string>} */
const words = {
  connecting: 'Connecting …',
  playing: '',
  waiting: 'The meeting hasn’t begun yet. It will show here by itself.',
  reconnecting: 'The connection broke. Trying again …',
  failed: '',
  ended: '',
};

const wish = new URLSearchParams(location.search);
const room = roomName(wish.get('room') ?? '');
const participant = wish.get('participant');
const isHls = wish.get('via') === 'hls';
if (isHls) words.waiting = 'The stream hasn’t begun yet. It will show here by itself.';
else if (participant)
  words.waiting = 'This participant isn’t in the meeting. They will show here when they are.';

/** @param {PlayerState} state @param {string} text */
function show(state, text) {
  document.body.dataset.state = state;
  byId('words', HTMLElement).textContent = text;
}

/** @param {PlayerState} state @param {string} reason The server's words, if it said why. */
function wordsOf(state, reason) {
  if (!reason) return words[state];
  return state === 'failed' ? reason : `${reason} Trying again …`;
}

/** @param {string} room @param {Stage} stage */
function whep(room, stage) {
  const whom = participant ? `/${encodeURIComponent(participant)}` : '';
  const player = new WhepPlayer(new URL(`whep/${room}${whom}`, document.baseURI));
  player.on('state', (state) => {
    if (state === 'playing' && player.stream) stage.show(player.stream);
  });
  return player;
}

/** @param {string} room @param {Stage} stage */
function hls(room, stage) {
  const video = byId('composite', HTMLVideoElement);
  const player = new HlsPlayer(new URL(`hls/${room}/index.m3u8`, document.baseURI), video);
  player.on('state', (state) => {
    if (state === 'playing') stage.start();
  });
  return player;
}

/** @param {string} room */
function watch(room) {
  document.title = `${room} · Tessera`;
  const stage = new Stage();
  const player = isHls ? hls(room, stage) : whep(room, stage);
  stage.on('frame', () => player.state === 'playing' && show('playing', ''));
  player.on('state', (state) => state === 'playing' || show(state, wordsOf(state, player.reason)));
  addEventListener('pagehide', () => player.stop());
  addEventListener('pageshow', ({persisted}) => persisted && window.location.reload());
  show('connecting', words.connecting);
  player.start();
}

if (!room) show('failed', 'This address names no meeting. It should end with ?room=NAME.');
else if (isHls && !HlsPlayer.isSupported())
  show('failed', 'This browser cannot play the stream. A current one can.');
else watch(room);
