using System.Globalization;
using System.Text;

namespace Governance.Tests.Warehouse.DuckDb.Querying;

/// <summary>Statements that try to see, change or break what was not granted. Each must be refused or stopped.</summary>
internal static class Escapes
{
    /// <summary>All of them, those that are written out and those that are made.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Written(), .. Made()];

    /// <summary>What only looks like an escape, and the one row that it answers.</summary>
    public static IReadOnlyList<(string Sql, string Row)> Lookalikes { get; } =
    [
        ("WITH customers AS (SELECT 1 AS name) SELECT * FROM customers", "[1]"),
        ("WITH payments AS (SELECT region FROM payments) SELECT count(*) FROM payments", "[40]"),
        ("WITH payments AS (SELECT 7 AS n) SELECT n FROM payments", "[7]"),
        ("WITH payments AS (SELECT 7 AS n) SELECT count(*) FROM published.payments", "[40]"),
        (
            "WITH a AS (SELECT 1 AS n), b AS (WITH a AS (SELECT 2 AS n) SELECT n FROM a) SELECT a.n, b.n FROM a, b",
            "[1,2]"
        ),
        ("SELECT count(*) FROM \"PAYMENTS\"", "[40]"),
        ("SELECT count(*) FROM PubLished.G1_Payments", "[40]"),
        ("SELECT count(*) FROM published.payments WHERE published.payments.region = 'north'", "[40]"),
        ("SELECT count(*) FROM payments AS customers WHERE customers.region = 'north'", "[40]"),
        ("SELECT 'SELECT * FROM customers; --' AS q", "[\"SELECT * FROM customers; --\"]"),
        ("SELECT /* DROP TABLE */ 1 -- ; SELECT 2\n;", "[1]"),
        ("SELECT count(*) FROM payments \"pay; ments\" WHERE \"pay; ments\".amount > 0", "[40]"),
        ("SELECT 1 AS \"read_csv('/etc/passwd')\"", "[1]"),
        ("(SELECT 1)", "[1]"),
    ];

    private static IEnumerable<string> Written() =>
        [
            // Other schemas, catalogs, tables.
            "SELECT * FROM customers",
            "SELECT * FROM main.customers",
            "SELECT * FROM main.payments",
            "SELECT * FROM warehouse.main.payments",
            "SELECT * FROM warehouse.published.g1_payments",
            "SELECT * FROM \"main\".\"payments\"",
            "SELECT * FROM published.g9_other",
            "SELECT * FROM g9_other",
            "SELECT note FROM payments",
            "SELECT payments.note FROM payments",
            "SELECT p.secret FROM meters p",
            "SELECT _governance_source, _source FROM payments",
            "SELECT _offset FROM payments",
            "SELECT rowid FROM payments",
            "SELECT * FROM _governance_positions",
            "SELECT * FROM main._governance_row_rules",
            "SELECT * FROM _governance_query_1",
            "WITH a AS (SELECT 1) SELECT * FROM _governance_query_1",
            "SELECT * FROM _governance_keys",
            "SELECT * FROM _governance_jobs",
            "SELECT * FROM information_schema.tables",
            "SELECT * FROM information_schema.columns",
            "SELECT * FROM information_schema.schemata",
            "SELECT * FROM pg_catalog.pg_class",
            "SELECT * FROM pg_catalog.pg_tables",
            "SELECT * FROM pg_tables",
            "SELECT * FROM pg_views",
            "SELECT * FROM sqlite_master",
            "SELECT * FROM sqlite_schema",
            "SELECT * FROM duckdb_tables",
            "SELECT * FROM duckdb_views",
            "SELECT * FROM duckdb_columns",
            "SELECT * FROM duckdb_databases",
            "SELECT * FROM system.main.duckdb_tables",
            "SELECT * FROM temp.main.x",
            "SELECT * FROM pragma_database_list",
            "SELECT * FROM (SELECT * FROM customers)",
            "SELECT (SELECT name FROM customers)",
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM customers)",
            "SELECT 1 IN (SELECT 1 FROM customers)",
            "SELECT * FROM payments, customers",
            "SELECT * FROM payments JOIN customers ON true",
            "SELECT * FROM payments LEFT JOIN LATERAL (SELECT * FROM customers) c ON true",
            "SELECT * FROM payments UNION ALL SELECT name, name, name, 1, NULL FROM customers",
            "SELECT count(*) FROM payments EXCEPT SELECT count(*) FROM customers",
            "SELECT * FROM payments POSITIONAL JOIN customers",
            "FROM customers",
            "FROM customers SELECT name",
            "TABLE customers",
            "VALUES ((SELECT name FROM customers))",
            "SELECT * FROM (VALUES ((SELECT max(name) FROM customers))) v",
            "SELECT 1 ORDER BY (SELECT name FROM customers)",
            "SELECT 1 LIMIT (SELECT count(*) FROM customers)",
            "SELECT sum(amount) FILTER (WHERE (SELECT true FROM customers)) FROM payments",
            "SELECT sum(amount) OVER (ORDER BY (SELECT name FROM customers)) FROM payments",
            "SELECT CASE WHEN (SELECT count(*) FROM customers) > 0 THEN 1 END",
            "SELECT count(*) FROM payments GROUP BY (SELECT name FROM customers)",
            "SELECT count(*) FROM payments HAVING (SELECT count(*) FROM customers) = 1",
            "SELECT 1 FROM payments QUALIFY row_number() OVER () = (SELECT count(*) FROM customers)",
            "SELECT DISTINCT ON ((SELECT name FROM customers)) region FROM payments",
            "SELECT * REPLACE ((SELECT max(name) FROM customers) AS region) FROM payments",
            // Catalogs and settings by function.
            "SELECT * FROM duckdb_tables()",
            "SELECT * FROM duckdb_views()",
            "SELECT * FROM duckdb_columns()",
            "SELECT * FROM duckdb_functions()",
            "SELECT * FROM duckdb_settings()",
            "SELECT * FROM duckdb_secrets()",
            "SELECT * FROM duckdb_schemas()",
            "SELECT * FROM duckdb_databases()",
            "SELECT * FROM duckdb_constraints()",
            "SELECT * FROM duckdb_indexes()",
            "SELECT * FROM duckdb_variables()",
            "SELECT * FROM duckdb_extensions()",
            "SELECT * FROM duckdb_memory()",
            "SELECT * FROM duckdb_temporary_files()",
            "SELECT * FROM duckdb_dependencies()",
            "SELECT * FROM duckdb_types()",
            "SELECT * FROM duckdb_logs()",
            "SELECT * FROM pragma_table_info('customers')",
            "SELECT * FROM pragma_show('customers')",
            "SELECT * FROM pragma_storage_info('customers')",
            "SELECT * FROM pragma_database_size()",
            "SELECT * FROM pragma_metadata_info()",
            "SELECT * FROM pragma_version()",
            "SELECT * FROM pragma_user_agent()",
            "SELECT * FROM \"duckdb_tables\"()",
            "SELECT * FROM main.duckdb_tables()",
            "SELECT * FROM system.main.duckdb_tables()",
            "SELECT * FROM DuckDB_Tables()",
            "SELECT current_setting('access_mode')",
            "SELECT getvariable('governance_members')",
            "SELECT getenv('HOME')",
            "SELECT current_database()",
            "SELECT current_schema()",
            "SELECT current_schemas(true)",
            "SELECT current_user",
            "SELECT user",
            "SELECT current_catalog",
            "SELECT session_user",
            "SELECT current_role",
            "SELECT version()",
            "SELECT current_query()",
            "SELECT txid_current()",
            "SELECT nextval('x')",
            "SELECT stats(amount) FROM payments",
            "SELECT in_search_path('main', 'main')",
            "SELECT pg_get_viewdef(1)",
            "SELECT has_table_privilege('customers', 'SELECT')",
            "SELECT write_log('x')",
            "SELECT icu_sort_key(region, 'de') FROM payments",
            // Text that is run.
            "SELECT * FROM query('SELECT * FROM customers')",
            "SELECT * FROM query_table('customers')",
            "SELECT * FROM query_table(['customers'])",
            "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM customers'))",
            "SELECT json_serialize_sql('SELECT 1')",
            "SELECT json_serialize_plan('SELECT * FROM customers')",
            "SELECT * FROM sql_auto_complete('SELECT * FROM cus')",
            "SELECT * FROM parse_duckdb_log_message('x', 'y')",
            "SELECT * FROM checkpoint()",
            "SELECT * FROM force_checkpoint()",
            "SELECT * FROM enable_logging()",
            "SELECT * FROM which_secret('x', 's3')",
            "SELECT * FROM sniff_csv('/etc/passwd')",
            "SELECT * FROM repeat_row(1, num_rows = 1000000000)",
            "SELECT * FROM repeat('x', 1000000000)",
            "SELECT * FROM summary((SELECT * FROM customers))",
            "SELECT * FROM test_all_types()",
            "SELECT * FROM seq_scan('customers')",
            "SELECT * FROM arrow_scan(1, 2, 3)",
            "SELECT * FROM pandas_scan(1)",
            "SELECT * FROM histogram_values('customers', name)",
            "SELECT * FROM histogram('customers', name)",
            "SELECT eval('SELECT 1')",
            // Files.
            "SELECT * FROM 'file.csv'",
            "SELECT * FROM '/etc/passwd'",
            "SELECT * FROM \"/etc/passwd\"",
            "SELECT * FROM 'warehouse.duckdb'",
            "SELECT * FROM 'https://example.com/x.parquet'",
            "SELECT * FROM read_csv('/etc/passwd')",
            "SELECT * FROM read_csv_auto('/etc/passwd')",
            "SELECT * FROM read_text('/etc/passwd')",
            "SELECT * FROM read_blob('/etc/passwd')",
            "SELECT * FROM read_json('/etc/passwd')",
            "SELECT * FROM read_json_auto('/etc/passwd')",
            "SELECT * FROM read_ndjson('/etc/passwd')",
            "SELECT * FROM read_parquet('x.parquet')",
            "SELECT * FROM parquet_scan('x.parquet')",
            "SELECT * FROM parquet_metadata('x.parquet')",
            "SELECT * FROM read_duckdb('warehouse.duckdb')",
            "SELECT * FROM glob('*')",
            "SELECT * FROM glob('/proc/self/*')",
            "SELECT content FROM read_text('/proc/self/environ')",
            // The project's own macros.
            "SELECT * FROM _governance_visible_payments()",
            "SELECT * FROM main._governance_visible_payments()",
            "SELECT * FROM \"_governance_visible_payments\"()",
            "SELECT _governance_visible_payments()",
            "SELECT * FROM published._governance_visible_payments()",
            "SELECT main.list_transform([1], lambda x: (SELECT max(name) FROM customers))",
            "SELECT list_transform(['a'], x -> x || (SELECT max(name) FROM customers))",
            // Other statements.
            "COPY customers TO '/tmp/out.csv'",
            "COPY (SELECT * FROM customers) TO '/tmp/out.csv'",
            "COPY payments FROM '/etc/passwd'",
            "ATTACH ':memory:' AS m",
            "ATTACH '/tmp/x.duckdb'",
            "DETACH warehouse",
            "USE main",
            "SET enable_external_access = true",
            "SET GLOBAL lock_configuration = false",
            "SET VARIABLE governance_members = ['user:ben@example.com']",
            "RESET VARIABLE governance_members",
            "RESET ALL",
            "PRAGMA database_list",
            "PRAGMA table_info('customers')",
            "PRAGMA enable_profiling",
            "CREATE TABLE made AS SELECT * FROM customers",
            "CREATE TEMP TABLE made AS SELECT 1",
            "CREATE VIEW published.g1_payments AS SELECT * FROM customers",
            "CREATE OR REPLACE MACRO sum(x) AS 1",
            "CREATE SCHEMA made",
            "CREATE TYPE made AS ENUM ('a')",
            "CREATE SEQUENCE made",
            "CREATE SECRET (TYPE s3)",
            "DROP TABLE customers",
            "DROP VIEW published.g2_meters",
            "ALTER TABLE customers RENAME TO payments",
            "INSERT INTO customers VALUES ('x')",
            "UPDATE customers SET name = 'x'",
            "DELETE FROM customers",
            "DELETE FROM payments RETURNING *",
            "TRUNCATE customers",
            "MERGE INTO customers USING payments ON true WHEN MATCHED THEN DELETE",
            "INSTALL httpfs",
            "LOAD httpfs",
            "VACUUM",
            "CHECKPOINT",
            "EXPORT DATABASE '/tmp/x'",
            "IMPORT DATABASE '/tmp/x'",
            "CALL duckdb_tables()",
            "CALL pragma_version()",
            "EXPLAIN SELECT * FROM payments",
            "EXPLAIN ANALYZE SELECT * FROM payments",
            "DESCRIBE customers",
            "DESCRIBE payments",
            "SHOW TABLES",
            "SHOW ALL TABLES",
            "SHOW DATABASES",
            "SUMMARIZE customers",
            "SUMMARIZE payments",
            "SELECT * FROM (DESCRIBE customers)",
            "SELECT * FROM (SHOW TABLES)",
            "SELECT * FROM (SUMMARIZE payments)",
            "SELECT * FROM (PIVOT payments ON method USING sum(amount))",
            "PIVOT customers ON name USING count(*)",
            "UNPIVOT payments ON region INTO NAME n VALUE v",
            "PREPARE p AS SELECT 1",
            "EXECUTE p",
            "DEALLOCATE p",
            "BEGIN",
            "COMMIT",
            "ROLLBACK",
            "KILL 1",
            "ANALYZE",
            "COMMENT ON TABLE customers IS 'x'",
            // Several statements, comments, emptiness.
            "SELECT 1; SELECT * FROM customers",
            "SELECT 1; DROP TABLE customers",
            "SELECT 1; SET VARIABLE governance_members = ['user:ben@example.com']; SELECT 2",
            "SELECT 1 /* ; */ ; -- x\nDELETE FROM customers",
            "SELECT/**/*/**/FROM/**/customers",
            "SELECT * FROM payments -- \n, customers",
            "SELECT * FROM /* payments */ customers",
            "-- nothing",
            "/* nothing */",
            ";",
            ";;;SELECT * FROM customers;;;",
            // Quoted and unicode names.
            "SELECT * FROM \"customers\"",
            "SELECT * FROM \"CUSTOMERS\"",
            "SELECT * FROM CuStOmErS",
            "SELECT * FROM \"Customers\" AS payments",
            "SELECT * FROM customers AS \"payments\"",
            "SELECT payments.name FROM customers payments",
            "SELECT * FROM \"customers \"",
            "SELECT * FROM \"payments\".\"customers\"",
            "SELECT * FROM \"main.customers\"",
            "SELECT * FROM \"published.g9_other\"",
            "SELECT * FROM U&\"custom\\0065rs\"",
            "SELECT * FROM ｃｕｓｔｏｍｅｒｓ",
            "SELECT * FROM \"cuſtomers\"",
            "SELECT * FROM \"pаyments\"",
            "SELECT * FROM \"payments\u200b\"",
            "SELECT * FROM \"payments\u202e\"",
            "SELECT * FROM \"payments\"\"; DROP TABLE customers; --\"",
            "SELECT * FROM \"published\".\"payments\".\"note\"",
            "SELECT \"note\" FROM \"payments\"",
            "SELECT \"payments\".\"note\" FROM \"payments\"",
            "SELECT (payments).note FROM payments",
            "SELECT struct_extract(payments, 'note') FROM payments",
            "SELECT published.payments.note FROM payments",
            // WITH: shadowing, scope, recursion.
            "WITH payments AS (SELECT * FROM customers) SELECT * FROM payments",
            "WITH x AS (SELECT * FROM customers) SELECT 1 FROM payments",
            "WITH customers AS (SELECT * FROM customers) SELECT * FROM customers",
            "WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a",
            "WITH a AS (WITH customers AS (SELECT 1 AS name) SELECT * FROM customers) SELECT * FROM customers",
            "SELECT (WITH customers AS (SELECT 1 AS n) SELECT n FROM customers), (SELECT max(name) FROM customers)",
            "WITH customers AS (SELECT 1 AS n) SELECT * FROM main.customers",
            "WITH \"main.customers\" AS (SELECT 1) SELECT * FROM main.customers",
            "WITH a AS (SELECT 1), A AS (SELECT * FROM customers) SELECT * FROM a",
            "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
            "WITH RECURSIVE r AS (SELECT name FROM customers) SELECT * FROM r",
            "WITH RECURSIVE r(n) AS (SELECT 1 UNION SELECT n FROM r, customers) SELECT * FROM r",
            "WITH a AS MATERIALIZED (SELECT * FROM customers) SELECT * FROM a",
            "SELECT * FROM (WITH payments AS (SELECT * FROM customers) FROM payments) x",
            "(WITH c AS (SELECT 1) SELECT * FROM c) UNION ALL SELECT name FROM c",
            // Odd parts of the language.
            "SELECT * FROM payments TABLESAMPLE 10%",
            "SELECT * FROM payments USING SAMPLE 1",
            "SELECT * FROM payments AT (VERSION => 1)",
            "SELECT COLUMNS('.*') FROM payments",
            "SELECT COLUMNS(c -> true) FROM payments",
            "SELECT #1 FROM payments",
            "SELECT [region, method] FROM payments",
            "SELECT {'a': region} FROM payments",
            "SELECT row(region, method) FROM payments",
            "SELECT MAP {'a': region} FROM payments",
            "SELECT CAST('[1]' AS INTEGER[])",
            "SELECT CAST('{\"a\":1}' AS JSON)",
            "SELECT 'x'::customers",
            "SELECT NULL::main.customers",
            "SELECT unnest(tags, recursive := true) FROM meters",
            "SELECT sum(DISTINCT ALL amount) FROM payments",
            "SELECT list(region) FROM payments",
            "SELECT string_agg(region, ',') FROM payments",
            "SELECT TRY(CAST(region AS INTEGER)) FROM payments",
            "SELECT error('x')",
            "SELECT * FROM range(1000000)",
            "SELECT * FROM range(0, 10, 0)",
            "SELECT * FROM range((SELECT count(*) FROM payments))",
            "SELECT * FROM generate_series(1, 9223372036854775807)",
            "SELECT * FROM generate_series(DATE '0001-01-01', DATE '9999-01-01', INTERVAL 1 SECOND)",
            "SELECT * FROM unnest(range(1000000000))",
            "SELECT * FROM unnest(generate_series(1, 1000000000))",
            "SELECT region FROM payments WHERE method LIKE region",
            "SELECT region FROM payments WHERE method ~ region",
            "SELECT region FROM payments WHERE method GLOB 'c*'",
            "SELECT region FROM payments WHERE region LIKE '%a%_%a%_%a%_%a%'",
            "SELECT levenshtein(region, method) FROM payments",
            // Errors that quote values.
            "SELECT CAST(method AS INTEGER) FROM payments",
            "SELECT CAST(serial AS DATE) FROM meters",
            "SELECT nosuch FROM payments",
            "SELECT p.nosuch FROM payments p",
            "SELECT nosuch.region FROM payments",
            "SELECT nosuchfunction(region) FROM payments",
            "SELECT sum(region) FROM payments",
            "SELECT region + 1 FROM payments",
            "SELECT strptime(method, '%Y') FROM payments",
            "SELECT chr(-1)",
            // Time.
            "SELECT count(*) FROM payments a, payments b, payments c, payments d, payments e, payments f, payments g",
            "SELECT count(*) FROM range(100000) a, range(100000) b WHERE a.range * b.range = -1",
            "SELECT count(*) FROM range(100000) a, range(100000) b, range(100000) c",
            "SELECT max(sqrt(a.range) + ln(b.range + 1)) FROM range(100000) a, range(100000) b",
            "SELECT count(DISTINCT a.range * b.range) FROM range(100000) a, range(100000) b",
            "SELECT count(*) FROM range(100000) a WHERE (SELECT count(*) FROM range(100000) b WHERE b.range * a.range < 0) = 1",
            "SELECT a.range FROM range(100000) a, range(100000) b ORDER BY a.range * b.range % 7919 LIMIT 3",
            "SELECT median(a.range * b.range) OVER (ORDER BY a.range ROWS BETWEEN 50000 PRECEDING AND CURRENT ROW) FROM range(100000) a, range(100) b",
            "SELECT regexp_matches(repeat('a', 100000), '(a*)*b')",
            // Memory.
            "SELECT length(repeat('x', 1000000000))",
            "SELECT lpad('x', 2000000000, 'y')",
            "SELECT rpad('x', 2000000000, 'y')",
            "SELECT printf('%1000000000d', 1)",
            "SELECT format('{:>1000000000}', 'x')",
            "SELECT bar(1, 0, 1, 100000000)",
            "SELECT range(1000000000)",
            "SELECT generate_series(1, 1000000000)",
            "SELECT array_agg(a.range) FROM range(100000) a, range(100000) b",
            "SELECT list_resize([1], 1000000000)",
            "SELECT bitstring('1', 2000000000)",
            "SELECT count(*) FROM (SELECT a.range x, b.range y FROM range(100000) a, range(100000) b GROUP BY 1, 2)",
            "SELECT * FROM (SELECT a.range x, b.range y, row_number() OVER (ORDER BY a.range * b.range) n FROM range(100000) a, range(100000) b) WHERE n < 3",
            "SELECT mode(a.range * 100000 + b.range) FROM range(100000) a, range(100000) b",
            "SELECT a.range, b.range FROM range(100000) a, range(100000) b",
        ];

    // Small texts that become large ones when names are put in, or when they are parsed.
    private static IEnumerable<string> Made()
    {
        yield return Doubled("SELECT x || x AS x FROM", "(SELECT 'aaaaaaaaaaaaaaaa' AS x)", 26);
        yield return Doubled("SELECT concat(x, x, x, x) AS x FROM", "(SELECT 'aaaaaaaaaaaaaaaa' AS x)", 14);
        yield return Doubled("SELECT replace(x, 'a', x) AS x FROM", "(SELECT 'aaaaaaaaaaaaaaaa' AS x)", 8);
        yield return Doubled(
            "SELECT regexp_replace(x, 'a', 'aaaaaaaaaaaaaaaaaaaa', 'g') AS x FROM",
            "(SELECT 'aaaaaaaa' AS x)",
            8
        );
        yield return $"SELECT length(x) FROM ({Doubled("SELECT x || x AS x FROM", "(SELECT region AS x FROM payments)", 26)})";
        var text = new string('a', 4000);
        yield return $"WITH a AS (SELECT concat('{text}', left(region, 9)) x FROM payments, range(100)) SELECT max(replace(x, 'a', x)) FROM a";
        yield return $"WITH a AS (SELECT concat('{text}', left(region, 9)) x FROM payments) SELECT max(regexp_replace(x, '', x, 'g')) FROM a";
        yield return $"SELECT replace(region, 'o', '{text}') FROM payments";
        yield return $"WITH a AS (SELECT '{text}' x) SELECT concat(x, x, x, x, x, x, x, region) FROM a, payments, range(1000)";
        yield return $"WITH a AS (SELECT concat('{text}', left(region, 9)) x FROM payments, range(10000)) SELECT count(DISTINCT upper(x) || range) FROM a, range(10000)";
        yield return Doubled("SELECT x + x AS x FROM", "(SELECT 1 AS x)", 40) + " WHERE x = 1";
        yield return "SELECT 1 AS a0" + Many(40, at => $", a{at} + a{at} AS a{at + 1}");
        yield return "SELECT 'a' AS a0" + Many(40, at => $", a{at} || a{at} AS a{at + 1}");
        yield return "WITH a0 AS (SELECT 1 AS x)"
            + Many(40, at => $", a{at + 1} AS (SELECT * FROM a{at}, a{at} b)")
            + " SELECT * FROM a40";
        yield return "WITH a0 AS (SELECT 1 AS x)"
            + Many(40, at => $", a{at + 1} AS (SELECT x FROM a{at} UNION ALL SELECT x FROM a{at})")
            + " SELECT count(*) FROM a40";
        yield return "WITH a0 AS (SELECT * FROM payments)"
            + Many(12, at => $", a{at + 1} AS (SELECT * FROM a{at}, a{at} b)")
            + " SELECT 1";
        yield return "SELECT 1 FROM payments p0"
            + Many(80, at => $" JOIN payments p{at + 1} ON p{at}.customer = p{at + 1}.customer");
        yield return "SELECT " + new string('(', 5000) + "name" + new string(')', 5000) + " FROM customers";
        yield return "SELECT " + Many(900, _ => "abs(") + "1" + new string(')', 900);
        yield return "SELECT " + Many(300, _ => "(SELECT ") + "1" + new string(')', 300);
        yield return Many(900, _ => "SELECT * FROM (") + "SELECT 1" + new string(')', 900);
        yield return "SELECT 1" + Many(700, _ => " UNION ALL SELECT 1");
        yield return "SELECT 1" + Many(900, _ => " + 1");
        yield return "SELECT " + Many(900, _ => "NOT ") + "true";
        yield return "SELECT 1" + Many(900, _ => "::INTEGER");
        yield return "SELECT " + Many(900, _ => "CASE WHEN true THEN ") + "1" + Many(900, _ => " END");
        yield return "SELECT 1 IN (1" + Many(8000, _ => ",1") + ")";
        yield return "SELECT '" + new string('x', 30_000) + "'";
        yield return "SELECT " + Many(3000, at => $"{at},") + "1";
        yield return "SELECT count(*) FROM payments GROUP BY CUBE (region, method, amount, day, customer, 1, 2, 3, 4, 5, 6, 7)";
        yield return "SELECT 1\0; SELECT 2";
    }

    private static string Doubled(string select, string from, int times) =>
        Many(times, _ => $"{select} (") + $"SELECT * FROM {from}" + new string(')', times);

    private static string Many(int times, Func<int, FormattableString> part)
    {
        var text = new StringBuilder();
        for (var at = 0; at < times; at++)
        {
            text.Append(part(at).ToString(CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private static string Many(int times, Func<int, string> part) =>
        string.Concat(Enumerable.Range(0, times).Select(part));
}
