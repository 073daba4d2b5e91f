import { describe, expect, test } from 'vitest';
import { findByReference } from './find-by-reference.ts';

const web = { id: '0a1b2c3d-0000-4000-8000-000000000001', name: 'web' };
const db = { id: '0a1b9999-0000-4000-8000-000000000002', name: 'db' };

describe('a reference', () => {
  test('is a name', () => expect(findByReference('service', [web, db], 'db')).toBe(db));
  test('is a uuid', () => expect(findByReference('service', [web, db], web.id)).toBe(web));
  test('is the beginning of a uuid, in any case', () =>
    expect(findByReference('service', [web, db], '0A1B2C3D')).toBe(web));
  test('that fits several is refused with all of them', () =>
    expect(() => findByReference('service', [web, db], '0a1b')).toThrow(/web \(0a1b2c3d\), db \(0a1b9999\)/));
  test('that fits none is refused with the names there are', () =>
    expect(() => findByReference('service', [web, db], 'wbe')).toThrow(
      'There is no service "wbe". There are: web, db.',
    ));
  describe('to a service of a stack', () => {
    const common = { id: '1a1b2c3d-0000-4000-8000-000000000003', name: 'db', stack: 'common' };
    const shop = { id: '2a1b2c3d-0000-4000-8000-000000000004', name: 'db', stack: 'shop' };
    const alone = { ...db, stack: null };
    test('is its name with that of the stack', () => {
      expect(findByReference('service', [common, shop, alone], 'db.common')).toBe(common);
      expect(findByReference('service', [common, shop, alone], 'db.shop')).toBe(shop);
    });
    test('is its name alone where no other has it', () =>
      expect(findByReference('service', [common, { ...web, stack: 'shop' }], 'db')).toBe(common));
    test('is not that where several have it: they are named', () =>
      expect(() => findByReference('service', [common, shop], 'db')).toThrow(
        '"db" means several services: db.common (1a1b2c3d), db.shop (2a1b2c3d). Give the whole name.',
      ));
    test('of no stack is its name, whoever else has it', () =>
      expect(findByReference('service', [common, shop, alone], 'db')).toBe(alone));
    test('that fits none names all as they are called', () =>
      expect(() => findByReference('service', [common, alone], 'db.prod')).toThrow('There are: db.common, db.'));
  });
  test('of fewer than four characters is no uuid', () =>
    expect(() => findByReference('service', [web], '0a1')).toThrow(/no service "0a1"/));
});
