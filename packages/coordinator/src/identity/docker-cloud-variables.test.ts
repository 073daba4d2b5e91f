import { expect, test } from 'vitest';
import { noPublicNames, publicNamesIn } from '../zone/public-names.ts';
import { linkedServiceVariables, ownVariables } from './docker-cloud-variables.ts';

const url = 'http://10.0.0.2:7601';
const place = {
  service: { id: '651b58c4-479a-4108-b044-aaa274ef6455', name: 'my-proxy', stack: null },
  slotIndex: 1,
  instanceId: '20ae2cff-44c0-4955-8fbe-ac5841d1286f',
  node: { id: 'd804d973-c8b8-4f5b-a0a0-558151ffcf02', name: 'n1' },
};
const tutums = (variables: Record<string, string>) =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name.replace('DOCKERCLOUD', 'TUTUM'), value]));

test('LNK-11: every documented variable, and the same by Tutum’s names', () => {
  const names = publicNamesIn({ domain: 'example.test', namespace: 'main' });
  const wanted = {
    DOCKERCLOUD_SERVICE_API_URI: '/api/app/v1/service/651b58c4-479a-4108-b044-aaa274ef6455/',
    DOCKERCLOUD_SERVICE_API_URL: `${url}/api/app/v1/service/651b58c4-479a-4108-b044-aaa274ef6455/`,
    DOCKERCLOUD_CONTAINER_API_URI: '/api/app/v1/container/20ae2cff-44c0-4955-8fbe-ac5841d1286f/',
    DOCKERCLOUD_CONTAINER_API_URL: `${url}/api/app/v1/container/20ae2cff-44c0-4955-8fbe-ac5841d1286f/`,
    DOCKERCLOUD_NODE_API_URI: '/api/infra/v1/node/d804d973-c8b8-4f5b-a0a0-558151ffcf02/',
    DOCKERCLOUD_NODE_API_URL: `${url}/api/infra/v1/node/d804d973-c8b8-4f5b-a0a0-558151ffcf02/`,
    DOCKERCLOUD_CONTAINER_FQDN: 'my-proxy-1.20ae2cff.cont.example.test',
    DOCKERCLOUD_CONTAINER_HOSTNAME: 'my-proxy-1',
    DOCKERCLOUD_SERVICE_FQDN: 'my-proxy.651b58c4.svc.example.test',
    DOCKERCLOUD_SERVICE_HOSTNAME: 'my-proxy',
    DOCKERCLOUD_NODE_FQDN: 'n1.node.example.test',
    DOCKERCLOUD_NODE_HOSTNAME: 'n1',
  };
  expect(ownVariables({ url, names }, place)).toEqual({ ...wanted, ...tutums(wanted) });
});

test('without a zone nothing has a full name', () =>
  expect(Object.keys(ownVariables({ url, names: noPublicNames }, place)).filter((name) => /FQDN/.test(name))).toEqual(
    [],
  ));

test('LNK-11: the linked service by the name of the link', () => {
  const wanted = { WEB_DOCKERCLOUD_API_URL: `${url}/api/app/v1/service/${place.service.id}/` };
  expect(linkedServiceVariables({ url }, 'WEB', place.service.id)).toEqual({ ...wanted, ...tutums(wanted) });
});
