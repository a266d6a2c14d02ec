import { describe, expect, it } from '@jest/globals';
import { tagsOf } from './tags.js';

const read = (header?: string) => tagsOf({ 'x-modelbridge-tags': header });

describe('the tags of a request', () => {
  it('are name=value pairs, kept by name', () => {
    expect(read()).toBeUndefined();
    const tags = read('team=search, project=Atlas/v2.1:a+b ,a=1');
    expect(JSON.stringify(tags)).toBe('{"a":"1","project":"Atlas/v2.1:a+b","team":"search"}');
    expect(read('constructor=x')).toEqual({ constructor: 'x' });
    expect(Object.keys(read(`${'n'.repeat(32)}=${'v'.repeat(64)}`)!)).toHaveLength(1);
  });

  it.each([
    ['', /name of tag 1/],
    ['project', /value of tag 1/],
    ['a=1,', /name of tag 2/],
    ['a=1,b=', /value of tag 2/],
    ['a=1;b=2', /value of tag 1/],
    ['Project=a', /name of tag 1/],
    ['__proto__=a', /name of tag 1/],
    [`${'n'.repeat(33)}=a`, /name of tag 1/],
    [`a=${'v'.repeat(65)}`, /value of tag 1/],
    ['a=b=c', /value of tag 1/],
    ['mail=ada@example.com', /value of tag 1/],
    ['a=1,a=2', /more than once/],
    ['a=1,b=1,c=1,d=1,e=1,f=1', /at most 5/],
  ])('are refused as %p', (header, words) => {
    expect(() => read(header)).toThrow(words);
  });
});
