import { getObjectAcl, putObjectAcl } from '../operations/acl.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from '../operations/tagging.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const at = { bucket: 'src-bucket', key: 'dir/hello.txt' } as const;
const XML = ['Content-Type', 'application/xml'] as const;
const VERSION = 'CAEQMxiBgIDh3ZCB0BYiIGE4YjIyMjExZDhhYjQxNzZiNGUyZTI4ZjljZDcz';

export const cases: readonly WireCase[] = [
  wireCase(putObjectAcl, "an object's ACL is set", {
    request: {
      value: { ...at, acl: 'default', versionId: 'null' },
      message: {
        ...at,
        query: [
          ['acl', undefined],
          ['versionId', 'null'],
        ],
        headers: [['x-oss-object-acl', 'default']],
      },
    },
    response: { value: { statusCode: 200, versionId: 'null' }, message: { headers: [['x-oss-version-id', 'null']] } },
  }),
  wireCase(getObjectAcl, "an object's ACL", {
    request: { value: at, message: { ...at, query: [['acl', undefined]] } },
    response: {
      value: { statusCode: 200, owner: { id: '100000000000000', displayName: '100000000000000' }, acl: 'default' },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<AccessControlPolicy><Owner><ID>100000000000000</ID><DisplayName>100000000000000</DisplayName></Owner><AccessControlList><Grant>default</Grant></AccessControlList></AccessControlPolicy>`,
      },
    },
  }),
  wireCase(putObjectTagging, 'tags are set', {
    request: {
      value: {
        ...at,
        tags: [
          { key: 'team', value: 'web' },
          { key: ' +/ ', value: '' },
        ],
      },
      message: {
        ...at,
        query: [['tagging', undefined]],
        headers: [XML],
        body: `${XML_DECLARATION}<Tagging><TagSet><Tag><Key>team</Key><Value>web</Value></Tag><Tag><Key> +/ </Key><Value></Value></Tag></TagSet></Tagging>`,
      },
    },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(getObjectTagging, 'an object without tags', {
    request: { value: at, message: { ...at, query: [['tagging', undefined]] } },
    response: {
      value: { statusCode: 200, tags: [] },
      message: { headers: [XML], body: `${XML_DECLARATION}<Tagging><TagSet></TagSet></Tagging>` },
    },
  }),
  wireCase(getObjectTagging, 'tags', {
    response: {
      value: { statusCode: 200, versionId: VERSION, tags: [{ key: '中文', value: '中文' }] },
      message: {
        headers: [XML, ['x-oss-version-id', VERSION]],
        body: `${XML_DECLARATION}<Tagging><TagSet><Tag><Key>中文</Key><Value>中文</Value></Tag></TagSet></Tagging>`,
      },
    },
  }),
  wireCase(deleteObjectTagging, 'tags go', {
    request: { value: at, message: { ...at, query: [['tagging', undefined]] } },
    response: { value: { statusCode: 204 }, message: {} },
  }),
];
