import { describe, expect, it } from 'vitest';
import { choosePackages } from './choose-packages.ts';
import { fileOf, readOffered } from './offered-packages.ts';

const shown = `Package: postgresql-15
Version: 15.20-0+deb12u1
Architecture: amd64
Depends: locales | locales-all, postgresql-client-15, debconf (>= 0.5) | debconf-2.0, libc6 (>= 2.34), libpq5 (>= 15~),
 libllvm14
Description: The World's Most Advanced Open Source Relational Database
 Package: this line belongs to the description
Filename: pool/postgresql-15.deb

Package: postgresql-15
Version: 15.18-0+deb12u1
Architecture: amd64
Depends: postgresql-client-15, libc6 (>= 2.34), libpq5, libllvm14, libabsent1 | libz:any
Filename: pool/postgresql-15.deb

Package: postgresql-client-15
Version: 15.20-0+deb12u1
Architecture: amd64
Depends: libpq5 (>= 15.20), libreadline8, perl
Filename: pool/postgresql-client-15.deb

Package: postgresql-client-15
Version: 15.18-0+deb12u1
Architecture: amd64
Depends: libpq5, perl
Filename: pool/postgresql-client-15.deb

Package: libpq5
Version: 15.20-0+deb12u1
Architecture: amd64
Depends: libc6
Filename: pool/libpq5.deb

Package: libpq5
Status: install ok installed
Version: 15.12-0+deb12u2
Architecture: amd64
Depends: libc6

Package: libpq5
Version: 15.18-0+deb12u1
Architecture: amd64
Depends: libc6
Filename: pool/libpq5.deb

Package: libpq5
Version: 15.18-0+deb12u1
Architecture: amd64
Depends: libc6
Filename: pool/libpq5.deb

Package: libc6
Version: 2.36-9+deb12u14
Architecture: amd64
Pre-Depends: libcrypt1
Filename: pool/libc6.deb

Package: libcrypt1
Version: 1:4.4.33-2
Architecture: amd64
Depends: libc6
Filename: pool/libcrypt1.deb

Package: libllvm14
Version: 1:14.0.6-12
Architecture: amd64
Filename: pool/libllvm14.deb

Package: libz
Version: 1
Architecture: amd64
Filename: pool/libz.deb

Package: perl
Version: 5.36
Architecture: amd64
Filename: pool/perl.deb

Package: debconf
Version: 1.5.82
Architecture: all
Filename: pool/debconf.deb

Package: tzdata
Version: 2026f-0+deb12u1
Architecture: all
Depends: debconf
Filename: pool/tzdata.deb
`;

const offered = readOffered(shown);
const told = (packages: { name: string; version: string }[]) =>
  packages.map(({ name, version }) => `${name} ${version.replace(/-0\+deb12u1$/, '')}`);

describe('what apt offers', () => {
  it('is every version of a package that can be downloaded, once, the newest first', () => {
    expect(told([...offered.get('libpq5')!])).toEqual(['libpq5 15.20', 'libpq5 15.18']);
    expect(offered.has('this')).toBe(false);
  });

  it('is read with what it needs, alternatives together, versions and architectures left aside', () => {
    expect(offered.get('postgresql-15')![1]!.needs).toEqual([
      ['postgresql-client-15'],
      ['libc6'],
      ['libpq5'],
      ['libllvm14'],
      ['libabsent1', 'libz'],
    ]);
    expect(offered.get('libc6')![0]!.needs).toEqual([['libcrypt1']]);
    expect(offered.get('perl')![0]!.needs).toEqual([]);
  });

  it('reads a field that goes on in the next line to its end', () => {
    expect(offered.get('postgresql-15')![0]!.needs).toContainEqual(['libllvm14']);
  });

  it('is downloaded under a name without colons', () => {
    expect(fileOf(offered.get('libcrypt1')![0]!)).toBe('libcrypt1_1%3a4.4.33-2_amd64.deb');
  });
});

describe('the packages of an image', () => {
  it('are in the asked-for version whatever is offered in it, then the libraries these need, in their newest', () => {
    const { own, libraries } = choosePackages(offered, 'postgresql-15', '15.18-0+deb12u1');
    expect(told(own)).toEqual(['libpq5 15.18', 'postgresql-15 15.18', 'postgresql-client-15 15.18']);
    expect(told(libraries)).toEqual(['libc6 2.36-9+deb12u14', 'libcrypt1 1:4.4.33-2', 'libz 1']);
  });

  it('of another version differ in what is its own', () => {
    const { own, libraries } = choosePackages(offered, 'postgresql-15', '15.20-0+deb12u1');
    expect(told(own)).toEqual(['libpq5 15.20', 'postgresql-15 15.20', 'postgresql-client-15 15.20']);
    expect(told(libraries)).toEqual(['libc6 2.36-9+deb12u14', 'libcrypt1 1:4.4.33-2']);
  });

  it('hold no more of what is asked for besides than itself and its libraries', () => {
    const { libraries } = choosePackages(offered, 'postgresql-15', '15.20-0+deb12u1', ['tzdata']);
    expect(told(libraries)).toEqual(['libc6 2.36-9+deb12u14', 'libcrypt1 1:4.4.33-2', 'tzdata 2026f']);
  });
});
