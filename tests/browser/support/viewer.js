import {fileURLToPath} from 'node:url';

import {Browser} from './browser.js';

const near = 60;

/** The watch page: no camera, no microphone, and not in the meeting. */
export class Viewer {
  static async launch() {
    const viewer = new Viewer();
    viewer.browser = await Browser.launch([], {viewport: {width: 640, height: 400}});
    await viewer.page.addInitScript({
      path: fileURLToPath(new URL('./eyes_and_ears.js', import.meta.url)),
    });
    return viewer;
  }

  get page() {
    return this.browser.page;
  }

  /** @param {{via?: string, participant?: string}} parameters Further ones of the address. */
  watch(server, room, parameters = {}) {
    const wish = new URLSearchParams({room, ...parameters});
    return this.page.goto(`${server.url}watch.html?${wish}`);
  }

  /** Waits until a place of the picture has this colour. */
  sees(colour, [x, y], timeout = 10_000) {
    return this.#sees(true, colour, x, y, timeout);
  }

  /** Waits until a place of the picture has another colour than this; when, in ms. */
  async misses(colour, [x, y], timeout = 10_000) {
    return (await this.#sees(false, colour, x, y, timeout)).jsonValue();
  }

  #sees(expected, colour, x, y, timeout) {
    return this.page.waitForFunction(
      ({expected, colour, x, y, near}) => {
        const seen = window.eyes.colourAt(x, y);
        const is_near = Math.hypot(...seen.map((value, i) => value - colour[i])) < near;
        return is_near === expected && Date.now();
      },
      {expected, colour, x, y, near},
      {timeout, polling: 50},
    );
  }

  /** Waits until a tone is heard. */
  hears(hz, timeout = 10_000) {
    return this.#hears(true, hz, timeout);
  }

  /** Waits until a tone isn't heard. */
  hearsNo(hz, timeout = 10_000) {
    return this.#hears(false, hz, timeout);
  }

  #hears(expected, hz, timeout) {
    return this.page.waitForFunction(
      ({expected, hz}) => window.ears.tones([hz])[0] > -50 === expected,
      {expected, hz},
      {timeout, polling: 100},
    );
  }

  close() {
    return this.browser.close();
  }
}
