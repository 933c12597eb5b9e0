import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {Browser, devices} from './support/browser.js';
import {Media} from './support/media.js';
import {Participant} from './support/participant.js';
import {Server} from './support/server.js';

const grace = {name: 'Grace', colour: [35, 165, 60], tone_hz: 1010};
const studio = {name: 'Studio', colour: [205, 40, 45], tone_hz: 440};

/** A page that publishes its camera and microphone by WHIP (RFC 9725), and by nothing of ours. */
class Publisher {
  static async launch(server) {
    const publisher = new Publisher();
    publisher.media = await Media.make(studio.colour, studio.tone_hz, {width: 320, height: 180});
    publisher.browser = await Browser.launch(devices.files(publisher.media));
    await publisher.browser.page.goto(`${server.url}/healthz`);
    return publisher;
  }

  publish(path) {
    return this.browser.page.evaluate(async (path) => {
      const plain = {echoCancellation: false, noiseSuppression: false, autoGainControl: false};
      const stream = await navigator.mediaDevices.getUserMedia({video: true, audio: plain});
      const peer = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
      window.peer = peer;
      for (const track of stream.getTracks()) {
        peer.addTransceiver(track, {direction: 'sendonly', streams: [stream]});
      }
      const gathered = [];
      peer.onicecandidate = ({candidate}) => candidate && gathered.push(candidate);
      await peer.setLocalDescription();
      const asked = performance.now();
      const response = await fetch(path, {
        method: 'POST',
        headers: {'Content-Type': 'application/sdp'},
        body: peer.localDescription.sdp,
      });
      const sdp = await response.text();
      const waited_ms = performance.now() - asked;
      await peer.setRemoteDescription({type: 'answer', sdp});
      window.session = response.headers.get('Location');
      const {usernameFragment} = gathered[0];
      const trickled = await fetch(window.session, {
        method: 'PATCH',
        headers: {
          'Content-Type': 'application/trickle-ice-sdpfrag',
          'If-Match': response.headers.get('ETag'),
        },
        body:
          `a=ice-ufrag:${usernameFragment}\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n` +
          gathered.map(({candidate}) => `a=${candidate}\r\n`).join(''),
      });
      return {status: response.status, trickled: trickled.status, sdp, waited_ms};
    }, path);
  }

  unpublish() {
    return this.browser.page.evaluate(
      async () => (await fetch(window.session, {method: 'DELETE'})).status,
    );
  }

  async close() {
    await this.browser.close();
    await this.media.remove();
  }
}

describe('Who publishes by WHIP', {timeout: 120_000}, () => {
  let server;
  let viewer;
  let publisher;

  before(async () => {
    server = await Server.start();
    viewer = await Participant.launch(grace);
    await viewer.join(server, 'studio');
    publisher = await Publisher.launch(server);
  });

  after(async () => {
    await publisher?.close();
    await viewer?.close();
    await server?.stop();
  });

  test('is seen and heard by those in the room', async () => {
    const {status, trickled, sdp, waited_ms} = await publisher.publish('/whip/studio?name=Studio');
    assert.equal(status, 201);
    assert.equal(trickled, 204);
    assert.match(sdp, /^a=candidate:/m);
    assert.match(sdp, /^a=end-of-candidates/m);
    assert.ok(waited_ms < 1_500, `The answer took ${waited_ms} ms`);
    await viewer.sees([grace, studio], 10_000);
    await viewer.page.waitForFunction((hz) => window.ears.tones([hz])[0] > -50, studio.tone_hz, {
      polling: 100,
    });
  });

  test('is gone after DELETE', async () => {
    assert.equal(await publisher.unpublish(), 200);
    await viewer.sees([grace], 5_000);
    assert.equal(await publisher.unpublish(), 404);
  });

  test('is gone a while after a crash', async () => {
    await publisher.publish('/whip/studio?name=Studio');
    await viewer.sees([grace, studio], 10_000);
    await publisher.browser.kill();
    await viewer.sees([grace], 15_000);
  });
});
