import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import assert from 'node:assert/strict';

import {within} from './within.js';

const binary =
  process.env.SERVER_BIN ?? fileURLToPath(new URL('../../../build/tessera', import.meta.url));

/** The real server, as a process of its own. */
export class Server {
  #process;
  #log = [];

  static async start({port = 0, options = []} = {}) {
    const server = new Server(
      spawn(binary, ['--port', String(port), ...options], {stdio: ['ignore', 'pipe', 'pipe']}),
    );
    try {
      await within(30_000, 'the server says that it is ready', server.#ready());
    } catch (error) {
      server.#process.kill('SIGKILL');
      throw new Error(`${error.message}\n${server.log}`);
    }
    return server;
  }

  constructor(process) {
    this.#process = process;
  }

  /** What it wrote, for a failed test's report. */
  get log() {
    return this.#log.join('\n');
  }

  get port() {
    return Number(new URL(this.url).port);
  }

  /** In order; any other status than 0 is a fault. */
  async stop() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      await within(10_000, 'the server ends after SIGTERM', exited).catch((error) => {
        this.#process.kill('SIGKILL');
        throw error;
      });
    }
    assert.equal(this.#process.exitCode, 0, `the server's status\n${this.log}`);
  }

  async #ready() {
    this.url = await new Promise((resolve, reject) => {
      for (const stream of [this.#process.stdout, this.#process.stderr]) {
        createInterface(stream).on('line', (line) => {
          this.#log.push(line);
          const address = line.match(/http:\/\/127\.0\.0\.1:\d+/);
          if (address) resolve(`${address[0]}/`);
        });
      }
      this.#process.once('error', reject);
      this.#process.once('exit', (status) =>
        reject(new Error(`The server ended with status ${status}.`)),
      );
    });
  }
}
