/** Where the public finds what the dashboard tells of. */
export class PublicPlaces {
  constructor(readonly apiOrigin: string) {}
}
