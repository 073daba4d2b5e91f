import { expect, test } from 'vitest';
import { aPlan, aSwap, aVerdict, start } from '../../../../test/lib/views.ts';
import { noColours } from './paint.ts';
import { planText, refusalText } from './plan.ts';

const look = { now: start, trunc: true, paint: noColours };

test('a plan: each slot, its node and why, every other node and why not, order, pulls, volumes, seconds', () => {
  const moves = aSwap(1, {
    placement: {
      slotIndex: 1,
      slotName: 'web-1',
      nodeId: aVerdict(2).nodeId,
      nodeName: 'n2',
      because: 'fewest containers (0)',
      verdicts: [
        aVerdict(1, {
          fits: false,
          score: null,
          reasons: [
            { code: 'cordoned', message: 'n1 is cordoned' },
            { code: 'port-in-use', message: 'port 8080 of n1 is held by nginx (pid 812)' },
          ],
        }),
        aVerdict(2, { score: 0 }),
        aVerdict(3, { score: 4 }),
      ],
    },
    volumes: [{ name: 'restow-web-1-b', path: '/data', fresh: true, readOnly: false, mountName: null, from: null }],
    detaches: [{ name: 'restow-web-1-a', nodeName: 'n1' }],
  });
  const stays = aSwap(2, {
    volumes: [{ name: 'restow-web-2-a', path: '/data', fresh: false, readOnly: true, mountName: null, from: null }],
    ports: [],
  });
  const plan = aPlan({
    swaps: [moves, stays],
    removals: [{ slotIndex: 3, slotName: 'web-3', nodeName: 'n3' }],
    warnings: ['no node carries the tag prod'],
  });
  expect(planText(plan, look)).toBe(
    `web: redeploy of 2 slots to revision 2
  image           registry:5000/app:v2 (bb2200000000)
  order           stop-first (asked for: auto): start-first is not built yet
  gate            on: web-1 alone, the rest once it is healthy
  batches         web-1, then web-2
  images          n1 has it, n2 pulls it
  not answering   1.4 s for each slot that is swapped (median of the last 4 swaps of web)

web-1   10.7.0.1   n1 -> n2
  n2       chosen: fewest containers (0)
  n1       no: n1 is cordoned; port 8080 of n1 is held by nginx (pid 812)
  n3       would fit too (score 4)
  volume   /data: restow-web-1-b, fresh and empty
  volume   restow-web-1-a is detached and stays on n1
  port     8080->80/tcp

web-2   10.7.0.2   stays on n2
  n2       chosen: fewest containers (1)
  n1       would fit too (score 1)
  volume   /data: restow-web-2-a, kept, read-only

web-3 on n3 goes: fewer slots are wanted

warning: no node carries the tag prod
`,
  );
});

test('a first deployment has nothing that could stop answering', () => {
  const plan = aPlan({
    swaps: [aSwap(1, { from: null, address: null })],
    batches: [[1]],
    gate: false,
    order: { asked: 'recreate', chosen: 'recreate', because: 'nothing runs yet' },
  });
  expect(planText(plan, look)).toBe(
    `web: first deployment of 1 slot to revision 2
  image     registry:5000/app:v2 (bb2200000000)
  order     recreate: nothing runs yet
  gate      off
  batches   web-1
  images    n1 has it, n2 pulls it

web-1   a new address   new on n1
  n1     chosen: fewest containers (1)
  n2     would fit too (score 1)
  port   8080->80/tcp
`,
  );
});

test('a refusal: every slot without a place, every node with every reason, and the ways out', () => {
  const refusal = {
    serviceName: 'web',
    message: 'No node fits 1 of 2 slots.',
    unplaceable: [
      {
        slotIndex: 1,
        slotName: 'web-1',
        message: 'its volume restow-web-1-a is on n1, which lacks tag prod',
        waysOut: ['restow tag add -t prod n1', 'redeploy with --not-reuse-volumes'],
        verdicts: [
          aVerdict(1, { fits: false, score: null, reasons: [{ code: 'missing-tag', message: 'n1 lacks tag prod' }] }),
          aVerdict(2, {
            fits: false,
            score: null,
            reasons: [
              { code: 'volume-elsewhere', message: 'restow-web-1-a is on n1' },
              { code: 'cordoned', message: 'n2 is cordoned' },
            ],
          }),
        ],
      },
      { slotIndex: 2, slotName: 'web-2', message: 'No node for web-2: all are cordoned.', waysOut: [], verdicts: [] },
    ],
  };
  expect(refusalText(refusal, look)).toBe(
    `web: cannot be deployed, nothing was touched
  No node fits 1 of 2 slots.

web-1   its volume restow-web-1-a is on n1, which lacks tag prod
  n1   no: n1 lacks tag prod
  n2   no: restow-web-1-a is on n1; n2 is cordoned
  ways out:
    - restow tag add -t prod n1
    - redeploy with --not-reuse-volumes

No node for web-2: all are cordoned.
`,
  );
});
