/** Writes src/rpc/gen from proto/: `pnpm generate`. The result is committed; a test fails when it is stale. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const here = import.meta.dirname;
const out = process.argv[2] ?? join(here, 'src/rpc/gen');
const loader = dirname(createRequire(import.meta.url).resolve('@grpc/proto-loader/package.json'));
rmSync(out, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [
    join(loader, 'build/bin/proto-loader-gen-types.js'),
    '--longs=Number',
    '--enums=String',
    '--defaults',
    '--oneofs',
    '--includeComments',
    '--grpcLib=@grpc/grpc-js',
    '--importFileExtension=.ts',
    `-I=${join(here, '../../proto')}`,
    `-O=${out}`,
    'restow/v1/api.proto',
    'restow/v1/agent.proto',
  ],
  { stdio: 'inherit' },
);

// The generator writes where it found each file on this machine; the committed result must not depend on that.
const root = join(here, '../..');
for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const file = join(entry.parentPath, entry.name);
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(`${root}/`, ''));
}
