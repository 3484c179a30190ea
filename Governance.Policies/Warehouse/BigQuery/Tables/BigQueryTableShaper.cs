using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;

namespace Governance.Policies.Warehouse.BigQuery.Tables;

/// <summary>
/// Makes a dataset's table, or widens it, so that it holds records of a schema beside those that it has. Processes may do so at the same time:
/// each change names the etag that it builds on.
/// </summary>
internal sealed class BigQueryTableShaper(BigQueryClient client, TableLayout layout)
{
    // Others widen it between our reading and our change; that many in a row is a fault.
    private const int MostTries = 8;
    private readonly DatasetReference _home = new(client.Options.Project, client.Options.Dataset);

    /// <summary>A table of the warehouse's dataset.</summary>
    public TableReference Reference(string table) => _home.Table(table);

    /// <summary>Makes or widens the table; nothing changes where it is wide enough.</summary>
    /// <returns>Its columns.</returns>
    /// <exception cref="SinkSchemaException">No table can hold the schema, or this one cannot hold both.</exception>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer.</exception>
    public async Task<ImmutableArray<BigQueryField>> ShapeAsync(
        Dataset dataset,
        MaskedSchema schema,
        CancellationToken cancellationToken
    )
    {
        var table = dataset.Name;
        ColumnNames.CheckTable(table);
        if (schema.Columns.FirstOrDefault(field => SystemColumns.IsSystem(field.Name)) is { } taken)
        {
            throw new SinkSchemaException(
                $"Table {table}, column {taken.Name}: the warehouse keeps this name for itself. Rename the field."
            );
        }

        var wanted = layout.Describe(dataset, schema, FieldMapping.ToFields(table, schema.Columns));
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await MakeAsync(wanted, cancellationToken);
            }
            catch (WarehouseException exception)
                when (exception.Refusal.Kind is RefusalKind.Changed && tries < MostTries)
            {
                // Somebody made or widened it meanwhile: look again.
            }
            catch (WarehouseException exception) when (exception.Refusal.Kind is RefusalKind.Invalid)
            {
                throw new SinkSchemaException(
                    $"Table {table}: BigQuery refuses these columns ({exception.Refusal.Code}). Compare the schema with the limits of its tables."
                );
            }
        }
    }

    /// <summary>Makes the adapter's own tables where they are missing.</summary>
    /// <exception cref="WarehouseException">BigQuery refuses, or does not answer.</exception>
    public async Task MakeSystemTablesAsync(CancellationToken cancellationToken)
    {
        foreach (var table in SystemTableLayouts.All)
        {
            await MakeSystemTableAsync(table, cancellationToken);
        }
    }

    private async Task MakeSystemTableAsync(BigQueryTable table, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await MakeOrWidenAsync(table, cancellationToken);
                return;
            }
            catch (WarehouseException exception)
                when (exception.Refusal.Kind is RefusalKind.Changed && tries < MostTries)
            {
                // Another process made it meanwhile, or did something else there: look again.
            }
        }
    }

    // One that an earlier version made lacks what came since.
    private async Task MakeOrWidenAsync(BigQueryTable table, CancellationToken cancellationToken)
    {
        var reference = Reference(table.Name);
        if (await client.FindTableAsync(reference, cancellationToken) is not { } found)
        {
            await client.InsertTableAsync(Resource(table), cancellationToken);
        }
        else if (FieldResources.Read(found.Schema) is var held && held.Length < table.Fields.Length)
        {
            await client.PatchTableAsync(
                reference,
                new TableResource
                {
                    Schema = FieldResources.Write(SchemaWidening.Join(table.Name, held, table.Fields)),
                },
                found.Etag ?? "",
                cancellationToken
            );
        }
    }

    private async Task<ImmutableArray<BigQueryField>> MakeAsync(
        BigQueryTable wanted,
        CancellationToken cancellationToken
    )
    {
        var reference = Reference(wanted.Name);
        if (await client.FindTableAsync(reference, cancellationToken) is not { } found)
        {
            var made = await client.InsertTableAsync(Resource(wanted), cancellationToken);
            return FieldResources.Read(made.Schema);
        }

        var held = FieldResources.Read(found.Schema);
        CheckOwn(wanted.Name, found, held);
        var joined = SchemaWidening.Join(wanted.Name, held, [.. wanted.Fields.Skip(SystemColumns.All.Length)]);
        if (joined == held)
        {
            return held;
        }

        var changed = await client.PatchTableAsync(
            reference,
            new TableResource { Schema = FieldResources.Write(joined) },
            found.Etag ?? "",
            cancellationToken
        );
        return FieldResources.Read(changed.Schema);
    }

    /// <summary>Refuses what stands there and is not a table of this adapter.</summary>
    private static void CheckOwn(string table, TableResource found, ImmutableArray<BigQueryField> held)
    {
        if (found.Type is not (null or "TABLE"))
        {
            throw new SinkSchemaException(
                $"Table {table}: a {found.Type} stands there. Drop it, or rename the dataset."
            );
        }

        var foreign = SystemColumns.All.FirstOrDefault(system =>
            !held.Any(field => field.Name == system.Name && field.Type == system.Type && !field.IsRepeated)
        );
        if (foreign is not null)
        {
            throw new SinkSchemaException(
                $"Table {table} stands there and lacks the column {foreign.Name}: the service did not make it. Drop it, or rename the dataset."
            );
        }
    }

    private TableResource Resource(BigQueryTable table) =>
        new()
        {
            Reference = Reference(table.Name),
            Description = table.Description.Length == 0 ? null : table.Description,
            Labels = table.Labels.IsEmpty
                ? null
                : table.Labels.ToDictionary(label => label.Key, label => (string?)label.Value, StringComparer.Ordinal),
            Schema = FieldResources.Write(table.Fields),
            TimePartitioning = table.PartitionedBy is { } field ? new TimePartitioning { Field = field } : null,
            Clustering = table.Clustering.IsEmpty ? null : new Clustering { Fields = [.. table.Clustering] },
        };
}
