/** Stands in for setTimeout, clearTimeout and performance.now: time passes only by tick(). */
export class Clock {
  #now = 0;
  #timers = new Map();
  #last = 0;
  #real = {setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout};

  install() {
    globalThis.setTimeout = (run, ms) => {
      this.#timers.set(++this.#last, {run, at: this.#now + ms});
      return this.#last;
    };
    globalThis.clearTimeout = (id) => this.#timers.delete(id);
    performance.now = () => this.#now;
  }

  remove() {
    Object.assign(globalThis, this.#real);
    delete performance.now; // The prototype's is back.
  }

  tick(ms) {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers]
        .filter(([, {at}]) => at <= end)
        .sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      const [id, {run, at}] = next;
      this.#timers.delete(id);
      this.#now = at;
      run();
    }
    this.#now = end;
  }
}
