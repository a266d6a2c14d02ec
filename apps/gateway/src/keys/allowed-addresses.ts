import { BlockList, isIP } from 'node:net';

/** How many addresses a key remembers: its program comes from a few. */
const mostRemembered = 8;

/** The addresses and networks, in CIDR notation, that a key may be used from. Throws for what is neither. */
export class AllowedAddresses {
  private readonly networks = new BlockList();
  /** A look-up makes native objects, which cost more to collect than the rest of a key's check. */
  private readonly remembered = new Map<string, boolean>();

  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const [address = '', prefix] = network.split('/');
      const family = isIP(address);
      const bits = family === 4 ? 32 : 128;
      this.networks.addSubnet(address, Number(prefix ?? bits), family === 4 ? 'ipv4' : 'ipv6');
    }
  }

  has(address: string): boolean {
    const known = this.remembered.get(address);
    if (known !== undefined) return known;
    const family = isIP(address);
    const allowed = family !== 0 && this.networks.check(address, family === 4 ? 'ipv4' : 'ipv6');
    if (this.remembered.size >= mostRemembered) this.remembered.clear();
    this.remembered.set(address, allowed);
    return allowed;
  }
}
