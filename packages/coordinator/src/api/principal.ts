import { createHash, timingSafeEqual } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';
import { RestowError } from '@restow/shared/base/errors';

/** Who calls, as far as a door could tell. Every call is answered to one. */
export interface Principal {
  kind: 'operator' | 'agent';
  /** For the record of what was asked; not an identity to trust while all share one token. */
  name: string;
}

/** Throws `unauthenticated` with a sentence for the caller. */
export type Authenticate = (metadata: Metadata) => Principal;

/**
 * A door that opens to the cluster's one token, until enrolment gives each agent and person their own. Whoever shows it
 * is the door's principal.
 */
export const authenticateByToken = (token: string, principal: Principal): Authenticate => {
  const expected = digest(`Bearer ${token}`);
  return (metadata) => {
    const shown = metadata.get('authorization')[0];
    if (shown === undefined)
      throw new RestowError(
        'unauthenticated',
        `The call came without a token, which the header "authorization: Bearer TOKEN" carries. ${whereTheTokenIs}`,
      );
    if (!timingSafeEqual(digest(String(shown)), expected))
      throw new RestowError('unauthenticated', `The token is not this coordinator's. ${whereTheTokenIs}`);
    return principal;
  };
};

const whereTheTokenIs =
  'It is in the file "token" of the coordinator\'s data directory: copy it, and name the copy with --token-file.';

/** Digests of equal length, so that the comparison takes the same time whatever was shown. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
