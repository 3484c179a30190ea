using System.Collections.Immutable;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Policies.Views;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Governance.Policies.Warehouse.BigQuery.Tables;
using Governance.Policies.Warehouse.Sql;
using ViewDefinition = Governance.Policies.Views.ViewDefinition;

namespace Governance.Policies.Warehouse.BigQuery.Issuing;

/// <summary>
/// Views in the published dataset, authorized on the dataset of their sources; who may read one is said by its own IAM policy. Readers are
/// let in last and put out first.
/// </summary>
internal sealed class BigQueryViews(
    BigQueryTables tables,
    BigQueryClient client,
    AuthorizedViews authorized,
    TableReaders readers
)
{
    private const int MostTries = 10;
    private const string Described = "Issued by Governance over ";

    /// <summary>Creates a view, or brings it to its definition.</summary>
    /// <exception cref="WarehouseException">A step was refused; nobody reads more than before.</exception>
    public async Task<IssuedView> IssueAsync(ViewDefinition view, CancellationToken cancellationToken)
    {
        var query = await DraftAsync(view, cancellationToken);
        var reference = tables.Published.Table(view.Name);
        var wanted = new TableResource
        {
            Reference = reference,
            Description = Described + view.Dataset.Name,
            Labels = new Dictionary<string, string?>(StringComparer.Ordinal) { [JobLabels.Feature] = "view" },
            View = new()
            {
                Query = query,
                UseLegacySql = false,
                PrivacyPolicy = PrivacyPolicy.Of(view.SmallestGroup),
            },
        };

        var found = await client.FindTableAsync(reference, cancellationToken);
        if (found is null)
        {
            await client.InsertTableAsync(wanted, cancellationToken);
        }
        else
        {
            if (found.View is null)
            {
                throw new WarehouseException(
                    new Refusal(
                        RefusalKind.Invalid,
                        "name_taken",
                        $"{reference} stands there, and is no view. Name the view otherwise."
                    )
                );
            }

            // Whoever is to read no longer goes before the view shows anything new.
            await PutOutAsync(reference, view.Readers, cancellationToken);
            await ChangeAsync(reference, wanted, cancellationToken);
        }

        _ = (await authorized.AuthorizeAsync(tables.Source, reference, cancellationToken)).Value;
        foreach (var reader in view.Readers)
        {
            _ = (await readers.AddAsync(reference, reader, cancellationToken)).Value;
        }

        return new IssuedView(
            view.Name,
            view.Dataset.Name,
            query,
            await ReadersAsync(reference, cancellationToken),
            IsAuthorized: true,
            view.SmallestGroup
        );
    }

    /// <summary>Takes a view away.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="WarehouseException">A step was refused; the next call goes on from there.</exception>
    public async Task<bool> RevokeAsync(string name, CancellationToken cancellationToken)
    {
        var reference = tables.Published.Table(name);
        var stands = await client.FindTableAsync(reference, cancellationToken) is not null;
        if (stands)
        {
            await PutOutAsync(reference, [], cancellationToken);
        }

        // Also where the view is gone: a call that was cut off may have left its authorization.
        _ = (await authorized.UnauthorizeAsync(tables.Source, reference, cancellationToken)).Value;
        return stands && await client.DeleteTableAsync(reference, cancellationToken);
    }

    /// <summary>The views that stand in the published dataset.</summary>
    public async Task<IReadOnlyList<IssuedView>> ReadAsync(CancellationToken cancellationToken)
    {
        var allowed = await AuthorizedAsync(cancellationToken);
        var views = new List<IssuedView>();
        await foreach (var listed in client.ListTablesAsync(tables.Published, cancellationToken))
        {
            if (
                listed.Type is "VIEW"
                && await client.FindTableAsync(listed.Reference!, cancellationToken) is { View: not null } found
            )
            {
                views.Add(await IssuedAsync(found, allowed, cancellationToken));
            }
        }

        return [.. views.OrderBy(view => view.Name, StringComparer.Ordinal)];
    }

    /// <summary>A view of the published dataset.</summary>
    public async Task<IssuedView?> FindAsync(string name, CancellationToken cancellationToken) =>
        await client.FindTableAsync(tables.Published.Table(name), cancellationToken) is { View: not null } found
            ? await IssuedAsync(found, await AuthorizedAsync(cancellationToken), cancellationToken)
            : null;

    private async Task<HashSet<TableReference>> AuthorizedAsync(CancellationToken cancellationToken)
    {
        var source = await client.FindDatasetAsync(tables.Source, cancellationToken);
        return (source?.Access ?? []).Select(entry => entry.View).OfType<TableReference>().ToHashSet();
    }

    private async Task<IssuedView> IssuedAsync(
        TableResource found,
        HashSet<TableReference> allowed,
        CancellationToken cancellationToken
    ) =>
        new(
            found.Reference!.TableId,
            DatasetOf(found.Description),
            found.View!.Query,
            await ReadersAsync(found.Reference, cancellationToken),
            allowed.Contains(found.Reference),
            found.View.PrivacyPolicy?.SmallestGroup
        );

    // The etag changes with whoever changes anything of the view: it is read again where somebody was faster.
    private async Task ChangeAsync(TableReference reference, TableResource wanted, CancellationToken cancellationToken)
    {
        wanted.Reference = null;
        for (var tries = 1; ; tries++)
        {
            var found = await client.FindTableAsync(reference, cancellationToken);
            if (found is null || IsSame(found.View, wanted.View!))
            {
                return;
            }

            try
            {
                await client.PatchTableAsync(reference, wanted, found.Etag!, cancellationToken);
                return;
            }
            catch (WarehouseException refused) when (refused.Refusal.Kind is RefusalKind.Changed && tries < MostTries)
            {
                // Read again, and decide again.
            }
        }
    }

    private static bool IsSame(Rest.Model.ViewDefinition? found, Rest.Model.ViewDefinition wanted) =>
        string.Equals(found?.Query, wanted.Query, StringComparison.Ordinal)
        && found?.PrivacyPolicy?.SmallestGroup == wanted.PrivacyPolicy?.SmallestGroup;

    /// <summary>The query that <see cref="IssueAsync"/> would store.</summary>
    /// <exception cref="WarehouseException">It is refused.</exception>
    public async Task<string> DraftAsync(ViewDefinition view, CancellationToken cancellationToken)
    {
        var table = await tables.FindShapeAsync(view.Dataset.Name, cancellationToken);
        if (table is null)
        {
            throw new WarehouseException(IssuedChecks.Missing(view.Dataset.Name));
        }

        var shape = WithSystemColumns(table);
        if (IssuedChecks.Of(view, shape) is { } refusal)
        {
            throw new WarehouseException(refusal);
        }

        var dialect = tables.Dialect;
        var source = SqlText.Of($"{dialect.Table(view.Dataset.Name)}");
        return dialect.Write(ViewText.Write(dialect, view, shape, source)).Text;
    }

    /// <summary>Counts rows of a table: in all, and those that a condition shows.</summary>
    /// <exception cref="WarehouseException">There is no table, or the condition cannot be carried out.</exception>
    public async Task<MatchCount> CountAsync(
        Dataset dataset,
        RowCondition condition,
        CancellationToken cancellationToken
    )
    {
        if (await tables.FindShapeAsync(dataset.Name, cancellationToken) is not { } table)
        {
            throw new WarehouseException(IssuedChecks.Missing(dataset.Name));
        }

        var shown = new ConditionText(tables.Dialect, dataset.Name, WithSystemColumns(table), RowMatch.Row).Write(
            condition
        );
        var statement = IdentifierStatements.Count(tables.Dialect, dataset.Name, shown);
        var row = (await tables.QueryAsync(statement, "view", dataset.Name, cancellationToken))[0];
        return new(row[0].AsLong()!.Value, row[1].AsLong()!.Value);
    }

    /// <summary>Counts the rows that a view shows to its readers: in all, and those that hold a key of a set.</summary>
    /// <exception cref="WarehouseException">There is no table, or the condition cannot be carried out.</exception>
    public async Task<MatchCount> CountVisibleAsync(
        ViewDefinition view,
        string keySet,
        IEnumerable<Column> columns,
        CancellationToken cancellationToken
    )
    {
        if (await tables.FindShapeAsync(view.Dataset.Name, cancellationToken) is not { } table)
        {
            throw new WarehouseException(IssuedChecks.Missing(view.Dataset.Name));
        }

        var match = RowMatch.Build(tables.Dialect, view.Dataset.Name, table, keySet, columns);
        var statement = ViewText.Count(tables.Dialect, view, WithSystemColumns(table), match);
        var row = (await tables.QueryAsync(statement, "view", view.Dataset.Name, cancellationToken))[0];
        return new(row[0].AsLong()!.Value, row[1].AsLong()!.Value);
    }

    /// <summary>The columns that conditions and views may name.</summary>
    public static StructType WithSystemColumns(StructType table) =>
        new([
            .. SystemColumns.All.Select(column => new MaskedField(
                column.Name,
                FieldMapping.ToMasked(column)!,
                Nullable: false
            )),
            .. table.Fields,
        ]);

    private async Task PutOutAsync(
        TableReference view,
        ImmutableArray<string> staying,
        CancellationToken cancellationToken
    )
    {
        foreach (var reader in (await ReadersAsync(view, cancellationToken)).Except(staying, StringComparer.Ordinal))
        {
            _ = (await readers.RemoveAsync(view, reader, cancellationToken)).Value;
        }
    }

    private async Task<ImmutableArray<string>> ReadersAsync(TableReference view, CancellationToken cancellationToken)
    {
        var policy = await client.GetTableIamPolicyAsync(view, cancellationToken);
        return
        [
            .. (policy.Bindings ?? [])
                .Where(binding => binding.Role == TableReaders.Role)
                .SelectMany(binding => binding.Members)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string? DatasetOf(string? description) =>
        description?.StartsWith(Described, StringComparison.Ordinal) == true ? description[Described.Length..] : null;
}
