import { engineAnswers } from '@restow/lab/engine-http';
import type { Lab } from '@restow/lab/lab';
import { isRunning } from '@restow/lab/pids';
import { expect, vi } from 'vitest';

/**
 * Mends whatever fault a test left in a lab, and resolves when no node is unreachable to the coordinator: for a test
 * file's end, so that the next one finds the lab whole.
 */
export const makeWhole = async (lab: Lab): Promise<void> => {
  for (const { name } of lab.hosts) {
    // The cable first: what boots has to be heard of.
    const { cut, lossPercent } = await lab.cable(name);
    if (cut) await lab.heal(name);
    if (lossPercent > 0) await lab.loss(name, 0);
    if (!(await isRunning(lab.host(name).init))) await lab.powerOn(name);
    else if (!(await engineAnswers(lab.engineSocket(name)))) await lab.engineStart(name);
  }
  await vi.waitFor(
    async () => {
      const nodes = JSON.parse((await lab.cli('node', 'ls', '-o', 'json')).stdout) as {
        name: string;
        unreachableSince: number | null;
      }[];
      const lost = nodes.filter(({ unreachableSince }) => unreachableSince !== null);
      expect(lost.map(({ name }) => name)).toEqual([]);
    },
    { timeout: 40_000, interval: 250 },
  );
};
