import {elapsedOf} from '../sdk/tessera.js';

/** @import {RoomOutput} from '../sdk/outputs.js' */

/** @type {Record<RoomOutput['kind'], string>} */
export const kindWords = {recording: 'Recording', broadcast: 'Broadcast', hls: 'HLS stream'};

/** @type {Record<RoomOutput['state'], string>} */
const states = {
  connecting: 'Connecting',
  live: 'On the air',
  reconnecting: 'The connection broke. Trying again',
  recording: 'Running',
  paused: 'Paused',
  finishing: 'Saving the file',
  finished: 'The file is saved',
  failed: 'Failed',
  ended: 'Ended',
};

/** Its state and, where that needs one, the reason. @param {RoomOutput} output */
export function stateWords({state, reason}) {
  return reason ? `${states[state]}: ${reason}` : states[state];
}

/** 0:42, 12:05 or 1:02:03. @param {number} seconds */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  return hours
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}

/**
 * What everybody should see: at most one mark for all that is kept, and one for all that is on the
 * air. The most telling state of each counts.
 *
 * @param {RoomOutput[]} outputs
 * @param {boolean} leftOut Whether who reads this is left out of recordings.
 * @returns {{look: 'recording' | 'live' | 'waiting', text: string}[]}
 */
export function marks(outputs, leftOut) {
  const kept = outputs.filter(({kind}) => kind === 'recording');
  const sent = outputs.filter(({kind}) => kind !== 'recording');
  return [
    mark(kept, 'recording', 'recording', 'REC', leftOut ? ' · without you' : '') ??
      mark(kept, 'paused', 'waiting', 'PAUSED') ??
      mark(kept, 'finishing', 'waiting', 'SAVING …'),
    mark(sent, 'reconnecting', 'waiting', 'RECONNECTING …'),
    mark(sent, 'live', 'live', 'LIVE') ?? mark(sent, 'connecting', 'waiting', 'CONNECTING …'),
  ].flatMap((one) => one ?? []);
}

/**
 * @param {RoomOutput[]} outputs
 * @param {RoomOutput['state']} state
 * @param {'recording' | 'live' | 'waiting'} look
 * @param {string} word
 * @param {string} [more]
 */
function mark(outputs, state, look, word, more = '') {
  const those = outputs.filter((output) => output.state === state);
  if (those.length === 0) return null;
  const longest = Math.max(...those.map(elapsedOf));
  return {look, text: look === 'waiting' ? word : `${word} ${clock(longest)}${more}`};
}

/**
 * What is said of its beginning and its end, once each, and when one is left out of it or no longer.
 *
 * @param {RoomOutput} output
 * @param {boolean} leftOut Whether who hears this is left out of recordings.
 */
export function newsWords({kind, state}, leftOut) {
  switch (state) {
    case 'recording':
    case 'paused':
      return leftOut
        ? 'This meeting is being recorded without you.'
        : 'This meeting is being recorded.';
    case 'live':
      return kind === 'hls' ? 'This meeting is streamed live.' : 'This meeting is broadcast live.';
    case 'finished':
      return 'The recording has ended.';
    case 'ended':
      return kind === 'hls' ? 'The live stream has ended.' : 'The broadcast has ended.';
    default:
      return '';
  }
}

/** @param {RoomOutput} output */
export function failureNotice({kind, target, reason}) {
  const where = kind === 'broadcast' ? ` to ${target}` : '';
  return {title: `${kindWords[kind]}${where} failed.`, text: reason ?? ''};
}
