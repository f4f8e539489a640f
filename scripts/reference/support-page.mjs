// The support table: every operation of OSS, and whether this server has it.
import { cell, GENERATED, requestLine } from './operation-pages.mjs';
import { ossOperations } from './oss-operations.mjs';

/** What the table of operations cannot say of an operation that is there. */
const notes = {
  ListLiveChannel: 'always empty: live channels cannot be made',
  PutBucketLifecycle: 'rules by the time of the last access (`IsAccessTime`, `AllowSmallFile`) are refused',
  PutBucketLogging: 'the lines of the server’s own log name the target; no objects are written to it',
};

/** Operations of this project that OSS has under another name, or not at all. */
const ours = { OptionBucket: 'OptionObject at a bucket' };

export function supportPage(protocol, documented, groups) {
  const places = new Map(
    groups.flatMap(({ name, operations }) => operations.map(({ definition }) => [definition.name, { name, definition }])),
  );
  const rows = ossOperations.map((operation) => rowOf(operation, places.get(operation.name), protocol));
  const count = (state) => rows.filter((row) => row.state === state).length;
  const more = [...places.keys()].filter((name) => !ossOperations.some((operation) => operation.name === name));
  const lines = [
    GENERATED,
    '# Support',
    '',
    `Of the ${rows.length} operations of OSS this server has ${count('yes')} whole and ${count('partly')} in part. What it has not is refused with 400 \`NotImplemented\`, which names it: never ignored, and`,
    'never with a status that SDKs would repeat.',
    '',
    '| operation | request | supported | |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ name, request, state, note }) => `| ${name} | \`${request}\` | ${state} | ${cell(note)} |`),
    '',
    `Beside them: ${more.map((name) => `${name}${ours[name] === undefined ? '' : ` (${ours[name]})`}`).join(', ')}.`,
    '',
    '## Sub-resources that are refused by name',
    '',
    'Whatever the method, and also beside other names.',
    '',
  ];
  for (const level of ['service', 'bucket', 'object']) {
    const names = [...documented.documentedSubresources(level)].sort((a, b) => (a < b ? -1 : 1));
    lines.push(`- ${level}: ${names.map((name) => `\`${name}\``).join(', ')}`);
  }
  return `${lines.join('\n')}\n`;
}

function rowOf(operation, found, protocol) {
  const request = requestLine({ ...operation, marks: { query: operation.marks } });
  if (found === undefined) {
    return { name: operation.name, request, state: 'no', note: refusalOf(operation, protocol) };
  }
  const { name, definition } = found;
  const refused = Object.entries(definition.request).filter(([, member]) => member.refused !== undefined);
  const isOfOss = ([, member]) => !conditionNames.includes(member.name.toLowerCase());
  const unbuilt = refused.filter(isOfOss).map(([field, member]) => `\`${field}\`${member.refused === true ? '' : ' (some values)'}`);
  const note = [notes[operation.name], unbuilt.length === 0 ? undefined : `refused: ${unbuilt.join(', ')}`].filter(
    (part) => part !== undefined,
  );
  return {
    name: `[${operation.name}](operations/${name}.md#${operation.name.toLowerCase()})`,
    request: requestLine(definition),
    state: note.length === 0 ? 'yes' : 'partly',
    note: note.join('; '),
  };
}

/** OSS refuses these on writes itself. */
const conditionNames = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];

/** What the router says to it: the proof that it is refused by name. */
function refusalOf({ name, method, level, marks }, protocol) {
  const query = marks.map((mark) => [mark, undefined]);
  try {
    const { operation } = protocol.route({ method, level, query, headers: [] });
    throw new Error(`${name} is not in the table and would be taken for ${operation}.`);
  } catch (error) {
    if (error.code !== 'NotImplemented') throw error;
    return `refused: \`${error.elements.ArgumentValue}\``;
  }
}
