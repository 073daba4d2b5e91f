import { describe } from 'vitest';
import { FakeEngine } from '../lib/fake-engine.ts';
import { containerEngineSuite, type EngineSubject } from './container-engine.suite.ts';

describe('the fake engine', () => {
  const engine = new FakeEngine({ nodeId: 'n1' });
  const { registry } = engine;
  const subject: EngineSubject = {
    engine,
    images: {
      app: registry.push('registry:5000/app:v1', { says: ['one', 'two'] }),
      crash: registry.push('registry:5000/crash:v1', { complains: ['giving up'], crashesWith: 3 }),
      stubborn: registry.push('registry:5000/stubborn:v1', { stubborn: true }),
      checked: registry.push('registry:5000/checked:v1', { healthcheck: 'passes', volumes: ['/var/lib/b', '/a'] }),
    },
    local: engine.buildLocally('mine:latest'),
    addForeignContainer: async (name, port) => engine.addForeignContainer(name, [{ protocol: 'tcp', port }]),
    addForeignVolume: async (name) => engine.addForeignVolume(name),
  };
  containerEngineSuite(() => subject);
});
