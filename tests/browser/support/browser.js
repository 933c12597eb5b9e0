import {chromium} from 'playwright-core';
import {once} from 'node:events';

import {within} from './within.js';

const executablePath = process.env.CHROMIUM_BIN ?? '/usr/bin/chromium';

// The tests often run as root in a container, without a GPU, and always on loopback.
const common = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--allow-loopback-in-peer-connection',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  '--autoplay-policy=no-user-gesture-required',
];

/** What the browser's camera and microphone are. */
export const devices = {
  files: ({camera, microphone}) => [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${camera}`,
    `--use-file-for-fake-audio-capture=${microphone}`,
  ],
  fake: ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
  refused: ['--use-fake-device-for-media-stream', '--deny-permission-prompts'],
};

/** A Chromium process of its own, with a fresh profile and one page. */
export class Browser {
  #server;

  static async launch(flags, page = {}) {
    const browser = new Browser();
    browser.#server = await chromium.launchServer({
      executablePath,
      headless: true,
      args: [...common, ...flags],
    });
    try {
      const connection = await chromium.connect(browser.#server.wsEndpoint());
      browser.page = await connection.newPage({viewport: {width: 1280, height: 800}, ...page});
    } catch (error) {
      await browser.close();
      throw error;
    }
    browser.page.setDefaultTimeout(15_000);
    browser.messages = [];
    browser.page.on('console', (message) =>
      browser.messages.push(`${message.type()}: ${message.text()}`),
    );
    browser.page.on('pageerror', (error) => browser.messages.push(`uncaught: ${error.stack}`));
    return browser;
  }

  /** As a crash would: the whole process group, at once. */
  async kill() {
    const child = this.#server.process();
    const exited = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await within(5_000, 'the browser is dead', exited);
    this.#server = null;
  }

  async close() {
    await this.#server?.close();
    this.#server = null;
  }

  /** Waits until the page's `<body data-state>` is this. */
  async state(name, timeout = 15_000) {
    try {
      await this.page.locator(`body[data-state="${name}"]`).waitFor({timeout});
    } catch {
      const {state, text} = await this.page.evaluate(() => ({
        state: document.body.dataset.state,
        text: document.body.innerText,
      }));
      throw new Error(
        `The page is "${state}" and not "${name}" after ${timeout} ms.\n${text}\n${this.messages.join('\n')}`,
      );
    }
  }
}
