/** Keeps the screen of a phone on, where the browser can. */
export class WakeLock {
  /** @type {WakeLockSentinel | null} */
  #sentinel = null;
  #wanted = false;

  constructor() {
    // The browser ends the lock whenever the page is hidden.
    document.addEventListener('visibilitychange', () => this.#request());
  }

  /** @param {boolean} on */
  set(on) {
    this.#wanted = on;
    if (on) this.#request();
    else this.#sentinel?.release();
  }

  async #request() {
    if (!this.#wanted || document.visibilityState !== 'visible' || !('wakeLock' in navigator))
      return;
    try {
      this.#sentinel = await navigator.wakeLock.request('screen');
      if (!this.#wanted) this.#sentinel.release();
    } catch {
      // A battery saver may refuse.
    }
  }
}
