/** Live channels (OSS: LiveChannel). This server has none, and can say so: programs that clear a bucket look for them first. */
import { boolean, count, integer, text } from '../codec.ts';
import { isoDate } from '../codec-dates.ts';
import { limits } from '../limits.ts';
import { bucketName, element, many, operation, optional, orEmpty, query, struct, within, xml } from '../operation.ts';
import { bucketAction } from './permissions.ts';

/** The live channels of a bucket (OSS: ListLiveChannel). */
export const listLiveChannel = operation({
  name: 'ListLiveChannel',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['live'] },
  request: {
    bucket: bucketName,
    /** Only channels whose names begin so. */
    prefix: query('prefix', text),
    /** Only channels after this name, which is excluded. */
    marker: query('marker', text),
    /** At most this many: 1 to 1000, 100 without it. */
    maxKeys: query('max-keys', integer(1, limits.listMaxEntries)),
  },
  results: {
    200: {
      root: 'ListLiveChannelResult',
      members: {
        prefix: xml(orEmpty(element('Prefix', text))),
        marker: xml(orEmpty(element('Marker', text))),
        maxKeys: xml(optional(element('MaxKeys', count))),
        /** Whether more channels follow `nextMarker`. */
        isTruncated: xml(element('IsTruncated', boolean())),
        /** The marker of the next page. */
        nextMarker: xml(optional(element('NextMarker', text))),
        liveChannels: xml(
          many(
            struct('LiveChannel', {
              name: element('Name', text),
              description: orEmpty(element('Description', text)),
              /** `enabled` or `disabled`. */
              status: element('Status', text),
              lastModified: element('LastModified', isoDate),
              publishUrls: within('PublishUrls', orEmpty(element('Url', text))),
              playUrls: within('PlayUrls', orEmpty(element('Url', text))),
            }),
          ),
        ),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidArgument'],
  permissions: (request) => bucketAction('oss:ListLiveChannel', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
