import {backoff} from './backoff.js';
import {Emitter} from './emitter.js';
import {Refusal} from './refusal.js';

/** @typedef {'connecting' | 'playing' | 'waiting' | 'reconnecting' | 'failed' | 'ended'} PlayerState */

const absent = [404, 409]; // No such meeting, or a participant who doesn't send anything yet.
const busy = [429, 503];

/** Whether to try again may help. @param {number} status */
const passes = (status) => status === 408 || status < 400 || status >= 500;

/**
 * Watches a meeting without being in it, in whatever way a subclass connects, and connects again by
 * itself: `waiting` while there is no such meeting or no room for one more, `reconnecting` after a
 * break. What the server won't ever answer is `failed`, and the end.
 *
 * @extends {Emitter<{state: PlayerState}>} `state` comes with each new state or reason.
 */
export class AudiencePlayer extends Emitter {
  /** @type {PlayerState} */
  #state = 'connecting';
  /** Why it has `failed`, or is `waiting` for something else than the meeting: the server's words. */
  reason = '';
  #attempt = 0;
  /** Ends what one connection has under way. */
  #session = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  get state() {
    return this.#state;
  }

  start() {
    const session = new AbortController();
    this.#session = session;
    this.connect(session.signal).catch(
      (error) => session.signal.aborted || this.#judge(error),
    );
  }

  /** At once, and for good. */
  stop() {
    this.#end();
    this.enter('ended');
  }

  // For subclasses.

  /**
   * Connects; what fails is thrown, and what the server refuses as a Refusal. Nothing may be done any
   * more once the signal is aborted.
   *
   * @param {AbortSignal} signal
   */
  async connect(signal) {
    signal.throwIfAborted();
  }

  /** Gives up what connect() has made. */
  release() {}

  /** The connection is well. */
  settle() {
    clearTimeout(this.#timer);
    this.#attempt = 0;
  }

  /** Something has to come, or to be settled, until then. @param {number} ms */
  expect(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.retry('reconnecting', 'Nothing comes.'), ms);
  }

  expectNothing() {
    clearTimeout(this.#timer);
  }

  /**
   * @param {PlayerState} state
   * @param {unknown} why
   * @param {{reason?: string, wait_ms?: number}} [how] Not before `wait_ms`.
   */
  retry(state, why, {reason = '', wait_ms = 0} = {}) {
    if (this.#isOver) return;
    console.info(`watching: ${why}`);
    this.#end();
    this.enter(state, reason);
    const wait = wait_ms + backoff(Math.min(this.#attempt++, 3));
    this.#timer = setTimeout(() => this.start(), wait);
  }

  /** @param {PlayerState} state @param {string} [reason] */
  enter(state, reason = '') {
    if (state === this.#state && reason === this.reason) return;
    this.#state = state;
    this.reason = reason;
    this.emit('state', state);
  }

  get #isOver() {
    return this.#state === 'failed' || this.#state === 'ended';
  }

  /** What comes of it that connect() failed. @param {unknown} error */
  #judge(error) {
    if (!(error instanceof Refusal)) return this.retry('reconnecting', error);
    const {status, message, wait_ms} = error;
    if (absent.includes(status)) this.retry('waiting', error, {wait_ms});
    else if (busy.includes(status)) this.retry('waiting', error, {reason: message, wait_ms});
    else if (passes(status)) this.retry('reconnecting', error, {wait_ms});
    else {
      this.#end();
      this.enter('failed', message);
    }
  }

  #end() {
    clearTimeout(this.#timer);
    this.#session.abort();
    this.release();
  }
}
