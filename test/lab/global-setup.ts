import { join } from 'node:path';
import { checkout, labPlace } from '@restow/lab/lab-place';
import { startLab } from '@restow/lab/start-lab';
import { takeDown } from '@restow/lab/take-down';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Directory of the one lab all cluster tests share; empty where there can be none. */
    labDir: string;
  }
}

/**
 * One lab of three hosts for all cluster files: hosts, engines, registry, coordinator and agents are the built programs.
 * Without root there is none, and the files skip their tests, counted.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.getuid?.() !== 0) {
    project.provide('labDir', '');
    return async () => undefined;
  }
  const dir = process.env.RESTOW_TEST_LAB_DIR ?? join(checkout, '.restow/test-lab');
  await takeDown(labPlace(dir));
  await startLab({ nodes: 3, dir });
  project.provide('labDir', dir);
  return () => takeDown(labPlace(dir));
}
