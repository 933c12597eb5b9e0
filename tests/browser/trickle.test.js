import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, test} from 'node:test';

import {trickle} from '../../web-client/sdk/trickle.js';

const offer = [
  'v=0',
  'a=group:BUNDLE 0 1',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=ice-ufrag:Ada1',
  'a=ice-pwd:secret',
  'a=mid:0',
  'a=rtpmap:111 opus/48000/2',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=mid:1',
  '',
].join('\r\n');
const head = offer.split('\r\n').slice(2, 6);
const last = {candidate: null};
const url = 'https://meet.example.org/whep/standup/f3a9';

describe('Candidates that are found after the offer', () => {
  const {fetch} = globalThis;
  let requests;
  let peer;
  let session;

  const finds = (candidate) => peer.onicecandidate({candidate: {candidate}});
  const lines = () => requests.map(({body}) => body.split('\r\n'));

  beforeEach(() => {
    requests = [];
    globalThis.fetch = (address, request) =>
      new Promise((resolve, reject) => requests.push({address, ...request, resolve, reject}));
    peer = {};
    session = new AbortController();
    trickle(peer, offer, {url, etag: '"1"', signal: session.signal});
  });

  afterEach(() => {
    globalThis.fetch = fetch;
  });

  test('go to the session, which is told whose they are', () => {
    finds('candidate:1 1 udp 1 192.0.2.1 1 typ host');
    const [{address, method, headers}] = requests;
    assert.deepEqual([address, method], [url, 'PATCH']);
    assert.equal(headers['Content-Type'], 'application/trickle-ice-sdpfrag');
    assert.equal(headers['If-Match'], '"1"');
    assert.deepEqual(lines(), [[...head, 'a=candidate:1 1 udp 1 192.0.2.1 1 typ host', '']]);
  });

  test('go together if they come while a request is under way, even one that fails', async () => {
    finds('candidate:1');
    finds('candidate:2');
    finds(''); // The end of an m-line, in Firefox.
    peer.onicecandidate({candidate: null});
    assert.equal(requests.length, 1);
    requests[0].reject(new TypeError('The network is down.'));
    await new Promise(setImmediate);
    assert.deepEqual(lines().slice(1), [[...head, 'a=candidate:2', 'a=end-of-candidates', '']]);
  });

  test('go nowhere once the session has ended', async () => {
    finds('candidate:1');
    finds('candidate:2');
    session.abort();
    requests[0].reject(session.signal.reason);
    await new Promise(setImmediate);
    assert.equal(requests.length, 1);
  });
});
