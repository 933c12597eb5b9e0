import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, mock, test} from 'node:test';

import {WhepPlayer} from '../../web-client/sdk/whep_player.js';

const turn = {urls: 'turn:a', username: 'ada', credential: 'p:ss'};
const answer_headers = {
  Location: '/whep/standup/f3a9',
  ETag: '"1"',
  Link: '<turn:a>; rel="ice-server"; username="ada"; credential="p:ss"; credential-type="password"',
};

/** What was done in their order, by the peer and by requests. */
let done;

class FakePeer {
  connectionState = 'new';

  constructor(configuration) {
    FakePeer.last = this;
    this.configuration = configuration;
  }

  getConfiguration() {
    return this.configuration;
  }

  setConfiguration(configuration) {
    done.push('setConfiguration');
    this.configuration = configuration;
  }

  async createOffer() {
    return {type: 'offer', sdp: 'an offer'};
  }

  async setLocalDescription({sdp}) {
    done.push(`local: ${sdp}`);
  }

  async setRemoteDescription({sdp}) {
    done.push(`remote: ${sdp}`);
    FakePeer.isAnswered();
  }

  addTransceiver() {}

  getReceivers() {
    return [];
  }

  becomes(state) {
    this.connectionState = state;
    this.onconnectionstatechange();
  }

  close() {}
}

describe('Who watches by WHEP, in the SDK', () => {
  const {fetch} = globalThis;
  let player;

  beforeEach(async () => {
    done = [];
    mock.method(console, 'info', () => {});
    Object.assign(globalThis, {
      RTCPeerConnection: FakePeer,
      MediaStream: class {},
      fetch: async (url, {method, body = ''}) => {
        done.push(`${method} ${new URL(url).pathname} ${body}`.trim());
        return new Response('an answer', {status: 201, headers: answer_headers});
      },
    });
    player = new WhepPlayer('https://meet.example.org/whep/standup');
    const answered = new Promise((resolve) => {
      FakePeer.isAnswered = resolve;
    });
    player.start();
    await answered;
  });

  afterEach(() => {
    player.stop();
    globalThis.fetch = fetch;
    mock.restoreAll();
  });

  test('gathers candidates once the server has named its STUN and TURN servers', () => {
    assert.deepEqual(done, [
      'POST /whep/standup an offer',
      'setConfiguration',
      'local: an offer',
      'remote: an answer',
    ]);
    assert.deepEqual(FakePeer.last.configuration, {bundlePolicy: 'max-bundle', iceServers: [turn]});
  });

  for (const [end, how] of [
    ['it breaks', () => FakePeer.last.becomes('failed')],
    ['one stops', () => player.stop()],
  ]) {
    test(`has the stream until ${end}, which ends the session`, () => {
      assert.equal(player.stream, null);
      FakePeer.last.becomes('connected');
      assert.equal(player.state, 'playing');
      assert.notEqual(player.stream, null);
      how();
      assert.equal(player.stream, null);
      assert.equal(done.at(-1), 'DELETE /whep/standup/f3a9');
    });
  }
});
