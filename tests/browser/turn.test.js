import assert from 'node:assert/strict';
import {test} from 'node:test';

import {Browser, devices} from './support/browser.js';
import {Server} from './support/server.js';
import {TurnServer} from './support/turn_server.js';

const timeout = 120_000;

test('Whom nothing but a relay reaches is in the meeting, over the TURN server', {timeout}, async (t) => {
  // Stopped in this order, and none after one that can't be: so the server's status is seen to last.
  const browser = await Browser.launch(devices.fake);
  t.after(() => browser.close());
  const turn = await TurnServer.start();
  t.after(() => turn.stop());
  const server = await Server.start({options: ['--turn-server', turn.option]});
  t.after(() => server.stop());

  await browser.page.addInitScript(() => {
    const Direct = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Direct {
      constructor(configuration) {
        super({...configuration, iceTransportPolicy: 'relay'});
      }
    };
  });
  await browser.page.goto(`${server.url}?room=relayed&name=Ada&join=1`);
  await browser.state('in-meeting');
  const selected = await browser.page.evaluate(async () => {
    const reports = [...(await window.tessera.meeting.stats()).values()];
    const byId = (id) => reports.find((report) => report.id === id);
    const transport = reports.find(({type}) => type === 'transport');
    return byId(byId(transport.selectedCandidatePairId).localCandidateId);
  });
  assert.equal(selected.candidateType, 'relay', turn.log);
});
