// What the stand-in needs to know of an analysed statement, without the whole tree.
import { fromValue, typeFromProto } from './zetasql-values.mjs';
import { statementOf } from './zetasql-apply.mjs';

/** Walks a tree; calls for each object with its key. */
function visit(node, key, found) {
  if (Array.isArray(node)) {
    node.forEach((element) => visit(element, key, found));
  } else if (node !== null && typeof node === 'object' && !Buffer.isBuffer(node)) {
    found(key, node);
    Object.entries(node).forEach(([name, child]) => visit(child, name, found));
  }
}

// A statement's fields are spread over its chain of base messages.
function field(statement, name) {
  for (let at = statement; at; at = at.parent) {
    if (at[name] !== undefined && at[name] !== null) {
      return at[name];
    }
  }

  return undefined;
}

function literalOf(any) {
  const literal = any?.resolved_literal_node;
  return literal ? fromValue(literal.value.value, typeFromProto(literal.value.type)) : undefined;
}

const outputs = (statement) =>
  (field(statement, 'output_column_list') ?? []).map((it) => [it.name, typeFromProto(it.column.type)]);

export function describe(tree, tables) {
  const { kind, statement } = statementOf(tree);
  const scans = new Map();
  visit(tree, '', (key, node) => {
    if ((key === 'resolved_table_scan_node' || key === 'table_scan') && node.table) {
      const table = tables.find((it) => it.name.replaceAll('.', '/') === node.table.name).name;
      const columns = scans.get(table) ?? new Set();
      (node.parent?.column_list ?? []).forEach((column) => columns.add(column.name));
      scans.set(table, columns);
    }
  });
  return {
    kind,
    columns: kind === 'resolved_create_table_stmt_node' ? definitions(statement) : outputs(statement),
    required: (field(statement, 'column_definition_list') ?? []).filter((it) => it.annotations?.not_null).map((it) => it.name),
    scans: [...scans].map(([table, columns]) => ({ table, columns: [...columns] })),
    name: field(statement, 'name') ?? null,
    path: field(statement, 'name_path') ?? null,
    createMode: field(statement, 'create_mode') ?? null,
    createScope: field(statement, 'create_scope') ?? null,
    ifExists: field(statement, 'is_if_exists') ?? false,
    objectType: field(statement, 'object_type') ?? null,
    dropAll: field(statement, 'is_drop_all') ?? false,
    targetPath: field(statement, 'target_name_path') ?? null,
    grantees: (field(statement, 'grantee_expr_list') ?? []).map(literalOf),
    options: (field(statement, 'option_list') ?? []).map((it) => [it.name, literalOf(it.value) ?? null]),
    partitionBy: expressions(field(statement, 'partition_by_list')),
    clusterBy: expressions(field(statement, 'cluster_by_list')),
    target: targetOf(statement, tables),
    hasWhere: Boolean(field(statement, 'where_expr')),
    unmodelled: unmodelled(statement),
  };
}

function targetOf(statement, tables) {
  const name = statement.table_scan?.table?.name;
  return name ? tables.find((it) => it.name.replaceAll('.', '/') === name).name : null;
}

const definitions = (statement) =>
  (field(statement, 'column_definition_list') ?? []).map((it) => [it.name, typeFromProto(it.type)]);

// Only plain columns are modelled as partitioning and clustering columns of DDL.
const expressions = (list) => (list ?? []).map((any) => any.resolved_column_ref_node?.column.name ?? null);

// Parts of statements that would be dropped in silence; the stand-in refuses them instead.
function unmodelled(statement) {
  const found = [];
  visit(statement, '', (key, node) => {
    if (node.for_system_time_expr) {
      found.push('FOR SYSTEM_TIME AS OF');
    }
  });
  if (statement.returning) {
    found.push('THEN RETURN');
  }

  if (statement.assert_rows_modified) {
    found.push('ASSERT_ROWS_MODIFIED');
  }

  if (statement.insert_mode && statement.insert_mode !== 'OR_ERROR') {
    found.push(`INSERT ${statement.insert_mode}`);
  }

  return found;
}
