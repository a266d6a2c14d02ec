/** Purposes that people decide about, one by one, and what holds until they do. */
export const chosenPurposes = {
  product_news: { givenAtFirst: false },
  service_statistics: { givenAtFirst: true },
} as const;
export type ChosenPurpose = keyof typeof chosenPurposes;

export const chosenPurposeNames = Object.keys(chosenPurposes) as ChosenPurpose[];

export type ChoiceSource = 'person' | 'operator';

/** The newest decision of a person about a purpose. */
export interface Choice {
  purpose: ChosenPurpose;
  given: boolean;
  source: ChoiceSource;
  decidedAt: Date;
}
