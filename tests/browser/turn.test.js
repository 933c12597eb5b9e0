import assert from 'node:assert/strict';
import {test} from 'node:test';

import {Browser, devices} from './support/browser.js';
import {Server} from './support/server.js';
import {TurnServer} from './support/turn_server.js';

const timeout = 120_000;

/** Leaves a page's connections nothing but a relay. Runs in the page. */
function relayOnly() {
  const Direct = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Direct {
    constructor(configuration) {
      super({...configuration, iceTransportPolicy: 'relay'});
      window.peer = this;
    }
  };
}

/** What the page's newest connection sends from. */
function selected({page}) {
  return page.evaluate(async () => {
    const reports = [...(await window.peer.getStats()).values()];
    const byId = (id) => reports.find((report) => report.id === id);
    const transport = reports.find(({type}) => type === 'transport');
    return byId(byId(transport.selectedCandidatePairId).localCandidateId);
  });
}

test('Whom nothing but a relay reaches is in the meeting, over the TURN server', {timeout}, async (t) => {
  // Stopped in this order, and none after one that can't be: so the server's status is seen to last.
  const browser = await Browser.launch(devices.fake);
  t.after(() => browser.close());
  const turn = await TurnServer.start();
  t.after(() => turn.stop());
  const server = await Server.start({options: ['--turn-server', turn.option]});
  t.after(() => server.stop());

  await browser.page.addInitScript(relayOnly);
  await browser.page.goto(`${server.url}?room=relayed&name=Ada&join=1`);
  await browser.state('in-meeting');
  assert.equal((await selected(browser)).candidateType, 'relay', turn.log);
});

test('Whom nothing but a relay reaches watches over the TURN server', {timeout}, async (t) => {
  const viewer = await Browser.launch([]);
  t.after(() => viewer.close());
  const participant = await Browser.launch(devices.fake);
  t.after(() => participant.close());
  const turn = await TurnServer.start();
  t.after(() => turn.stop());
  const server = await Server.start({options: ['--turn-server', turn.option]});
  t.after(() => server.stop());

  await participant.page.goto(`${server.url}?room=relayed&name=Ada&join=1`);
  await participant.state('in-meeting');
  await viewer.page.addInitScript(relayOnly);
  await viewer.page.goto(`${server.url}watch.html?room=relayed`);
  await viewer.state('playing');
  assert.equal((await selected(viewer)).candidateType, 'relay', turn.log);
});
