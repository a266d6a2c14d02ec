/** Where gateways and self-hosted models run. */
export const regions = ['us-east', 'us-west', 'eu-west', 'ap-southeast'] as const;
export type Region = (typeof regions)[number];
