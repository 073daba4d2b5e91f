import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The rules of docs/architecture.md that project references cannot keep: who may import what, read from import lines. */
const root = join(import.meta.dirname, '../..');
const sources = globSync('packages/*/src/**/*.ts', { cwd: root }).filter(
  (file) => !file.includes('/gen/') && !file.endsWith('.test.ts'),
);

interface ImportLine {
  file: string;
  from: string;
}

const importLines: ImportLine[] = sources.flatMap((file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^(?:import|export)\s[^;]*?from\s+'([^']+)'/gms)].map(
    (match) => ({
      file,
      from: match[1]!,
    }),
  ),
);

/** Import lines of the files under `where` that import what `what` matches and are not among those allowed to. */
const breaking = (where: RegExp, what: RegExp, allowed: RegExp = /$^/): string[] =>
  importLines
    .filter(({ file, from }) => where.test(file) && what.test(from) && !allowed.test(file))
    .map(({ file, from }) => `${file} imports ${from}`);

test('there are import lines to read', () => {
  expect(importLines.length).toBeGreaterThan(100);
});

test('domain and base import nothing of ours but each other, and domain does no I/O', () => {
  expect(breaking(/^packages\/shared\/src\/(domain|base)\//, /^@restow|\/(rpc|bus)\//)).toEqual([]);
  expect(breaking(/^packages\/shared\/src\/domain\//, /^(node:|[a-z@])/, /$^/)).toEqual([]);
});

test('placement and planning are pure: no node modules, no clock, no random', () => {
  const pure = /^packages\/coordinator\/src\/(placement\/|planning\/(plan-|choose-order|make-batches|predict-outage))/;
  expect(breaking(pure, /^node:/)).toEqual([]);
  const impure = sources.filter(
    (file) =>
      pure.test(file) && /Date\.now|Math\.random|new Date\(\)|randomUUID/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(impure).toEqual([]);
});

test('what thinks knows ports, never adapters', () => {
  expect(
    breaking(/^packages\/coordinator\/src\/(deployment|planning|placement|services|identity|ports)\//, /\/adapters\//),
  ).toEqual([]);
});

test('coordinator and agent never import each other', () => {
  expect(breaking(/^packages\/coordinator\//, /^@restow\/agent/)).toEqual([]);
  expect(breaking(/^packages\/agent\//, /^@restow\/coordinator/)).toEqual([]);
});

test('dockerode is imported in one file', () => {
  expect(breaking(/./, /^dockerode/, /^packages\/agent\/src\/engine\/docker-engine\.ts$/)).toEqual([]);
});

test('grpc-js is imported in rpc, the doors and what carries their calls', () => {
  expect(
    breaking(
      /./,
      /^@grpc\//,
      /^packages\/(shared\/src\/rpc|coordinator\/src\/api|agent\/src\/session)\/|^packages\/coordinator\/src\/(adapters\/grpc-agents|coordinator)\.ts/,
    ),
  ).toEqual([]);
});

test('NATS is imported in bus and the adapters and logs that need it', () => {
  expect(
    breaking(/./, /^@nats-io\//, /^packages\/(shared\/src\/bus|agent\/src\/logs|coordinator\/src\/adapters)\//),
  ).toEqual([]);
});

test('dns-packet is imported where packets are read and written', () => {
  expect(
    breaking(/./, /^dns-packet/, /^packages\/(coordinator\/src\/zone\/packets|agent\/src\/names\/[a-z-]+)\.ts$/),
  ).toEqual([]);
});

test('systeminformation is imported in one folder', () => {
  expect(breaking(/./, /^systeminformation/, /^packages\/agent\/src\/facts/)).toEqual([]);
});
