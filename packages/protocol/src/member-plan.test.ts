import { describe, expect, it } from 'vitest';
import { text } from './codec.ts';
import { memberPlan } from './member-plan.ts';
import { type Definition, header, query, stream } from './operation.ts';
import { operations } from './operations/index.ts';

describe('memberPlan', () => {
  it('is made once of each record of members', () => {
    const { request } = operations.copyObject;
    expect(memberPlan(request)).toBe(memberPlan(request));
  });

  it('can be made of every request and result of the table', () => {
    for (const { name, request, requestRoot, results } of Object.values(operations) as readonly Definition[]) {
      expect(() => memberPlan(request, requestRoot), name).not.toThrow();
      for (const { members, root } of Object.values(results)) expect(() => memberPlan(members, root), name).not.toThrow();
    }
  });

  it('refuses members that claim the same place', () => {
    expect(() => memberPlan({ a: header('x-oss-a', text), b: header('X-OSS-A', text) })).toThrow('Two members claim the header x-oss-a');
    expect(() => memberPlan({ a: query('a', text), b: query('a', text) })).toThrow('Two members claim the query a');
    expect(() => memberPlan({ a: stream(), b: stream() })).toThrow('Only one member may be the stream');
    expect(() => memberPlan({ a: query('a', text), b: query('A', text), c: header('a', text) })).not.toThrow();
  });
});
