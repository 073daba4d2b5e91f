import type { Problem } from '../base/errors.ts';
import { problem } from './check.ts';
import { dnsLabelRule, isDnsLabel } from './dns-label.ts';

/** What is wrong with the name of a service; empty when nothing is. */
export const checkServiceName = (name: string): Problem[] =>
  isDnsLabel(name) ? [] : problem('name', `"${name}" is not a DNS label: use ${dnsLabelRule}, such as "web"`);
