import { Preference } from './preference.js';

/** The range that the overview begins with. */
export const defaultRange = new Preference('default-range', [
  '30d',
  'hour',
  'day',
  '7d',
  '90d',
  'year',
]);
