import type { Problem } from '../base/errors.ts';
import { problem } from './check.ts';
import { dnsLabelRule, isDnsLabel } from './dns-label.ts';

/** What is wrong with the name of a service; empty when nothing is. */
export const checkServiceName = (name: string): Problem[] =>
  isDnsLabel(name) ? [] : problem('name', `"${name}" is not a DNS label: use ${dnsLabelRule}, such as "web"`);

/** What is wrong with the name of the stack it is to belong to; empty when nothing is. */
export const checkStackName = (stack: string | null): Problem[] =>
  stack === null || isDnsLabel(stack)
    ? []
    : problem('stack', `"${stack}" is not a DNS label: use ${dnsLabelRule}, such as "common"`);
