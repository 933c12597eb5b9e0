/** Stands in for setTimeout, clearTimeout, Date.now and performance.now: time passes only by tick(). */
export class Clock {
  #now = 0;
  #timers = new Map();
  #last = 0;
  #real = {setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout};
  #dateNow = Date.now;
  #performance = Object.getOwnPropertyDescriptor(globalThis, 'performance');

  install() {
    globalThis.setTimeout = (run, ms) => {
      this.#timers.set(++this.#last, {run, at: this.#now + ms});
      return this.#last;
    };
    globalThis.clearTimeout = (id) => this.#timers.delete(id);
    Date.now = () => this.#now;
    // Node 18's own can't be written to.
    const performance = {now: () => this.#now};
    Object.defineProperty(globalThis, 'performance', {value: performance, configurable: true});
  }

  remove() {
    Object.assign(globalThis, this.#real);
    Date.now = this.#dateNow;
    Object.defineProperty(globalThis, 'performance', this.#performance);
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
