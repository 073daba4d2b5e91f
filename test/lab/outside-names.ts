import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { insideHost } from '@restow/lab/hosts';
import type { Lab } from '@restow/lab/lab';
import { labPlace, memberEnvironment } from '@restow/lab/lab-place';

const program = fileURLToPath(new URL('./outside-names-main.ts', import.meta.url));
const file = '/etc/resolv.conf';

/** Somebody who knows one name, `outside.test`, as a host's resolver. Resolves with how to have the old one again. */
export const giveOutsideNames = async (lab: Lab, host: string): Promise<() => Promise<void>> => {
  const [command = '', ...args] = insideHost(lab.host(host), [process.execPath, program]);
  const resolver = spawn(command, args, {
    env: memberEnvironment(labPlace(lab.dir)),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(resolver, 'close');
  await Promise.race([once(resolver.stdout, 'data'), ended]);
  const kept = (await lab.exec(host, ['cat', file])).stdout;
  // Where it is a link it is not followed: what it leads to may be nobody's in a host.
  const write = (text: string) =>
    lab.exec(host, ['sh', '-c', `cat >${file}.new && mv ${file}.new ${file}`], { input: text });
  await write('nameserver 127.0.0.1\n');
  return async () => {
    await write(kept);
    resolver.stdin.end();
    await ended;
  };
};
