// Answers lines of JSON on standard input with lines of JSON on standard output: GoogleSQL parsed, analysed and executed by ZetaSQL.
// The server is a child of this process; it is started again when it goes away (an INSERT that it executes aborts it, for one).
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { fromValue, toValue, typeFromProto, typeToProto } from './zetasql-values.mjs';
import { insertQueries, mergeChanges, mergeQuery, selectQuery } from './zetasql-apply.mjs';
import { describe } from './zetasql-describe.mjs';
import { engineName, functionCalls, parts, rewrite, tablePaths } from './zetasql-rewrite.mjs';

// The loader that the package itself depends on, whose .proto files it carries.
const require = createRequire(import.meta.url);
const home = path.dirname(require.resolve('@fivetrandevelopers/zetasql'));
const fromZetaSql = createRequire(require.resolve('@fivetrandevelopers/zetasql'));
const grpc = fromZetaSql('@grpc/grpc-js');
const loader = fromZetaSql('@grpc/proto-loader');

const definition = loader.loadSync('local_service.proto', {
  keepCase: true,
  longs: String,
  enums: String,
  defaults: false,
  oneofs: true,
  includeDirs: [path.join(home, 'zetasql', 'protos')],
});
const Service = grpc.loadPackageDefinition(definition).zetasql.local_service.ZetaSqlLocalService;
const limit = 256 * 1024 * 1024;

let server; // A promise of {process, client}.

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function start() {
  const port = await freePort();
  const binary = path.join(home, 'zetasql', process.arch.startsWith('arm') ? 'remote_server_arm.so' : 'remote_server.so');
  const child = spawn(binary, ['127.0.0.1', String(port)], { stdio: 'ignore' });
  const client = new Service(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    'grpc.max_send_message_length': limit,
    'grpc.max_receive_message_length': limit,
  });
  const mine = { child, client };
  child.once('exit', () => {
    client.close();
    server = undefined;
  });
  await new Promise((resolve, reject) =>
    client.waitForReady(Date.now() + 30_000, (error) => (error ? reject(error) : resolve())),
  );
  return mine;
}

process.on('exit', () => server?.then?.((running) => running.child.kill('SIGKILL')));

async function call(method, request) {
  for (let attempt = 0; ; attempt++) {
    server ??= start();
    const { client } = await server;
    try {
      return await new Promise((resolve, reject) =>
        client[method](request, { deadline: Date.now() + 60_000 }, (error, response) =>
          error ? reject(error) : resolve(response),
        ),
      );
    } catch (error) {
      // The server went away: once more with a new one, since another request may have taken it down.
      if (error.code !== grpc.status.UNAVAILABLE || attempt > 0) {
        throw error;
      }

      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

// All features of the language for external use: what BigQuery does not have of them is unproven here.
let language;
function languageOptions() {
  language ??= call('GetLanguageOptions', { maximum_features: true }).then((options) => ({
    ...options,
    product_mode: 'PRODUCT_EXTERNAL',
    supported_statement_kinds: [],
    reserved_keywords: [...(options.reserved_keywords ?? []), 'QUALIFY'],
  }));
  return language;
}

const string = { type_kind: 'TYPE_STRING' };
const number = { type_kind: 'TYPE_INT64' };
const bool = { type_kind: 'TYPE_BOOL' };
const label = {
  type_kind: 'TYPE_STRUCT',
  struct_type: { field: [{ field_name: 'k', field_type: string }, { field_name: 'v', field_type: string }] },
};
// https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#view_option_list and #table_option_list
const options = [
  ['description', string],
  ['friendly_name', string],
  ['expiration_timestamp', { type_kind: 'TYPE_TIMESTAMP' }],
  ['labels', { type_kind: 'TYPE_ARRAY', array_type: { element_type: label } }],
  ['partition_expiration_days', { type_kind: 'TYPE_DOUBLE' }],
  ['require_partition_filter', bool],
  ['max_staleness', { type_kind: 'TYPE_INTERVAL' }],
  ['privacy_policy', string],
  ['kms_key_name', string],
  ['max_batching_rows', number],
].map(([name, type]) => ({ name, type }));

async function analyzerOptions(request) {
  return {
    language_options: {
      ...(await languageOptions()),
      name_resolution_mode: request.strict ? 'NAME_RESOLUTION_STRICT' : 'NAME_RESOLUTION_DEFAULT',
    },
    prune_unused_columns: request.prune ?? true,
    parse_location_record_type: 'PARSE_LOCATION_RECORD_FULL_NODE_SCOPE',
    error_message_mode: 'ERROR_MESSAGE_ONE_LINE',
    default_timezone: 'UTC',
    statement_context: 'CONTEXT_DEFAULT',
    query_parameters: request.parameters.map(([name, type]) => ({ name, type: typeToProto(type) })),
    allowed_hints_and_options: { disallow_unknown_options: true, disallow_duplicate_option_names: true, option: options },
  };
}

// A row's number in its table is a pseudo column: the key by which changes come back, which no `*` shows.
const rowNumber = '__row';

async function catalog(request) {
  return {
    name: 'bigquery',
    builtin_function_options: { language_options: await languageOptions() },
    table: request.tables.map((table, index) => ({
      name: engineName(table.name),
      full_name: engineName(table.name),
      serialization_id: String(index + 1),
      column: [
        ...table.columns.map(([name, type]) => ({ name, type: typeToProto(type) })),
        ...(table.rows ? [{ name: rowNumber, type: number, is_pseudo_column: true, is_writable_column: false }] : []),
      ],
      primary_key_column_index: table.rows ? [table.columns.length] : [],
    })),
  };
}

function content(request) {
  return Object.fromEntries(
    request.tables.map((table) => [
      engineName(table.name),
      {
        table_data: {
          row: table.rows.map((row, index) => ({
            cell: [
              ...row.map((value, column) => toValue(value, table.columns[column][1])),
              { int64_value: String(index) },
            ],
          })),
        },
      },
    ]),
  );
}

const parameters = (request) =>
  request.parameters.map(([name, type, value]) => ({ name, value: toValue(value, type) }));

async function parsed(sql) {
  const response = await call('Parse', { sql_statement: sql, options: await languageOptions() });
  return response.parsed_statement;
}

const operations = {
  async parse({ sql }) {
    const tree = await parsed(sql);
    return { tables: tablePaths(tree).map((path) => path.names), functions: functionCalls(tree) };
  },

  async analyze(request) {
    const parse = await parsed(request.sql);
    const sql = rewrite(parse, request.sql, request.names);
    const tree = await analyzed(request, sql);
    return { ...describe(tree, request.tables), ...parts(parse, request.sql) };
  },

  async query(request) {
    return evaluated(request, rewrite(await parsed(request.sql), request.sql, request.names, request.calls));
  },

  async modify(request) {
    const sql = rewrite(await parsed(request.sql), request.sql, request.names, request.calls);
    const response = await call('EvaluateModify', {
      sql,
      // The server fails on an UPDATE whose columns are pruned.
      options: await analyzerOptions({ ...request, prune: false }),
      simple_catalog: await catalog(request),
      table_content: content(request),
      params: parameters(request),
    });
    if (response.prepared?.prepared_modify_id) {
      await call('UnprepareModify', { prepared_modify_id: response.prepared.prepared_modify_id });
    }

    const target = request.tables.find((table) => engineName(table.name) === response.table_name);
    const columns = target.columns.map(([name]) => name);
    return {
      changes: (response.content ?? []).map((row) => ({
        operation: row.operation,
        row: Number(row.old_primary_key?.[0]?.int64_value ?? -1),
        columns: row.operation === 'DELETE' ? [] : columns,
        values:
          row.operation === 'DELETE'
            ? []
            : columns.map((_, index) => fromValue(row.cell[index], target.columns[index][1])),
      })),
    };
  },

  async insert(request) {
    const tree = await analyzed(request, rewrite(await parsed(request.sql), request.sql, request.names));
    const { columns, queries } = insertQueries(tree);
    const rows = await asked(request, queries);
    return { changes: rows.map((values) => ({ operation: 'INSERT', row: -1, columns, values })) };
  },

  async select(request) {
    const tree = await analyzed(request, rewrite(await parsed(request.sql), request.sql, request.names));
    const { columns, queries } = selectQuery(tree);
    return { columns, rows: await asked(request, queries) };
  },

  async merge(request) {
    const whole = { ...request, prune: false };
    const tree = await analyzed(whole, rewrite(await parsed(request.sql), request.sql, request.names));
    const name = tree.resolved_merge_stmt_node.table_scan.table.name;
    const target = request.tables.find((table) => engineName(table.name) === name);
    const { statement, clauses } = mergeQuery(tree, { name: rowNumber, index: target.columns.length });
    return { changes: mergeChanges(await asked(whole, [statement]), clauses) };
  },
};

async function analyzed(request, sql) {
  const response = await call('Analyze', {
    sql_statement: sql,
    options: await analyzerOptions(request),
    simple_catalog: await catalog(request),
  });
  return response.resolved_statement;
}

async function evaluated(request, sql) {
  const response = await call('EvaluateQuery', {
    sql,
    options: await analyzerOptions(request),
    simple_catalog: await catalog(request),
    table_content: content(request),
    params: parameters(request),
  });
  const columns = (response.prepared?.columns ?? []).map((column) => [column.name ?? '', typeFromProto(column.type)]);
  const rows = response.content?.table_data?.row ?? [];
  if (response.prepared?.prepared_query_id) {
    await call('UnprepareQuery', { prepared_query_id: response.prepared.prepared_query_id });
  }

  return {
    columns,
    rows: rows.map((row) => columns.map(([, type], index) => fromValue(row.cell[index], type))),
  };
}

// The rows of analysed queries, one after another.
async function asked(request, statements) {
  const rows = [];
  for (const statement of statements) {
    const { sql } = await call('BuildSql', { simple_catalog: await catalog(request), resolved_statement: statement });
    const text = rewrite(await parsed(sql), sql, [], request.calls);
    rows.push(...(await evaluated(request, text)).rows);
  }

  return rows;
}

const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
lines.on('line', async (line) => {
  const { id, operation, ...request } = JSON.parse(line);
  let answer;
  try {
    answer = { id, result: await operations[operation](request) };
  } catch (error) {
    answer = { id, error: { code: error.code ?? -1, message: error.details ?? String(error.stack) } };
  }

  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
lines.on('close', async () => {
  (await server)?.child.kill('SIGKILL');
  process.exit(0);
});
