// INSERT aborts ZetaSQL's server and MERGE is refused by it. What they would write is asked instead as a query, built from the
// statement's analysed tree (so that names, coercions and defaults are the analyzer's), turned into text by the server itself.
const int64 = { type_kind: 'TYPE_INT64' };
const bool = { type_kind: 'TYPE_BOOL' };

const column = (id, name, type) => ({ column_id: String(id), table_name: '$stand_in', name, type });
const literal = (type, value) => ({
  node: 'resolved_literal_node',
  resolved_literal_node: { parent: { type }, value: { type, value } },
});
const nothing = (type) => literal(type, {});

// A number above every column id of the tree.
function freeId(tree) {
  let highest = 0;
  JSON.stringify(tree, (key, value) => {
    if (key === 'column_id') {
      highest = Math.max(highest, Number(value));
    }

    return value;
  });
  return highest + 1000;
}

function project(input, computed) {
  return {
    node: 'resolved_project_scan_node',
    resolved_project_scan_node: {
      parent: { column_list: computed.map((item) => item.column) },
      expr_list: computed,
      input_scan: input,
    },
  };
}

const query = (scan, columns) => ({
  node: 'resolved_query_stmt_node',
  resolved_query_stmt_node: {
    output_column_list: columns.map((it, index) => ({ name: `c${index}`, column: it })),
    query: scan,
  },
});

// A column's DEFAULT is NULL: default value expressions are not modelled.
const valueOf = (dml, type) => (dml.value.node === 'resolved_dmldefault_node' ? nothing(type) : dml.value);

/** The node of a statement: a oneof, some of whose cases are oneofs themselves. */
export function statementOf(any) {
  const inner = any[any.node];
  return inner.node && inner[inner.node] ? statementOf(inner) : { kind: any.node, statement: inner };
}

/** Queries whose rows, in order, are what an INSERT writes into its columns. */
export function insertQueries(tree) {
  const insert = tree.resolved_insert_stmt_node;
  const columns = insert.insert_column_list.map((it) => it.name);
  if (insert.query) {
    return { columns, queries: [query(insert.query, insert.query_output_column_list)] };
  }

  const free = freeId(tree);
  const queries = insert.row_list.map((row) => {
    const computed = row.value_list.map((value, index) => {
      const type = insert.insert_column_list[index].type;
      return { column: column(free + index, `v${index}`, type), expr: valueOf(value, type) };
    });
    const single = { node: 'resolved_single_row_scan_node', resolved_single_row_scan_node: { parent: {} } };
    return query(project(single, computed), computed.map((item) => item.column));
  });
  return { columns, queries };
}

/** The query of a CREATE TABLE AS SELECT. */
export function selectQuery(tree) {
  const create = statementOf(tree).statement;
  return {
    columns: create.output_column_list.map((it) => it.name),
    queries: [query(create.query, create.output_column_list.map((it) => it.column))],
  };
}

/**
 * One query for a MERGE: the full outer join of target and source, a row each with the target row's number, whether there is a source
 * row, and for every WHEN clause whether its condition holds and what it would write.
 */
export function mergeQuery(tree, rowColumn) {
  const merge = tree.resolved_merge_stmt_node;
  let free = freeId(tree);
  const row = column(free++, rowColumn.name, int64);
  const target = {
    node: 'resolved_table_scan_node',
    resolved_table_scan_node: {
      ...merge.table_scan,
      parent: { ...merge.table_scan.parent, column_list: [...merge.table_scan.parent.column_list, row] },
      column_index_list: [...merge.table_scan.column_index_list, String(rowColumn.index)],
    },
  };
  const present = { column: column(free++, 'present', bool), expr: literal(bool, { bool_value: true }) };
  const source = project(merge.from_scan, [present]);
  const sourceColumns = scanColumns(merge.from_scan);
  source.resolved_project_scan_node.parent.column_list = [...sourceColumns, present.column];

  const clauses = merge.when_clause_list.map((when) => {
    const holds = { column: column(free++, 'holds', bool), expr: when.match_expr ?? literal(bool, { bool_value: true }) };
    const writes =
      when.action_type === 'INSERT'
        ? when.insert_row.value_list.map((value, index) => [when.insert_column_list[index], value])
        : (when.update_item_list ?? []).map((item) => [plainTarget(item), item.set_value]);
    return {
      match: when.match_type,
      action: when.action_type,
      columns: writes.map(([to]) => to.name),
      computed: [holds, ...writes.map(([to, value]) => ({ column: column(free++, to.name, to.type), expr: valueOf(value, to.type) }))],
    };
  });
  const computed = clauses.flatMap((clause) => clause.computed);
  const joined = {
    node: 'resolved_join_scan_node',
    resolved_join_scan_node: {
      parent: {
        column_list: [
          ...target.resolved_table_scan_node.parent.column_list,
          ...source.resolved_project_scan_node.parent.column_list,
        ],
      },
      join_type: 'FULL',
      left_scan: target,
      right_scan: source,
      join_expr: merge.merge_expr,
    },
  };
  const scan = project(joined, computed);
  const outputs = [row, present.column, ...computed.map((item) => item.column)];
  scan.resolved_project_scan_node.parent.column_list = outputs;
  return { statement: query(scan, outputs), clauses };
}

function plainTarget(item) {
  const reference = item.target.resolved_column_ref_node;
  if (!reference || !item.set_value) {
    throw new Error('The stand-in merges whole columns only.');
  }

  return reference.column;
}

function scanColumns(any) {
  let parent = any[any.node];
  while (parent?.parent && !parent.column_list) {
    parent = parent.parent;
  }

  // A scan within a oneof of scans (a base node) has one level more.
  return parent?.column_list ?? (any[any.node]?.node ? scanColumns(any[any.node]) : []);
}

/** What a MERGE does, row by row, from its query's answer. */
export function mergeChanges(rows, clauses) {
  const changes = [];
  const touched = new Set();
  for (const cells of rows) {
    const [row, present] = cells;
    const match = row === null ? 'NOT_MATCHED_BY_TARGET' : present === null ? 'NOT_MATCHED_BY_SOURCE' : 'MATCHED';
    let at = 2;
    for (const clause of clauses) {
      const [holds, ...values] = cells.slice(at, at + clause.computed.length);
      at += clause.computed.length;
      if (clause.match !== match || holds !== 'true') {
        continue;
      }

      if (clause.action !== 'INSERT') {
        if (touched.has(row)) {
          // https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#merge_statement
          throw Object.assign(new Error(), { code: 3, details: 'UPDATE/MERGE must match at most one source row for each target row' });
        }

        touched.add(row);
      }

      changes.push({ operation: clause.action, row: row === null ? -1 : Number(row), columns: clause.columns, values });
      break;
    }
  }

  return changes;
}
