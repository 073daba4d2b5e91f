import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ImageSpec } from '@restow/lab/push-image';
import type { Protocol } from '@restow/shared/domain/service';

const execute = promisify(execFile);

/**
 * `serve NAME PORT` answers every line on TCP and every datagram on UDP with its name and what it was sent.
 * `ask PROTOCOL HOST PORT TEXT` prints what the text is answered with; `refused`, or after a second `nobody`.
 *
 * Perl without modules: every Debian has it, an image of it is small, and it starts in a few milliseconds.
 */
const program = `
$| = 1;
sub at { my ($host, $port) = @_; pack('S n a4 x8', 2, $port, pack('C4', split /[.]/, $host)) }
sub tcp { socket(my $socket, 2, 1, 6) or die $!; $socket }
sub udp { socket(my $socket, 2, 2, 17) or die $!; $socket }
my ($do, @given) = @ARGV;

if ($do eq 'serve') {
  my ($name, $port) = @given;
  my $door = tcp();
  setsockopt($door, 1, 2, pack('i', 1)) or die $!;
  bind($door, at('0.0.0.0', $port)) or die $!;
  listen($door, 64) or die $!;
  my $socket = udp();
  bind($socket, at('0.0.0.0', $port)) or die $!;
  my $other = fork;
  if (!$other) {
    while (defined(my $from = recv($socket, my $text, 2048, 0))) { send($socket, "$name $text", 0, $from) }
    exit 1;
  }
  $SIG{TERM} = sub { kill 'KILL', $other; exit 0 };
  $SIG{CHLD} = 'IGNORE';
  while (1) {
    accept(my $client, $door) or next;
    if (!fork) { while (sysread($client, my $text, 2048)) { syswrite($client, "$name $text") } exit 0 }
    close $client;
  }
}

my ($protocol, $host, $port, $text) = @given;
sub refused { print $! + 0 == 111 ? "refused\\n" : "$!\\n"; exit 0 }
$SIG{ALRM} = sub { print "nobody\\n"; exit 0 };
alarm 1;
my $socket = $protocol eq 'tcp' ? tcp() : udp();
connect($socket, at($host, $port)) or refused();
syswrite($socket, "$text\\n") or refused();
sysread($socket, my $answer, 2048) or refused();
print $answer;
`;

const perl = '/usr/bin/perl';
const inImage = '/app/echo';

/** Perl and the libraries it is linked with, where this machine has them. */
const perlFiles = async () => {
  const { stdout } = await execute('ldd', [perl]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1]!);
  return Promise.all([perl, ...libraries].map(async (path) => ({ path, content: await readFile(path), mode: 0o755 })));
};

/**
 * An application that answers TCP and UDP on port 80 with its name and what it was sent. `$HOSTNAME` in the name is the
 * container's.
 */
export const echoApp = async (name: string): Promise<ImageSpec> => ({
  cmd: ['/bin/sh', '-c', `exec ${perl} ${inImage} serve "${name}" 80`],
  files: [...(await perlFiles()), { path: inImage, content: program }],
});

/** The command that says `text` to a port and prints what it is answered with; runs wherever this machine's files are. */
export const askingFor = (protocol: Protocol, host: string, port: number, text = 'who'): string[] => [
  ...[perl, '-e', program, '--', 'ask', protocol, host, `${port}`, text],
];

/** The same inside a container of the application. */
export const askingInside = (protocol: Protocol, host: string, port: number, text = 'who'): string[] => [
  ...[perl, inImage, 'ask', protocol, host, `${port}`, text],
];

/** The command that serves as the application does, for where this machine's files are. */
export const serving = (name: string, port: number): string[] => [perl, '-e', program, '--', 'serve', name, `${port}`];
