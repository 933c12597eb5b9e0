import assert from 'node:assert/strict';
import {fileURLToPath} from 'node:url';

import {Browser, devices} from './browser.js';
import {Media} from './media.js';

// Small, as the pages are drawn by the CPU that the meeting needs too.
const camera_size = {width: 320, height: 180};
const page = {viewport: {width: 640, height: 480}};

/**
 * Somebody in a meeting: a browser whose camera shows one colour and whose microphone hears one
 * tone.
 */
export class Participant {
  static async launch({name, colour, tone_hz}, {camera = camera_size, flags = []} = {}) {
    const participant = new Participant();
    Object.assign(participant, {name, colour, tone_hz});
    participant.media = await Media.make(colour, tone_hz, camera);
    participant.browser = await Browser.launch(
      [...devices.files(participant.media), ...flags],
      page,
    );
    await participant.page.addInitScript({
      path: fileURLToPath(new URL('./eyes_and_ears.js', import.meta.url)),
    });
    return participant;
  }

  get page() {
    return this.browser.page;
  }

  /** Without the browser's voice processing, which would take a lasting tone for noise. */
  async join(server, room) {
    const address = new URL(server.url);
    address.search = new URLSearchParams({
      room,
      name: this.name,
      join: '1',
      processing: 'off',
    }).toString();
    await this.page.goto(address.href);
    await this.browser.state('in-meeting', 20_000);
  }

  /** Who is where by the server's word: names instead of ids. */
  tiles() {
    return this.page.evaluate(() => window.eyes.tiles());
  }

  /** When this person last pressed a key or a button, in ms, by the clock that all pages share. */
  acted() {
    return this.page.evaluate(() => window.eyes.acted());
  }

  /**
   * Waits until the composite shows these people and nobody else, by layout and by pixels; when it
   * did so, in ms.
   */
  async sees(people, timeout) {
    const expected = people.map(({name, colour}) => ({name, colour}));
    try {
      return await this.#when(
        (expected) => window.eyes.see(expected) && Date.now(),
        expected,
        timeout,
      );
    } catch {
      const [tiles, seen] = await this.page.evaluate(
        (expected) => [window.eyes.tiles(), window.eyes.describe(expected)],
        expected,
      );
      throw new Error(
        `${this.name} does not see ${people.map(({name}) => name).join(', ')} within ${timeout} ms.\n` +
          `tiles: ${JSON.stringify(tiles)}\nseen: ${JSON.stringify(seen)}\n${this.browser.messages.join('\n')}`,
      );
    }
  }

  /** Waits until hardly anything of an area of the composite has this colour; when, in ms. */
  misses(colour, area, timeout) {
    return this.#when(
      ([colour, area]) => window.eyes.share(colour, area) < 0.05 && Date.now(),
      [colour, area],
      timeout,
    );
  }

  /** Looked at by the page's clock, so that the way from here to there and back doesn't count. */
  async #when(moment, argument, timeout) {
    const found = await this.page.waitForFunction(moment, argument, {timeout, polling: 30});
    return found.jsonValue();
  }

  /** How one's camera is sent: the size, the number of frames so far, and what limits it. */
  sent() {
    return this.page.evaluate(() => window.eyes.sent());
  }

  /** Whether there is, before the deadline, a whole second in which no frame of the camera is sent. */
  async stopsSending(timeout) {
    const end = performance.now() + timeout;
    while (performance.now() < end) {
      const {frames} = await this.sent();
      await this.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_000)));
      if ((await this.sent()).frames === frames) return true;
    }
    return false;
  }

  /** Waits until the camera is sent at this size, give or take a few pixels. */
  async sends({width, height}, timeout) {
    const until = performance.now() + timeout;
    for (;;) {
      const sent = await this.sent();
      if (Math.abs(sent.width - width) < 8 && Math.abs(sent.height - height) < 8) return;
      assert.ok(
        performance.now() < until,
        `${this.name} sends ${JSON.stringify(sent)} and not ${width}x${height}`,
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Whether somebody's camera is on, by the server's word. */
  camera(name) {
    return this.page.evaluate(
      (name) => window.tessera.meeting.people.find((person) => person.name === name)?.camera,
      name,
    );
  }

  /** The colour at a place of the composite, in fractions of its size. */
  colourAt(x, y) {
    return this.page.evaluate(([x, y]) => window.eyes.colourAt(x, y), [x, y]);
  }

  /** How much of a rectangle of the composite has nearly this colour, 0 to 1. */
  share(colour, area) {
    return this.page.evaluate(([colour, area]) => window.eyes.share(colour, area), [colour, area]);
  }

  async close() {
    await this.browser.close();
    await this.media.remove();
  }
}
