import type { Lab } from '@restow/lab/lab';

/** A row the server said it has, and when it said so, in milliseconds since the epoch. */
export interface AcknowledgedRow {
  n: number;
  at: number;
}

/** A client of PostgreSQL that is no container of Restow's, writing rows without end into the table `ledger (n)`. */
export interface RowWriter {
  /** Every row acknowledged so far, in the order it was. */
  acknowledged(): Promise<AcknowledgedRow[]>;
  /** What it was told whenever it lost its connection or got none. */
  complaints(): Promise<string[]>;
  /** Ends it. It can still be asked what it wrote. */
  stop(): Promise<void>;
  /** Takes it away. */
  remove(): Promise<void>;
}

const name = 'row-writer';

/**
 * One session writes one row after the other, each its own transaction; the server gives the number of each row back, and
 * that is the acknowledgement. When the session is lost a new one goes on after the last acknowledged row: the next may
 * have been written without a word, and is then written over.
 */
const script = `
while :; do
  n=$(tail -n 1 /tmp/acknowledged 2>/dev/null)
  n=\${n:-0}
  while :; do
    n=$((n + 1))
    echo "insert into ledger values ($n) on conflict (n) do update set n = excluded.n returning n;"
    usleep 5000
  done | psql -qtA -v ON_ERROR_STOP=1 | tee -a /tmp/acknowledged
  usleep 20000
done
`;

/** Starts a writer on a lab host, of an image that has psql, for the server at `host:5432`. */
export async function startRowWriter(
  lab: Lab,
  on: string,
  image: string,
  server: { host: string; password: string },
): Promise<RowWriter> {
  const env = { PGHOST: server.host, PGPASSWORD: server.password, PGCONNECT_TIMEOUT: '2' };
  const settings = Object.entries(env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  await lab.docker(
    on,
    ...['run', '-d', '--name', name, '--network', 'host', ...settings, '--entrypoint', 'sh', image, '-c', script],
  );
  const lines = async () => {
    const { stdout, stderr } = await lab.exec(on, ['docker', 'logs', '-t', name]);
    const split = (text: string) =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => ({ at: Date.parse(line.split(' ', 1)[0]!), said: line.slice(line.indexOf(' ') + 1) }));
    return { rows: split(stdout), complaints: split(stderr) };
  };
  return {
    acknowledged: async () => (await lines()).rows.map(({ at, said }) => ({ n: Number(said), at })),
    complaints: async () => (await lines()).complaints.map(({ said }) => said),
    stop: async () => {
      await lab.docker(on, 'kill', name);
    },
    remove: async () => {
      await lab.docker(on, 'rm', '-f', name);
    },
  };
}

/** The longest time between two acknowledgements. Milliseconds. */
export const longestSilence = (rows: readonly AcknowledgedRow[]): number =>
  Math.max(0, ...rows.slice(1).map(({ at }, index) => at - rows[index]!.at));
