import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, mock, test} from 'node:test';

import {AudiencePlayer} from '../../web-client/sdk/audience_player.js';
import {Refusal} from '../../web-client/sdk/refusal.js';
import {Clock} from './support/clock.js';

const problem = {'Content-Type': 'application/problem+json'};
const answers = (status, body = '', headers = {}) => new Response(body, {status, headers});

/** Gets one answer after another, and the last again and again. */
class Player extends AudiencePlayer {
  attempts = 0;
  states = [];

  constructor(...answers) {
    super();
    this.answers = answers;
    this.on('state', (state) => this.states.push(`${state}: ${this.reason}`));
  }

  connect() {
    this.connected = this.#ask();
    return this.connected;
  }

  async #ask() {
    const answer = this.answers[Math.min(this.attempts++, this.answers.length - 1)];
    if (!answer.ok) throw await Refusal.of(answer.clone());
    this.settle();
    this.enter('playing');
  }
}

describe('Who watches a meeting', () => {
  let clock;
  let player;

  const passes = async (ms = 0) => {
    clock.tick(ms);
    await player.connected.catch(() => {});
    await new Promise(setImmediate);
  };

  beforeEach(() => {
    mock.method(console, 'info', () => {});
    clock = new Clock();
    clock.install();
  });

  afterEach(() => {
    player.stop();
    clock.remove();
    mock.restoreAll();
  });

  const watch = (...answers) => {
    player = new Player(...answers);
    player.start();
    return passes();
  };

  for (const status of [404, 409]) {
    test(`waits while there is nothing to watch, as ${status} says`, async () => {
      await watch(answers(status, '{"title": "No."}', problem), answers(201));
      await passes(500);
      assert.deepEqual(player.states, ['waiting: ', 'playing: ']);
    });
  }

  for (const status of [429, 503]) {
    test(`waits as long as a server wants that answers ${status}, and is told why`, async () => {
      const full = answers(status, '{"title": "It is full."}', {...problem, 'Retry-After': '10'});
      await watch(full, answers(404), answers(201));
      assert.deepEqual(player.states, ['waiting: It is full.']);
      await passes(10_000);
      assert.equal(player.attempts, 1);
      await passes(500);
      assert.deepEqual(player.states.slice(1), ['waiting: ']);
      await passes(1_000);
      assert.deepEqual(player.states.slice(2), ['playing: ']);
    });
  }

  test('waits for a minute at most, and not for what is no time', async () => {
    await watch(answers(503, '', {'Retry-After': '86400'}), answers(503, '', {'Retry-After': '-1e9'}));
    await passes(60_500);
    assert.equal(player.attempts, 2);
    await passes(1_000);
    assert.equal(player.attempts, 3);
  });

  for (const status of [408, 500, 504]) {
    test(`tries again after ${status}`, async () => {
      await watch(answers(status), answers(201));
      await passes(500);
      assert.deepEqual(player.states, ['reconnecting: ', 'playing: ']);
    });
  }

  test('is told what trying again will not mend, and it is not tried again', async () => {
    await watch(answers(422, '{"title": "There is no codec in common."}', problem));
    await passes(60_000);
    assert.deepEqual(player.states, ['failed: There is no codec in common.']);
    assert.equal(player.attempts, 1);
  });

  test('is told the status where the server does not say why', async () => {
    await watch(answers(403, 'Pages of this origin may not connect.\n'));
    assert.deepEqual(player.states, ['failed: The server answers 403.']);
  });
});
