import { netModes, type ServicePort } from '@restow/shared/domain/service';
import type { FieldFlags } from '../field-flags.ts';
import { fieldsUnder } from '../kinds-of-field.ts';
import { parseLink } from '../link.ts';
import { repeatable } from '../options.ts';
import { parseExpose, parsePublish } from '../port.ts';

const group = 'Ports and network:';
const { items, list, text, word } = fieldsUnder(group);

const publishOption = repeatable(
  '-p, --publish <ports>',
  'port of the node and of the container: 8080:80, 53:53/udp; 80 alone takes a free one of the node',
);
const exposeOption = repeatable(
  '--expose <port>',
  "port that is open at the slot's address and on no node, such as 90/udp",
);

/** Each flag names the whole list of its own kind; one that is published is not told to be exposed only as well. */
const ports: FieldFlags<ServicePort[]> = {
  group,
  options: [publishOption, exposeOption],
  read: (reader, old) => {
    const given = (option: typeof publishOption, parse: typeof parsePublish, published: boolean) =>
      reader.texts(option)?.flatMap((text) => reader.value(option, parse(text))) ??
      old.filter((port) => port.published === published);
    const published = given(publishOption, parsePublish, true);
    const isPublished = ({ containerPort, protocol }: ServicePort) =>
      published.some((port) => port.containerPort === containerPort && port.protocol === protocol);
    return [...published, ...given(exposeOption, parseExpose, false).filter((port) => !isPublished(port))];
  },
};

export const network = {
  ports,
  net: word('--net <mode>', "network: bridge, with an address of the slot's own, or the node's", netModes),
  links: items(repeatable('--link, --link-service <service:alias>', 'another service, by an alias'), parseLink),
  hostname: text('--hostname <name>', 'host name in the container'),
  domainname: text('--domainname <name>', 'domain in the container'),
  dns: list('--dns <address>', 'DNS server'),
  dnsSearch: list('--dns-search <domain>', 'domain that names are looked up in'),
  extraHosts: list('--add-host <name:address>', 'line of /etc/hosts'),
  macAddress: text('--mac-address <mac>', 'MAC on the node network'),
};
