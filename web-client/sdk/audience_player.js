import {backoff} from './backoff.js';
import {Emitter} from './emitter.js';

/** @typedef {'connecting' | 'playing' | 'waiting' | 'reconnecting' | 'ended'} PlayerState */

/**
 * Watches a meeting without being in it, in whatever way a subclass connects, and connects again by
 * itself: `waiting` while there is no such meeting, `reconnecting` after a break.
 *
 * @extends {Emitter<{state: PlayerState}>}
 */
export class AudiencePlayer extends Emitter {
  /** @type {PlayerState} */
  #state = 'connecting';
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
      (error) => session.signal.aborted || this.retry('reconnecting', error),
    );
  }

  /** At once, and for good. */
  stop() {
    this.#end();
    this.enter('ended');
  }

  // For subclasses.

  /**
   * Connects; what fails is thrown. Nothing may be done any more once the signal is aborted.
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

  /** @param {PlayerState} state @param {unknown} why */
  retry(state, why) {
    if (this.#state === 'ended') return;
    console.info(`watching: ${why}`);
    this.#end();
    this.enter(state);
    this.#timer = setTimeout(() => this.start(), backoff(Math.min(this.#attempt++, 3)));
  }

  /** @param {PlayerState} state */
  enter(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.emit('state', state);
  }

  #end() {
    clearTimeout(this.#timer);
    this.#session.abort();
    this.release();
  }
}
