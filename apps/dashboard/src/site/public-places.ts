/** Where the public finds what the dashboard tells of. */
export class PublicPlaces {
  /**
   * @param origin of this site, such as `https://app.example.com`
   * @param apiOrigin of the public API
   */
  constructor(
    readonly origin: string,
    readonly apiOrigin: string,
  ) {}
}
