import { pino } from 'pino';
import { expect, test } from 'vitest';
import { aSwapNode, nodeSubnet, overlaySubnet } from '../../../../test/lib/a-swap-node.ts';
import { anInstance, refOf } from '../../../../test/lib/an-instance.ts';
import { NodeRepair } from './node-repair.ts';

/** A node on which `web-1` serves with port 8080, or nothing; what is warned of there. */
const start = async ({ serves = true, hasWorked = true } = {}) => {
  const node = await aSwapNode();
  const { engine, network } = node;
  const instance = anInstance(engine.buildLocally('app'), {
    ports: [{ containerPort: 80, hostPort: 8080, protocol: 'tcp' }],
  });
  if (serves) {
    await node.order({ kind: 'take', instance, relayed: false });
    await node.order({ kind: 'flip', instance: refOf(instance), towards: null });
  }
  const warned: { msg: string; putBack?: string[] }[] = [];
  const remembered = { overlaySubnet, vxlanId: 77, underlay: '192.0.2.1', endpoints: { version: 1, endpoints: [] } };
  const repair = new NodeRepair({
    ...{ engine, network, nodeSubnet, ports: node.deps.ports, handovers: { look: async () => [] } },
    memory: {
      ...{ nodeId: 'n1', network: hasWorked ? remembered : null },
      remember: () => undefined,
      flush: async () => undefined,
    },
    log: pino({ level: 'warn', base: null }, { write: (line) => warned.push(JSON.parse(line)) }),
  });
  const said = () => warned.splice(0).map(({ msg, putBack }) => putBack ?? msg);
  return { ...node, repair, said };
};

test('says nothing where nothing was taken away', async () => {
  const { repair, said } = await start();
  await repair.look();
  expect(said()).toEqual([]);
});

test('puts back what was taken away, and names all of it in one warning', async () => {
  const { repair, said, network } = await start();
  const before = await network.portMap();
  await network.unmapPorts(before);
  network.found = { putBack: ['the nft table ip restow'], engineRulesGone: false };
  await repair.look();
  expect(await network.portMap()).toEqual(before);
  expect(said()).toEqual([['the nft table ip restow', 'port 8080/tcp']]);
  await repair.look();
  expect(said()).toEqual([]);
});

test('makes the networks of an engine that has lost them, in silence', async () => {
  const { repair, engine, said } = await start({ serves: false });
  await repair.look();
  await repair.look();
  expect(engine.did).toEqual(['network restow-node', 'network restow-overlay']);
  expect(said()).toEqual([]);
});

test("warns once that the engine's rules are gone, and again when that happens again", async () => {
  const { repair, said, network } = await start();
  const sentence = expect.stringContaining("the engine's own firewall rules are gone");
  for (const engineRulesGone of [true, true, false, true]) {
    network.found = { putBack: [], engineRulesGone };
    await repair.look();
  }
  expect(said()).toEqual([sentence, sentence]);
});

test('says once for each cause that it cannot, and goes on trying', async () => {
  const { repair, said, network } = await start();
  const cannot = "this node's network could not be looked after; trying on";
  await network.unmapPorts(await network.portMap());
  for (const cause of ['no bridge', 'no bridge', 'no nft']) {
    network.failures.set('repair', new Error(cause));
    await repair.look();
  }
  expect(said()).toEqual([cannot, cannot]);
  expect(await network.portMap()).toEqual([]);
  await repair.look();
  expect(said()).toEqual([['port 8080/tcp']]);
  network.failures.set('repair', new Error('no nft'));
  await repair.look();
  expect(said()).toEqual([cannot]);
});

test('leaves a node alone that no coordinator has set up yet', async () => {
  const { repair, said, network } = await start({ hasWorked: false });
  await network.unmapPorts(await network.portMap());
  await repair.look();
  expect(said()).toEqual([]);
  expect(await network.portMap()).toEqual([]);
});
