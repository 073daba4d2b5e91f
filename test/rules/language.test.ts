import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

test('CRD-10: coordinator, agent, CLI and client are TypeScript, strict, with generated proto types', () => {
  const { compilerOptions } = JSON.parse(read('tsconfig.base.json')) as { compilerOptions: Record<string, unknown> };
  expect(compilerOptions).toMatchObject({ strict: true, noUncheckedIndexedAccess: true });
  const others = globSync('packages/*/src/**/*.{js,mjs,cjs,jsx}', { cwd: root });
  expect(others).toEqual([]);
  for (const program of ['coordinator', 'agent', 'cli'])
    expect(existsSync(join(root, `packages/${program}/src/main.ts`))).toBe(true);
  expect(existsSync(join(root, 'packages/shared/src/rpc/restow-client.ts'))).toBe(true);
  expect(existsSync(join(root, 'packages/shared/src/rpc/gen/restow/v1/Restow.ts'))).toBe(true);
});

test('CRD-10: no `any` in what our own sources say of a type', () => {
  const sources = globSync('packages/*/src/**/*.ts', { cwd: root }).filter((file) => !file.includes('/gen/'));
  expect(sources.length).toBeGreaterThan(200);
  const withAny = sources.filter((file) =>
    /(?::|<|\bas|\|)\s*any\b(?!\w)/.test(read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')),
  );
  expect(withAny).toEqual([]);
});
