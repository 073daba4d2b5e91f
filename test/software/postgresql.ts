import type { Software } from './releases.ts';

/** Number of the user `postgres` in the image. */
const postgres = 101;

const entrypoint = (major: string) => `#!/bin/sh
# An empty volume is filled once: beside its place, so that a start cut short is no database.
set -eu
data=/var/lib/postgresql/data
if [ ! -e "$data" ]; then
  rm -rf "$data.part"
  echo "$POSTGRES_PASSWORD" >/tmp/password
  /usr/lib/postgresql/${major}/bin/initdb -D "$data.part" --username=app --pwfile=/tmp/password \\
    --encoding=UTF8 --locale=C --data-checksums --auth-local=trust --auth-host=scram-sha-256 >&2
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$data.part/pg_hba.conf"
  mv "$data.part" "$data"
fi
exec /usr/lib/postgresql/${major}/bin/postgres -D "$data" -c 'listen_addresses=*' -c unix_socket_directories=/tmp "$@"
`;

/**
 * PostgreSQL, its data in a volume at /var/lib/postgresql, superuser `app` with the password of POSTGRES_PASSWORD,
 * settings as arguments (`-c NAME=VALUE`). Runs as an ordinary user from its first instruction. SIGINT is its fast
 * shutdown: sessions are told and ended, and nothing has to be recovered at the next start.
 */
export const postgresql: Software = {
  askFor: 'postgresql',
  packageIn: (offered) => {
    const needed = offered.get('postgresql')?.[0]?.needs.flat() ?? [];
    return needed.find((name) => /^postgresql-\d+$/.test(name) && offered.has(name));
  },
  // Debian's builds read the time zones of the system.
  also: ['tzdata'],
  // What compiles queries, and needs LLVM for it.
  leaveOut: /^usr\/lib\/postgresql\/\d+\/lib\/(bitcode\/|llvmjit)/,
  image: (packageName) => {
    const major = packageName.replace(/^postgresql-/, '');
    return {
      files: [
        {
          path: 'etc/passwd',
          content: `root:x:0:0:root:/root:/bin/sh\npostgres:x:${postgres}:${postgres}::/:/bin/sh\n`,
        },
        { path: 'etc/group', content: `root:x:0:\npostgres:x:${postgres}:\n` },
        { path: 'var/lib/postgresql', directory: true, mode: 0o700, uid: postgres, gid: postgres },
        { path: 'entrypoint', content: entrypoint(major), mode: 0o755 },
      ],
      entrypoint: ['/entrypoint'],
      user: 'postgres',
      env: {
        PATH: `/usr/lib/postgresql/${major}/bin:/usr/bin:/bin`,
        PGHOST: '/tmp',
        PGUSER: 'app',
        PGDATABASE: 'postgres',
      },
      ports: ['5432/tcp'],
      volumes: ['/var/lib/postgresql'],
      stopSignal: 'SIGINT',
    };
  },
};
