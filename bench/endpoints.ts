import { defaultDefinition } from '@restow/shared/domain/service';
import { entriesOf, timeJoin, timeMove } from '../test/lab/endpoint-times.ts';
import { fillEndpoints } from '../test/lab/fill-endpoints.ts';
import { type BenchLab, say, untilSucceeded, withLab } from './bench-lab.ts';
import { figuresOf, spread, table } from './figures.ts';
import { describeLoad, describeMachine } from './machine.ts';

const many = 10_000;
const moves = 10;
const joins = 3;

/** Moves the only slot of `moved` to and fro. */
const measure = async ({ lab, client }: BenchLab) => {
  const [{ address = '' } = {}] = (await client.getService('moved')).slots;
  const told: number[] = [];
  const forwards: number[] = [];
  for (let move = 0; move < moves; move++) {
    const [to, from] = move % 2 === 0 ? ['n2', 'n1'] : ['n1', 'n2'];
    await client.changeTags(to!, { add: ['here'] });
    await client.changeTags(from!, { remove: ['here'] });
    const times = await timeMove(lab, address, async () =>
      client.getDeployment(String((await untilSucceeded(client.redeploy('moved'))).number)),
    );
    told.push(times.told);
    forwards.push(times.forwards);
  }
  const joined: number[] = [];
  for (let join = 0; join < joins; join++) joined.push(await timeJoin(lab, 'n3'));
  return { told: figuresOf(told), forwards: figuresOf(forwards), joined: figuresOf(joined) };
};

/**
 * How long the move of one slot takes to reach three nodes, and how long a node takes to join that has no entry yet,
 * with a handful of endpoints in the table and with ten thousand, in one run.
 */
export const benchEndpoints = (signal: AbortSignal): Promise<void> =>
  withLab(3, signal, async (bench) => {
    const { lab, client } = bench;
    const plain = defaultDefinition(`${lab.registry.address}/app:v1`);
    await client.changeTags('n1', { add: ['here'] });
    await client.createService('moved', {
      ...{ ...plain, tags: ['here'] },
      update: { ...plain.update, order: 'stop-first', minRunningMs: 0, watchMs: 0 },
    });
    await untilSucceeded(client.startService('moved'));
    say('a handful of endpoints');
    const few = await measure(bench);
    say(`${many} endpoints`);
    await fillEndpoints(lab, many);
    const full = await measure(bench);
    const rows = (['told', 'forwards', 'joined'] as const).map((key) => [
      {
        told: 'a move, until every node said it forwards so',
        forwards: "a move, until the last node's kernel did",
        joined: 'a node that joins, from the start of its agent',
      }[key],
      spread(few[key]),
      spread(full[key]),
    ]);
    console.log(`${await describeMachine(lab.engineSocket('n1'))}\n`);
    console.log(table([['median (min-max), ms', '1 endpoint', `${many}`], ...rows]));
    const { forwarding, neighbours } = await entriesOf(lab, 'n3');
    console.log(`\nn3 then has ${forwarding} ways to other nodes and ${neighbours} neighbours.`);
    console.log(await describeLoad());
  });
