import { type Check, problem, repeats } from './check.ts';
import { dnsLabelRule, isDnsLabel } from './dns-label.ts';
import { parseServiceReference } from './service-reference.ts';
import { slotOfName } from './slot.ts';

/** What can be said of links without knowing what else there is. */
export const checkLinks: Check = ({ links }) => {
  const aliases = new Set(links.map(({ alias }) => alias));
  return [
    ...links.flatMap(({ service }, index) =>
      parseServiceReference(service)
        ? []
        : problem(`links[${index}].service`, `"${service}" is not the name of a service, such as db or db.common`),
    ),
    ...links.flatMap(({ alias }, index) =>
      isDnsLabel(alias)
        ? []
        : problem(`links[${index}].alias`, `"${alias}" cannot be an alias: use ${dnsLabelRule}, such as "db"`),
    ),
    ...repeats(
      links,
      ({ alias }) => alias,
      ({ alias }, index) => ({
        field: `links[${index}].alias`,
        message: `the alias "${alias}" is given twice: one name leads to one service`,
      }),
    ),
    // `db-2` is the second slot of the alias `db`.
    ...links.flatMap(({ alias }, index) => {
      const slot = slotOfName(alias);
      return slot !== null && aliases.has(slot.serviceName)
        ? problem(
            `links[${index}].alias`,
            `the alias "${alias}" is what slot ${slot.index} of the alias "${slot.serviceName}" is called: choose another one`,
          )
        : [];
    }),
  ];
};
