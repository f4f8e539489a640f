/** Policies, the block on public access, and Referers. */
import { deleteBucketPolicy, getBucketPolicy, getBucketPolicyStatus, putBucketPolicy } from '../operations/policy.ts';
import {
  deleteBucketPublicAccessBlock,
  deletePublicAccessBlock,
  getBucketPublicAccessBlock,
  getPublicAccessBlock,
  putBucketPublicAccessBlock,
  putPublicAccessBlock,
} from '../operations/public-access-block.ts';
import { getBucketReferer, putBucketReferer } from '../operations/referer.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const XML = ['Content-Type', 'application/xml'] as const;
const at = { bucket: 'oss-example' } as const;
const query = (name: string) => ({ query: [[name, undefined]] }) as const;
const by = (name: string) => ({ ...at, ...query(name) });
/** Kept as it came, with its white space and its letters. */
const POLICY = '\ufeff{ "Version":"1",\n "Statement":[{"Effect":"Allow","Action":"oss:*","Resource":"acs:oss:*:*:oss-example/中*"}] }\n';

const policyCases: readonly WireCase[] = [
  wireCase(putBucketPolicy, 'a policy is set', {
    request: { value: { ...at, policy: POLICY }, message: { ...by('policy'), body: POLICY } },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(getBucketPolicy, 'a policy', {
    request: { value: at, message: by('policy') },
    response: { value: { statusCode: 200, policy: POLICY }, message: { body: POLICY } },
  }),
  wireCase(deleteBucketPolicy, 'no policy any more', {
    request: { value: at, message: by('policy') },
    response: { value: { statusCode: 204 }, message: {} },
  }),
  wireCase(getBucketPolicyStatus, 'a policy that lets everybody in', {
    request: { value: at, message: by('policyStatus') },
    response: {
      value: { statusCode: 200, isPublic: true },
      message: { headers: [XML], body: `${XML_DECLARATION}<PolicyStatus><IsPublic>true</IsPublic></PolicyStatus>` },
    },
  }),
];

const BLOCKED = `${XML_DECLARATION}<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess></PublicAccessBlockConfiguration>`;
const setsBlock = { headers: [XML], body: BLOCKED };
const blocked = { value: { statusCode: 200, blockPublicAccess: true }, message: setsBlock } as const;
const ofService = query('publicAccessBlock');

const blockCases: readonly WireCase[] = [
  wireCase(putBucketPublicAccessBlock, 'public access is blocked', {
    request: { value: { ...at, blockPublicAccess: true }, message: { ...by('publicAccessBlock'), ...setsBlock } },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(putBucketPublicAccessBlock, 'as a program writes that spells True', {
    request: {
      value: { ...at, blockPublicAccess: true },
      message: { ...by('publicAccessBlock'), headers: [XML], body: BLOCKED.replace('>true<', '>True<') },
      only: { way: 'decode', because: 'booleans are written in lower case' },
    },
  }),
  wireCase(getBucketPublicAccessBlock, 'whether it is blocked', {
    request: { value: at, message: by('publicAccessBlock') },
    response: blocked,
  }),
  wireCase(deleteBucketPublicAccessBlock, 'the block ends', {
    request: { value: at, message: by('publicAccessBlock') },
    response: { value: { statusCode: 204 }, message: {} },
  }),
  wireCase(putPublicAccessBlock, 'of the account', {
    request: { value: { blockPublicAccess: true }, message: { ...ofService, ...setsBlock } },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(getPublicAccessBlock, 'of the account', { request: { value: {}, message: ofService }, response: blocked }),
  wireCase(deletePublicAccessBlock, 'of the account', {
    request: { value: {}, message: ofService },
    response: { value: { statusCode: 204 }, message: {} },
  }),
];

const rules = { allowEmptyReferer: false, allowTruncateQueryString: true, truncatePath: false } as const;
const RULES =
  '<AllowEmptyReferer>false</AllowEmptyReferer><AllowTruncateQueryString>true</AllowTruncateQueryString><TruncatePath>false</TruncatePath>';
const lists = {
  refererList: { referers: ['http://www.example.com', 'https://*.example.com'] },
  refererBlacklist: { referers: ['http://bad.example.com'] },
};
const LISTS =
  '<RefererList><Referer>http://www.example.com</Referer><Referer>https://*.example.com</Referer></RefererList><RefererBlacklist><Referer>http://bad.example.com</Referer></RefererBlacklist>';
const refererDocument = (content: string) => `${XML_DECLARATION}<RefererConfiguration>${content}</RefererConfiguration>`;

const refererCases: readonly WireCase[] = [
  wireCase(putBucketReferer, 'both lists', {
    request: {
      value: { ...at, ...rules, ...lists },
      message: { ...by('referer'), headers: [XML], body: refererDocument(RULES + LISTS) },
    },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(putBucketReferer, 'no more than must be', {
    request: {
      value: { ...at, allowEmptyReferer: true },
      message: { ...by('referer'), headers: [XML], body: refererDocument('<AllowEmptyReferer>true</AllowEmptyReferer>') },
    },
  }),
  wireCase(getBucketReferer, 'both lists', {
    request: { value: at, message: by('referer') },
    response: {
      value: { statusCode: 200, ...rules, ...lists },
      message: { headers: [XML], body: refererDocument(RULES + LISTS) },
    },
  }),
  wireCase(getBucketReferer, 'of a bucket that was never told', {
    response: {
      value: { statusCode: 200, ...rules, allowEmptyReferer: true, refererList: { referers: [] } },
      message: {
        headers: [XML],
        body: refererDocument(`${RULES.replace('false', 'true')}<RefererList></RefererList>`),
      },
    },
  }),
];

export const cases: readonly WireCase[] = [...policyCases, ...blockCases, ...refererCases];
