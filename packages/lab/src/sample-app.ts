import type { ImageSpec } from './push-image.ts';

/**
 * Connections it has not accepted yet: some seconds of a busy client. When there is no place left, the kernel drops what asks
 * for one, and that is asked for again a second later.
 */
const queue = 512;

/**
 * The sample application: a small web server of shell scripts on busybox, kept so plain that what a test sees is the
 * container's doing and not the application's.
 *
 * `/app/main` is pid 1: it logs a counter line a second, and on SIGTERM closes the door, lets every open connection
 * finish its request, says goodbye and exits with 0. `/app/serve` speaks HTTP with one client, keep-alive included.
 *
 * - `GET /` answers the version, `GET /slow?ms=N` the same after N milliseconds, `GET /data/NAME` a file of its volume.
 * - Every answer carries `x-instance`, the container's host name.
 * - With a volume at `/data` every start adds a line to `/data/starts`.
 * - `BOOT_MS`: how long it takes before it listens. `STOP_MS`: how long it takes to exit when it is done.
 *   `PORT`: another one than 80.
 * - `LINGER_MS`: how long after SIGTERM it goes on taking connections and questions, saying with every answer that the
 *   connection ends. A client that asks at least that often is never cut off, not even between two questions.
 */
const main = `#!/bin/sh
version=$(cat /app/version)
say() { echo "app $version $*"; }

leave() {
  trap '' TERM INT
  if [ "\${LINGER_MS:-0}" -gt 0 ]; then
    say "stopping: for $LINGER_MS ms every answer ends its connection"
    touch /run/leaving
    usleep "$((LINGER_MS * 1000))"
  fi
  say "stopping: taking no new connections, finishing the open ones"
  if [ -n "$door" ]; then kill "$door" 2>/dev/null; fi
  # A connection accepted a moment ago is given the time to become one that knows how to finish.
  usleep 50000
  killall -q -TERM serve
  while pidof serve >/dev/null; do usleep 20000; done
  usleep "$((\${STOP_MS:-0} * 1000))"
  say "goodbye"
  exit 0
}
door=
trap leave TERM INT

say "starting"
rm -f /run/leaving
if [ -d /data ]; then echo "app $version started at $(date -u +%Y-%m-%dT%H:%M:%SZ)" >>/data/starts; fi
if [ "\${BOOT_MS:-0}" -gt 0 ]; then
  usleep "$((BOOT_MS * 1000))" &
  wait $!
fi
# Every "l" is one more place in the queue of connections not yet accepted.
nc -${'l'.repeat(queue)} -p "\${PORT:-80}" -e /app/serve &
door=$!
say "listening on port \${PORT:-80}"

tick=0
while :; do
  tick=$((tick + 1))
  say "tick $tick"
  sleep 1 &
  wait $!
done
`;

const serve = `#!/bin/sh
leaving=
trap 'leaving=1' TERM
read -r version </app/version
return_char=$(printf '\\r')

# answer STATUS BODY
answer() {
  if [ -e /run/leaving ]; then leaving=1; fi
  connection=keep-alive
  if [ -n "$leaving$close" ]; then connection=close; fi
  printf 'HTTP/1.1 %s\\r\\ncontent-type: text/plain\\r\\ncontent-length: %d\\r\\nconnection: %s\\r\\nx-instance: %s\\r\\n\\r\\n%s\\n' \\
    "$1" "$((\${#2} + 1))" "$connection" "$HOSTNAME" "$2"
}

while :; do
  if [ -n "$leaving" ]; then
    # The peer may have sent its next request already: it is answered, and then the connection ends.
    read -r -t 1 method target protocol || exit 0
  elif ! read -r method target protocol; then
    if [ -n "$leaving" ]; then continue; fi
    exit 0
  fi
  close=
  case $protocol in HTTP/1.0*) close=1 ;; esac
  while read -r header value && [ "$header" != "$return_char" ]; do
    case $header$value in
      [Cc]onnection:[Cc]lose*) close=1 ;;
      [Cc]onnection:[Kk]eep-[Aa]live*) close= ;;
    esac
  done
  case $target in
    /) answer '200 OK' "$version" ;;
    /slow | /slow\\?*)
      ms=\${target##*ms=}
      case $ms in '' | *[!0-9]*) ms=1000 ;; esac
      # By its path it is a program of its own; as a word the shell does it itself, and SIGTERM would cut it short.
      /bin/usleep "$((ms * 1000))"
      answer '200 OK' "$version"
      ;;
    /data/*)
      file=/data/\${target##*/}
      if [ -f "$file" ]; then answer '200 OK' "$(cat "$file")"; else answer '404 Not Found' "no $file"; fi
      ;;
    *) answer '404 Not Found' "no $target here; try / or /slow?ms=1000" ;;
  esac
  if [ -n "$leaving$close" ]; then exit 0; fi
done
`;

/** The sample application in a version of that name. */
export const sampleApp = (version: string, more: Partial<ImageSpec> = {}): ImageSpec => ({
  files: [
    { path: 'app', directory: true },
    { path: 'app/version', content: `${version}\n` },
    { path: 'app/main', content: main, mode: 0o755 },
    { path: 'app/serve', content: serve, mode: 0o755 },
  ],
  cmd: ['/app/main'],
  ports: ['80/tcp'],
  ...more,
});

/** A program that ends at once and says why, as one does whose database is away. */
export const crashingApp: ImageSpec = {
  cmd: ['/bin/sh', '-c', 'echo "crash: cannot reach the database, giving up" >&2; exit 1'],
};
