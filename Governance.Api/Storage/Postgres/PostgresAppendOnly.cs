using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Governance.Api.Storage.Postgres;

/// <summary>
/// Refuses to change, remove or empty append-only tables. The triggers fire in every session, also where replication is said to be the
/// source; only the tables' owner can take them away.
/// </summary>
internal static class PostgresAppendOnly
{
    /// <summary>The statements that hold it, safe to run again. They want ownership only where something is missing.</summary>
    public static IEnumerable<string> Statements(IModel model)
    {
        const string schema = PostgresServer.StateSchema;
        yield return $"""
            DO $do$ BEGIN
                IF NOT EXISTS (
                    SELECT 1 FROM pg_proc WHERE pronamespace = '{schema}'::regnamespace AND proname = 'refuse_change'
                ) THEN
                    CREATE FUNCTION {schema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
                    $body$ BEGIN
                        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
                    END $body$;
                END IF;
            END $do$
            """;
        foreach (var table in AppendOnlyTables.Of(model))
        {
            var trigger = $"{table}_append_only";
            yield return $"""
                DO $do$ BEGIN
                    IF NOT EXISTS (
                        SELECT 1 FROM pg_trigger
                        WHERE tgrelid = '{schema}."{table}"'::regclass AND tgname = '{trigger}' AND tgenabled = 'A'
                    ) THEN
                        CREATE OR REPLACE TRIGGER "{trigger}" BEFORE UPDATE OR DELETE OR TRUNCATE ON {schema}."{table}"
                            FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_change();
                        ALTER TABLE {schema}."{table}" ENABLE ALWAYS TRIGGER "{trigger}";
                    END IF;
                END $do$
                """;
        }
    }
}
