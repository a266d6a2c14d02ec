import { BlockList, isIP } from 'node:net';

const form = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/;

/** Whether this is an address, or a network in CIDR notation, as `203.0.113.7`, `10.0.0.0/8` or `2001:db8::/32`. */
export function isNetwork(text: string): boolean {
  const [, address = '', prefix] = form.exec(text) ?? [];
  const family = isIP(address);
  // A mapped or scoped address would match no caller: they are compared in their own family.
  if (family === 0 || address.includes('%') || /^::ffff:/i.test(address)) return false;
  const bits = family === 4 ? 32 : 128;
  if (prefix !== undefined && Number(prefix) > bits) return false;
  new BlockList().addSubnet(address, Number(prefix ?? bits), family === 4 ? 'ipv4' : 'ipv6');
  return true;
}
