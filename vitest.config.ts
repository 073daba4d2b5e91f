import { defineConfig } from 'vitest/config';

/** Workspace packages are tested from their sources; only the cluster tests run the built programs. */
const fromSource = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } };

const project = (name: string, include: string[], seconds: number, alone = false, globalSetup: string[] = []) => ({
  ...fromSource,
  test: {
    name,
    include,
    globalSetup,
    testTimeout: seconds * 1000,
    hookTimeout: seconds * 1000,
    ...(alone ? { fileParallelism: false } : {}),
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', ['packages/*/src/**/*.test.ts', '{test/rules,test/software,test/lab,bench}/**/*.test.ts'], 20),
      project('contract', ['test/contract/**/*.test.ts'], 30),
      project('flow', ['test/flow/**/*.test.ts'], 30),
      project('engine', ['test/engine/**/*.test.ts'], 120, true),
      project('cluster', ['test/cluster/**/*.test.ts'], 180, true, ['test/lab/global-setup.ts']),
    ],
  },
});
