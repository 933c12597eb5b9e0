/** @import {Output} from './messages.js' */

/**
 * @typedef {Output & {heardAt: number}} RoomOutput `heardAt`: when `elapsed` was as it says, in
 *   Date.now()'s milliseconds.
 */

const shown_after_end_ms = 5_000;
const shown_after_failure_ms = 30_000; // It has to be read.

/** @param {Output} output */
export const isOver = ({state}) => ['ended', 'failed', 'finished'].includes(state);

/**
 * How long it has been on the air or recorded, in seconds, by now.
 *
 * @param {RoomOutput} output
 */
export function elapsedOf({state, elapsed, heardAt}) {
  const counts = state === 'live' || state === 'recording';
  return elapsed + (counts ? (Date.now() - heardAt) / 1000 : 0);
}

/**
 * What goes out of the room: broadcasts, recordings, HLS. Those that ended drop out after a few
 * seconds.
 */
export class Outputs {
  #changed;
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #timers = new Map();
  /** @type {RoomOutput[]} In the order of their starts. */
  list = [];

  /** @param {(list: RoomOutput[]) => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {Output[]} outputs All that there are; none of the former is heard of any more. */
  replace(outputs) {
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.#timers.clear();
    this.#set(outputs.map(heard));
  }

  /** A new one, or news of one. @param {Output} output */
  put(output) {
    const isKnown = this.list.some(({id}) => id === output.id);
    const news = heard(output);
    this.#set(
      isKnown
        ? this.list.map((known) => (known.id === news.id ? news : known))
        : [...this.list, news],
    );
    if (isOver(output)) this.#drop(output);
  }

  /** @param {Output} output */
  #drop({id, state}) {
    clearTimeout(this.#timers.get(id));
    const wait = state === 'failed' ? shown_after_failure_ms : shown_after_end_ms;
    const drop = () => this.#set(this.list.filter((output) => output.id !== id));
    this.#timers.set(id, setTimeout(drop, wait));
  }

  /** @param {RoomOutput[]} list */
  #set(list) {
    this.list = list;
    this.#changed(list);
  }
}

/** @param {Output} output @returns {RoomOutput} */
const heard = (output) => ({...output, heardAt: Date.now()});
