import { defaultRange } from '../../preferences/default-range.js';
import { usePreference } from '../../preferences/preference.js';
import { theme, type Theme } from '../../preferences/theme.js';
import { RANGE_LABELS } from '../../ranges/range.js';
import { Card } from '../../ui/card.js';
import { Field } from '../../ui/input.js';
import { Select } from '../../ui/select.js';

const THEMES: readonly { value: Theme; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

export function PreferencesCard() {
  const range = usePreference(defaultRange);
  const ranges = RANGE_LABELS.flatMap(({ value, label }) =>
    value === 'custom' ? [] : [{ value, label }],
  );
  return (
    <Card title="This browser">
      <div className="flex flex-col gap-4">
        <Field label="Theme">
          <Select
            className="w-full"
            value={usePreference(theme)}
            options={THEMES}
            onChange={(value) => theme.choose(value)}
          />
        </Field>
        <Field label="The overview begins with">
          <Select
            className="w-full"
            value={range}
            options={ranges}
            onChange={(value) => defaultRange.choose(value)}
          />
        </Field>
        <p className="text-sm text-muted">Kept in this browser, and told to nobody.</p>
      </div>
    </Card>
  );
}
