using System.Runtime.CompilerServices;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;

namespace Governance.Policies.Warehouse.BigQuery.Rest;

/// <summary>Datasets, tables and views, and who may read them.</summary>
internal sealed partial class BigQueryClient
{
    private const string BadEtag = "A change names the etag that it builds on.";

    /// <summary>A dataset; <see langword="null"/> where it is not there.</summary>
    public Task<DatasetResource?> FindDatasetAsync(DatasetReference dataset, CancellationToken cancellationToken) =>
        FindAsync<DatasetResource>(
            Get("bigquery.datasets.get", PathOf(dataset), $"dataset {dataset}"),
            cancellationToken
        );

    /// <summary>Creates a dataset.</summary>
    public Task<DatasetResource> InsertDatasetAsync(DatasetResource dataset, CancellationToken cancellationToken)
    {
        var reference = dataset.Reference ?? throw new ArgumentException("A dataset has a name.", nameof(dataset));
        return WriteAsync(
            new BigQueryCall(
                "bigquery.datasets.insert",
                "POST",
                BigQueryCall.PathOf("projects", reference.ProjectId, "datasets"),
                $"dataset {reference}"
            )
            {
                Body = dataset,
            },
            token => FindDatasetAsync(reference, token),
            cancellationToken
        );
    }

    /// <summary>Changes the fields that <paramref name="changes"/> has, where the etag is still the dataset's.</summary>
    public Task<DatasetResource> PatchDatasetAsync(
        DatasetReference dataset,
        DatasetResource changes,
        string etag,
        CancellationToken cancellationToken
    ) =>
        WriteAsync(
            new BigQueryCall("bigquery.datasets.patch", "PATCH", PathOf(dataset), $"dataset {dataset}")
            {
                Body = changes,
                IfMatch = Etag(etag),
            },
            token => FindDatasetAsync(dataset, token),
            cancellationToken
        );

    /// <summary>A table or view; <see langword="null"/> where it is not there.</summary>
    public Task<TableResource?> FindTableAsync(TableReference table, CancellationToken cancellationToken) =>
        FindAsync<TableResource>(Get("bigquery.tables.get", PathOf(table), $"table {table}"), cancellationToken);

    /// <summary>Tables and views of a dataset: their names, kinds and labels.</summary>
    public async IAsyncEnumerable<TableResource> ListTablesAsync(
        DatasetReference dataset,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var pages = PagesAsync(
            token =>
                CallAsync<TableList>(
                    Get("bigquery.tables.list", PathOf(dataset, "tables"), $"the tables of {dataset}") with
                    {
                        Query = Parameters(("pageToken", token)),
                    },
                    cancellationToken
                ),
            page => page.NextPageToken,
            cancellationToken
        );
        await foreach (var page in pages)
        {
            foreach (var table in page.Tables ?? [])
            {
                yield return table;
            }
        }
    }

    /// <summary>Creates a table or a view.</summary>
    public Task<TableResource> InsertTableAsync(TableResource table, CancellationToken cancellationToken)
    {
        var reference = table.Reference ?? throw new ArgumentException("A table has a name.", nameof(table));
        return WriteAsync(
            new BigQueryCall(
                "bigquery.tables.insert",
                "POST",
                PathOf(reference.Dataset, "tables"),
                $"table {reference}"
            )
            {
                Body = table,
            },
            token => FindTableAsync(reference, token),
            cancellationToken
        );
    }

    /// <summary>Changes the fields that <paramref name="changes"/> has, where the etag is still the table's.</summary>
    public Task<TableResource> PatchTableAsync(
        TableReference table,
        TableResource changes,
        string etag,
        CancellationToken cancellationToken
    ) => ChangeTableAsync("bigquery.tables.patch", "PATCH", table, changes, etag, cancellationToken);

    /// <summary>Puts a table's description in place of the one that has the etag.</summary>
    public Task<TableResource> UpdateTableAsync(
        TableReference table,
        TableResource replacement,
        string etag,
        CancellationToken cancellationToken
    ) => ChangeTableAsync("bigquery.tables.update", "PUT", table, replacement, etag, cancellationToken);

    /// <summary>Drops a table or a view; false where it was not there.</summary>
    public Task<bool> DeleteTableAsync(TableReference table, CancellationToken cancellationToken) =>
        RemoveAsync(
            new BigQueryCall("bigquery.tables.delete", "DELETE", PathOf(table), $"table {table}"),
            cancellationToken
        );

    /// <summary>The roles that are granted on a table or view itself.</summary>
    public Task<IamPolicy> GetTableIamPolicyAsync(TableReference table, CancellationToken cancellationToken) =>
        CallAsync<IamPolicy>(
            new BigQueryCall(
                "bigquery.tables.getIamPolicy",
                "POST",
                $"{PathOf(table)}:getIamPolicy",
                $"the roles on {table}"
            )
            {
                Body = new GetIamPolicy(),
            },
            cancellationToken
        );

    /// <summary>Grants roles on a table or view. The policy carries the etag with which it was read.</summary>
    public Task<IamPolicy> SetTableIamPolicyAsync(
        TableReference table,
        IamPolicy policy,
        CancellationToken cancellationToken
    )
    {
        _ = Etag(policy.Etag);
        return CallAsync<IamPolicy>(
            new BigQueryCall(
                "bigquery.tables.setIamPolicy",
                "POST",
                $"{PathOf(table)}:setIamPolicy",
                $"the roles on {table}"
            )
            {
                Body = new SetIamPolicy { Policy = policy },
            },
            cancellationToken
        );
    }

    /// <summary>A table's rows, in no order; of all columns, or of those that are named.</summary>
    /// <param name="table">The table. Row access policies refuse an account that they do not let see everything.</param>
    /// <param name="schema">Its columns, as <see cref="FindTableAsync"/> gives them.</param>
    /// <param name="columns">Names of top-level columns; empty for all.</param>
    /// <param name="pageSize">Rows of one page; <see langword="null"/> for as many as the service gives.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<QueryRow> ListRowsAsync(
        TableReference table,
        TableSchema schema,
        IReadOnlyCollection<string> columns,
        int? pageSize,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var asked = new RowShape(
            columns.Count is 0
                ? schema.Fields
                : [.. schema.Fields.Where(field => columns.Contains(field.Name, StringComparer.Ordinal))]
        );
        var pages = PagesAsync(
            token =>
                CallAsync<TableDataPage>(
                    Get("bigquery.tabledata.list", PathOf(table, "data"), $"the rows of {table}") with
                    {
                        Query = Parameters(
                            ("pageToken", token),
                            ("maxResults", Text(pageSize)),
                            ("selectedFields", string.Join(',', columns)),
                            ("formatOptions.useInt64Timestamp", "true")
                        ),
                    },
                    cancellationToken
                ),
            page => page.PageToken,
            cancellationToken
        );
        await foreach (var page in pages)
        {
            foreach (var row in page.Rows ?? [])
            {
                yield return new QueryRow(asked, row);
            }
        }
    }

    private Task<TableResource> ChangeTableAsync(
        string operation,
        string method,
        TableReference table,
        TableResource body,
        string etag,
        CancellationToken cancellationToken
    ) =>
        WriteAsync(
            new BigQueryCall(operation, method, PathOf(table), $"table {table}") { Body = body, IfMatch = Etag(etag) },
            token => FindTableAsync(table, token),
            cancellationToken
        );

    private static BigQueryCall Get(string operation, string path, string what) => new(operation, "GET", path, what);

    private static string Etag(string? etag) =>
        string.IsNullOrEmpty(etag) ? throw new ArgumentException(BadEtag, nameof(etag)) : etag;
}
