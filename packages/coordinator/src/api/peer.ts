/** The address of a peer as grpc-js writes it, `192.0.2.1:4711` or `[2001:db8::1]:4711`, without port and mapping. Pure. */
export const addressOfPeer = (peer: string): string =>
  hostOf(peer.replace(/^ipv[46]:/, '')).replace(/^::ffff:(?=\d+\.)/, '');

/** The host of `host:port`; brackets of an IPv6 address go too. Pure. */
export const hostOf = (authority: string): string => authority.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
