import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';

import {within} from './within.js';

const binary = process.env.TURNSERVER_BIN ?? 'turnserver';

/** A real TURN server (coturn) on loopback, with one user. */
export class TurnServer {
  username = 'ada';
  credential = 'p:ss';
  #process;
  #folder;
  #log = [];

  static async start() {
    const turn = new TurnServer();
    turn.port = await freePort();
    turn.#folder = await mkdtemp(join(tmpdir(), 'tessera-turn-'));
    turn.#process = spawn(
      binary,
      [
        '-n',
        '--no-cli',
        '--no-tls',
        '--no-dtls',
        '--fingerprint',
        '--lt-cred-mech',
        '--allow-loopback-peers',
        '--listening-ip=127.0.0.1',
        '--relay-ip=127.0.0.1',
        '--realm=tessera',
        '--log-file=stdout',
        '--verbose',
        `--listening-port=${turn.port}`,
        `--user=${turn.username}:${turn.credential}`,
        `--userdb=${join(turn.#folder, 'users')}`,
        `--pidfile=${join(turn.#folder, 'pid')}`,
      ],
      {stdio: ['ignore', 'pipe', 'pipe']},
    );
    try {
      await within(10_000, 'the TURN server listens', turn.#says(/IPv4. UDP listener opened on/));
    } catch (error) {
      turn.#process.kill('SIGKILL');
      throw error;
    }
    return turn;
  }

  /** As --turn-server takes it. */
  get option() {
    const credential = encodeURIComponent(this.credential);
    return `turn:${this.username}:${credential}@127.0.0.1:${this.port}?transport=udp`;
  }

  get log() {
    return this.#log.join('\n');
  }

  async stop() {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await within(5_000, 'the TURN server ends', exited).catch((error) => {
      this.#process.kill('SIGKILL');
      throw error;
    });
    await rm(this.#folder, {recursive: true, force: true});
  }

  #says(line) {
    return new Promise((resolve, reject) => {
      for (const stream of [this.#process.stdout, this.#process.stderr]) {
        createInterface(stream).on('line', (text) => {
          this.#log.push(text);
          if (line.test(text)) resolve();
        });
      }
      this.#process.once('error', reject);
      this.#process.once('exit', (status) =>
        reject(new Error(`The TURN server ended with status ${status}.\n${this.log}`)),
      );
    });
  }
}

/** It doesn't take port 0. */
async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
