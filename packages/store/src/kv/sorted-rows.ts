import type { Range, Row } from './key-value.ts';

/** Nodes are split when they grow beyond this: inserts move at most so many entries, whatever the number of rows. */
const nodeEntries = 64;

interface Leaf {
  readonly edition: number;
  readonly rows: Row[];
}
interface Branch {
  readonly edition: number;
  readonly children: Node[];
  /** `bounds[i]` is not greater than any key under `children[i]`, and greater than all keys under `children[i - 1]`. The first is unused. */
  readonly bounds: Uint8Array[];
}
type Node = Leaf | Branch;
type Split = { readonly right: Node; readonly bound: Uint8Array } | undefined;

/**
 * Rows in byte order of their keys: a B+ tree that is copied on write. A fork costs nothing: afterwards both sides copy the nodes
 * that they change, and share the others. A node that runs empty is dropped; nodes that are merely thin are not joined, which keeps
 * removal simple and costs only space.
 */
export class SortedRows {
  #root: Node;
  /** Nodes of this edition belong to this tree alone and are changed in place. Forks draw editions from one counter. */
  #edition: number;
  readonly #editions: { last: number };

  constructor(origin?: SortedRows) {
    this.#editions = origin === undefined ? { last: 0 } : origin.#editions;
    this.#edition = origin === undefined ? 0 : ++origin.#editions.last;
    this.#root = origin === undefined ? { edition: 0, rows: [] } : origin.#root;
  }

  /** A tree with the same rows, which no later change of this one reaches, nor the other way round. */
  fork(): SortedRows {
    const fork = new SortedRows(this);
    this.#edition = ++this.#editions.last;
    return fork;
  }

  get(key: Uint8Array): Row | undefined {
    let node = this.#root;
    while ('children' in node) node = node.children[childIndex(node, key)] as Node;
    const row = node.rows[rowIndex(node.rows, key)];
    return row !== undefined && compareBytes(row.key, key) === 0 ? row : undefined;
  }

  /** Rows of the range; see the port. */
  scan(range: Range): Row[] {
    const rows: Row[] = [];
    if (range.limit > 0 && compareBytes(range.from, range.to) < 0) collect(this.#root, range, rows);
    return rows;
  }

  put(row: Row): void {
    this.#root = this.#own(this.#root);
    const split = this.#insert(this.#root, row);
    if (split === undefined) return;
    const left = this.#root;
    this.#root = { edition: this.#edition, children: [left, split.right], bounds: [new Uint8Array(0), split.bound] };
  }

  delete(key: Uint8Array): void {
    if (this.get(key) === undefined) return;
    this.#root = this.#own(this.#root);
    this.#remove(this.#root, key);
    while ('children' in this.#root && this.#root.children.length === 1) this.#root = this.#root.children[0] as Node;
    if ('children' in this.#root && this.#root.children.length === 0) this.#root = { edition: this.#edition, rows: [] };
  }

  #own(node: Node): Node {
    if (node.edition === this.#edition) return node;
    if ('children' in node) return { edition: this.#edition, children: [...node.children], bounds: [...node.bounds] };
    return { edition: this.#edition, rows: [...node.rows] };
  }

  #ownChild(branch: Branch, index: number): Node {
    const child = this.#own(branch.children[index] as Node);
    branch.children[index] = child;
    return child;
  }

  #insert(node: Node, row: Row): Split {
    if ('children' in node) {
      const index = childIndex(node, row.key);
      const split = this.#insert(this.#ownChild(node, index), row);
      if (split === undefined) return undefined;
      node.children.splice(index + 1, 0, split.right);
      node.bounds.splice(index + 1, 0, split.bound);
      return node.children.length > nodeEntries ? this.#splitBranch(node) : undefined;
    }
    const index = rowIndex(node.rows, row.key);
    const present = node.rows[index];
    if (present !== undefined && compareBytes(present.key, row.key) === 0) node.rows[index] = row;
    else node.rows.splice(index, 0, row);
    return node.rows.length > nodeEntries ? this.#splitLeaf(node, index) : undefined;
  }

  #splitLeaf(leaf: Leaf, inserted: number): Split {
    // Keys that come in ascending order, as most do, leave full nodes behind and not half-empty ones.
    const middle = inserted === leaf.rows.length - 1 ? inserted : leaf.rows.length >> 1;
    const rows = leaf.rows.splice(middle);
    return { right: { edition: this.#edition, rows }, bound: (rows[0] as Row).key };
  }

  #splitBranch(branch: Branch): Split {
    const middle = branch.children.length >> 1;
    const children = branch.children.splice(middle);
    const bounds = branch.bounds.splice(middle);
    return { right: { edition: this.#edition, children, bounds }, bound: bounds[0] as Uint8Array };
  }

  /** Removes a key that is there; answers whether the node ran empty. */
  #remove(node: Node, key: Uint8Array): boolean {
    if (!('children' in node)) {
      node.rows.splice(rowIndex(node.rows, key), 1);
      return node.rows.length === 0;
    }
    const index = childIndex(node, key);
    if (this.#remove(this.#ownChild(node, index), key)) {
      node.children.splice(index, 1);
      node.bounds.splice(index, 1);
    }
    return node.children.length === 0;
  }
}

/** The child under which a key is, or would be. */
function childIndex({ bounds }: Branch, key: Uint8Array): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (compareBytes(bounds[middle] as Uint8Array, key) <= 0) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first row whose key is not smaller. */
function rowIndex(rows: readonly Row[], key: Uint8Array): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes((rows[middle] as Row).key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function collect(node: Node, range: Range, rows: Row[]): void {
  if ('children' in node) {
    const first = childIndex(node, range.from);
    const last = childIndex(node, range.to);
    if (range.reverse) for (let i = last; i >= first && rows.length < range.limit; i--) collect(node.children[i] as Node, range, rows);
    else for (let i = first; i <= last && rows.length < range.limit; i++) collect(node.children[i] as Node, range, rows);
    return;
  }
  const first = rowIndex(node.rows, range.from);
  const end = rowIndex(node.rows, range.to);
  const room = range.limit - rows.length;
  if (range.reverse) for (let i = end - 1; i >= Math.max(first, end - room); i--) rows.push(node.rows[i] as Row);
  else for (let i = first; i < Math.min(end, first + room); i++) rows.push(node.rows[i] as Row);
}

/** Byte order. A loop: on keys, a call of Buffer's comparison costs more than what it compares. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
