import { expect, it } from '@jest/globals';
import { AllowedAddresses } from './allowed-addresses.js';

it('says the same of an address however often and among however many it is asked', () => {
  const allowed = new AllowedAddresses(['10.1.0.0/16', '192.0.2.7', '2001:db8::/48']);
  const asked = Array.from({ length: 40 }, (_, index) => `10.${index % 3}.0.${index}`);
  const others = ['192.0.2.7', '192.0.2.8', '2001:db8::1', '2001:db9::1', '', 'unknown'];
  for (const address of [...asked, ...others, ...others, ...asked, ...others]) {
    const isIn = address.startsWith('10.1.') || ['192.0.2.7', '2001:db8::1'].includes(address);
    expect([address, allowed.has(address)]).toEqual([address, isIn]);
  }
});

it('is not made of what is no network', () => {
  expect(() => new AllowedAddresses(['10.0.0.0/40'])).toThrow();
  expect(() => new AllowedAddresses(['example.com'])).toThrow();
});
