import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { checkout } from '../lab-place.ts';

/** Where the demo keeps everything; one a checkout. */
export const demoDir = join(checkout, '.restow/demo');

/** The mark by which the demo's programs are found again, whoever started them. */
export const demoMark = {
  name: 'RESTOW_DEMO_MEMBER',
  value: `demo-${createHash('sha256').update(demoDir).digest('hex').slice(0, 6)}`,
};

export const demoService = 'demo';

/** Holds the uuid of the demo's service, by which its containers and volumes are found again after a crash. */
export const serviceIdFile = join(demoDir, 'service-id');
