import type { Software } from './releases.ts';

/**
 * nginx with Debian's configuration in /etc/nginx, with which an empty volume there is filled, and Debian's first site.
 * It logs to where containers do. SIGQUIT lets it finish the requests it has begun.
 */
export const nginx: Software = {
  askFor: 'nginx',
  packageIn: (offered) => (offered.has('nginx') ? 'nginx' : undefined),
  image: () => ({
    files: [
      { path: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\n' },
      { path: 'etc/group', content: 'root:x:0:\nwww-data:x:33:\n' },
      // What installing it does besides unpacking.
      { path: 'etc/nginx/sites-enabled/default', linkTo: '/etc/nginx/sites-available/default' },
      { path: 'var/www/html', directory: true },
      { path: 'var/www/html/index.nginx-debian.html', linkTo: '/usr/share/nginx/html/index.html' },
      { path: 'var/log/nginx/access.log', linkTo: '/dev/stdout' },
      { path: 'var/log/nginx/error.log', linkTo: '/dev/stderr' },
    ],
    cmd: ['/usr/sbin/nginx', '-g', 'daemon off;'],
    env: { PATH: '/usr/sbin:/usr/bin:/bin' },
    ports: ['80/tcp'],
    volumes: ['/etc/nginx'],
    stopSignal: 'SIGQUIT',
  }),
};
