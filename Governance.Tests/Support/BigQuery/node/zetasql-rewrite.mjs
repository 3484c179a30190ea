// Content binds only to tables at the root of ZetaSQL's catalog, and its SQL builder cannot find names with dots, so a table is named
// `project/dataset/table` there; its path in the statement is replaced by that, with the alias that BigQuery would infer. Calls whose answer depends on who asks or
// when (SESSION_USER, CURRENT_TIMESTAMP) become parameters. Positions are of bytes of UTF-8, so the text is spliced as bytes.

// Every message carries its base messages as a chain of `parent`; the root of the chain has the location.
function location(node) {
  for (let at = node; at; at = at.parent) {
    if (at.parse_location_range) {
      return { start: at.parse_location_range.start ?? 0, end: at.parse_location_range.end };
    }
  }

  return undefined;
}

function* nodes(node, key) {
  if (Array.isArray(node)) {
    for (const element of node) {
      yield* nodes(element, key);
    }
  } else if (node !== null && typeof node === 'object' && !Buffer.isBuffer(node)) {
    yield [key, node];
    for (const [name, child] of Object.entries(node)) {
      yield* nodes(child, name);
    }
  }
}

/** What a table is called in ZetaSQL's catalog. */
export const engineName = (table) => table.replaceAll('.', '/');

const names = (path) => path.names.map((name) => name.id_string);
const unwrap = (path) => path?.ast_path_expression_node ?? path;

// Statements that name a table to change, by the name of their node; an INSERT has no alias.
const targets = {
  ast_delete_statement_node: true,
  ast_update_statement_node: true,
  ast_merge_statement_node: true,
  ast_insert_statement_node: false,
  ast_truncate_statement_node: false,
  ast_create_row_access_policy_statement_node: false,
};

/** Where the statement names tables: {names, start, end, alias}. Names of its own WITH clauses are among them. */
export function tablePaths(tree) {
  const found = [];
  const add = (path, takesAlias) => {
    const { start, end } = location(path);
    found.push({ names: names(path), start, end, takesAlias });
  };
  for (const [key, node] of nodes(tree, '')) {
    if (key === 'ast_table_path_expression_node' && node.path_expr) {
      add(unwrap(node.path_expr), !node.alias);
    } else if (key in targets && node.target_path) {
      add(unwrap(node.target_path), targets[key] && !node.alias);
    }
  }

  return found;
}

/** Names of the functions that the statement calls, in upper case. */
export function functionCalls(tree) {
  return [...calls(tree)].map((call) => call.name);
}

function* calls(tree) {
  for (const [key, node] of nodes(tree, '')) {
    if (key === 'ast_function_call_node' && node.function) {
      yield { name: names(node.function).join('.').toUpperCase(), plain: !node.arguments?.length, ...location(node) };
    }
  }
}

/** Texts that the stand-in keeps: a view's query, a row access policy's filter. */
export function parts(tree, sql) {
  const bytes = Buffer.from(sql, 'utf8');
  const text = (node) => {
    const { start, end } = location(node);
    return bytes.subarray(start, end).toString('utf8');
  };
  const found = {};
  for (const [key, node] of nodes(tree, '')) {
    if (key === 'ast_create_view_statement_node') {
      found.query ??= text(node.parent.query);
    } else if (key === 'ast_create_row_access_policy_statement_node') {
      const predicate = node.filter_using.predicate;
      found.predicate ??= text(deepest(predicate));
    }
  }

  return found;
}

// An expression is a oneof, of which some cases are oneofs themselves; the node itself has the location in its chain of parents.
function deepest(any) {
  return any?.node && typeof any.node === 'string' && any[any.node] ? deepest(any[any.node]) : any;
}

export function rewrite(tree, sql, tables, parameters = {}) {
  const wanted = new Map(tables.map(([path, name]) => [JSON.stringify(path), name]));
  const edits = [];
  for (const path of tablePaths(tree)) {
    const name = wanted.get(JSON.stringify(path.names));
    if (name) {
      const alias = path.names.at(-1).split('.').at(-1);
      edits.push([path.start, path.end, `\`${engineName(name)}\`${path.takesAlias ? ` AS \`${alias}\`` : ''}`]);
    }
  }

  for (const call of calls(tree)) {
    if (call.plain && call.name in parameters) {
      edits.push([call.start, call.end, parameters[call.name]]);
    }
  }

  let bytes = Buffer.from(sql, 'utf8');
  for (const [start, end, text] of edits.sort((left, right) => right[0] - left[0])) {
    bytes = Buffer.concat([bytes.subarray(0, start), Buffer.from(text, 'utf8'), bytes.subarray(end)]);
  }

  return bytes.toString('utf8');
}
