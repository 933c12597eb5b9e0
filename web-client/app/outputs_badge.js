import {byId, make} from './dom.js';
import {marks, newsWords} from './output_words.js';

/** @import {Announcer} from './announcer.js' */
/** @import {RoomOutput} from '../sdk/outputs.js' */

const interval_ms = 250; // A second is never skipped.

/**
 * Tells everybody in the room that it is recorded or on the air, and for how long, and who is left
 * out of recordings that they are.
 */
export class OutputsBadge {
  #announcer;
  #place = byId('outputs', HTMLElement);
  /** @type {RoomOutput[]} */
  #outputs = [];
  #leftOut = false;
  /** What has been said of each, by id. @type {Map<string, string>} */
  #said = new Map();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** @param {Announcer} announcer */
  constructor(announcer) {
    this.#announcer = announcer;
  }

  /** For another meeting. */
  clear() {
    this.#said.clear();
    this.show([], false);
  }

  /** @param {RoomOutput[]} outputs @param {boolean} leftOut Whether oneself is, of recordings. */
  show(outputs, leftOut) {
    this.#outputs = outputs;
    this.#leftOut = leftOut;
    // All at once: of several announcements, screen readers would know the last.
    const news = new Set(outputs.flatMap((output) => this.#newsOf(output) ?? []));
    if (news.size > 0) this.#announcer.say([...news].join(' '));
    clearInterval(this.#timer);
    if (outputs.length > 0) this.#timer = setInterval(() => this.#draw(), interval_ms);
    this.#draw();
  }

  /** What has not been said of it yet. @param {RoomOutput} output */
  #newsOf(output) {
    const words = newsWords(output, this.#leftOut);
    if (!words || this.#said.get(output.id) === words) return null;
    this.#said.set(output.id, words);
    return words;
  }

  #draw() {
    const now = marks(this.#outputs, this.#leftOut);
    this.#place.hidden = now.length === 0;
    while (this.#place.childElementCount > now.length) this.#place.lastElementChild?.remove();
    now.forEach(({look, text}, index) => {
      const mark = this.#place.children[index] ?? this.#place.appendChild(make('span', 'output-mark'));
      if (mark.textContent !== text) mark.textContent = text;
      mark.setAttribute('data-look', look);
    });
  }
}
