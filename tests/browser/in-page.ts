// What runs in the page itself, as text: this tree is compiled for Node, which has no document.
import axe from 'axe-core';

/** From the first moment of each document on: tells `noteViolation` what its policy has refused. */
export const tellViolations = `document.addEventListener('securitypolicyviolation', (event) => {
  noteViolation('CSP: ' + [event.violatedDirective, event.blockedURI, event.sourceFile].join(' '));
});`;

/** What is wider than the window, so that the whole page scrolls sideways: a list of sentences. */
export const findOverflow = `(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.querySelectorAll('body *')].find(
    (element) => element.getBoundingClientRect().right > clientWidth + 1,
  );
  const what = wide?.outerHTML.slice(0, 120) ?? '';
  return ['the page is ' + (scrollWidth - clientWidth) + ' px wider than the window: ' + what];
})()`;

/** WCAG 2.2 at AA, and what it builds on. */
const standard = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export const loadAxe = axe.source;

/** Once axe is there: what of the page breaks the standard, a list of sentences. */
export const findViolations = `axe
  .run({ runOnly: { type: 'tag', values: ${JSON.stringify(standard)} }, resultTypes: ['violations'] })
  .then(({ violations }) => violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => id + ' (' + help + '): ' + html.slice(0, 160))))`;
