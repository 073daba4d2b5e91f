import { runCommand } from '@restow/lab/command';

/** What `dig` heard. */
export interface Dug {
  /** `NOERROR`, `NXDOMAIN`, ... */
  status: string;
  /** Such as `qr`, `aa`, `tc`. */
  flags: string[];
  answers: DugRecord[];
  authorities: DugRecord[];
}

export interface DugRecord {
  name: string;
  ttl: number;
  type: string;
  data: string;
}

/** Asks a server, `ADDRESS:PORT`, by `dig`; throws when it does not answer. */
export const dig = async (server: string, name: string, type = 'A', ...options: string[]): Promise<Dug> => {
  const [address = '', port = ''] = server.split(':');
  const argv = ['dig', `@${address}`, '-p', port, '+tries=1', '+time=2', '+norecurse', ...options, name, type];
  const { stdout, code } = await runCommand(argv);
  const [, status] = /status: (\w+)/.exec(stdout) ?? [];
  if (code !== 0 || status === undefined) throw new Error(`${argv.join(' ')} ended with ${code}:\n${stdout}`);
  const section = (title: string): DugRecord[] => {
    const [, text = ''] = new RegExp(`^;; ${title} SECTION:\\n((?:[^\\n]+\\n)*)`, 'm').exec(stdout) ?? [];
    return text
      .split('\n')
      .map((line) => line.split(/\s+/))
      .flatMap(([name = '', ttl, , type = '', ...data]) =>
        type === '' ? [] : [{ name: name.replace(/\.$/, ''), ttl: Number(ttl), type, data: data.join(' ') }],
      );
  };
  return {
    status,
    flags: /;; flags: ([^;]*);/.exec(stdout)?.[1]?.split(' ') ?? [],
    answers: section('ANSWER'),
    authorities: section('AUTHORITY'),
  };
};

/** The addresses an answer has, sorted. */
export const addressesIn = ({ answers }: Dug): string[] =>
  answers
    .filter(({ type }) => type === 'A')
    .map(({ data }) => data)
    .sort();
