using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;

namespace Governance.Policies.Warehouse;

/// <summary>The port to the warehouse: what landing, asking and erasing need of it.</summary>
public interface IWarehouse : IMaskedSink, IViewIssuer
{
    /// <summary>The tables that exist for datasets, with their row counts and newest event.</summary>
    Task<IReadOnlyList<TableState>> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>The names of the tables that hold a row, those that no contract knows among them. Reads no column.</summary>
    Task<IReadOnlySet<string>> FindFilledAsync(CancellationToken cancellationToken);

    /// <summary>The columns of a dataset's table; <see langword="null"/> where there is none.</summary>
    Task<StructType?> FindShapeAsync(Dataset dataset, CancellationToken cancellationToken);

    /// <summary>The newest rows of a dataset's table, newest first, each as a JSON object; empty where there is no table.</summary>
    Task<IReadOnlyList<string>> ReadNewestAsync(Dataset dataset, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The rows of a dataset's table that hold a key of a set in one of the columns, the oldest first, each as a JSON object; empty where
    /// there is no table.
    /// </summary>
    Task<IReadOnlyList<string>> ReadMatchedAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// The links that rows make, for many people at once: of all rows of a dataset that hold a key of <paramref name="keySet"/> in one of
    /// the columns <paramref name="from"/>, each distinct pair of that key and another value in the columns <paramref name="to"/>.
    /// </summary>
    Task<IReadOnlyCollection<IdentifierLink>> LinksAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> from,
        IReadOnlyList<Column> to,
        CancellationToken cancellationToken
    );

    /// <summary>Adds keys to a named key set, which lives in the warehouse beside the tables. Adding one again changes nothing.</summary>
    Task AddOwnedKeysAsync(string keySet, IReadOnlyCollection<OwnedKey> keys, CancellationToken cancellationToken);

    /// <summary>Adds keys that belong to nobody in particular.</summary>
    Task AddKeysAsync(string keySet, IReadOnlyCollection<LinkedIdentifier> keys, CancellationToken cancellationToken) =>
        AddOwnedKeysAsync(keySet, [.. keys.Select(key => new OwnedKey(key, Guid.Empty))], cancellationToken);

    /// <summary>The keys of a key set, and whose they are; empty where there is none.</summary>
    Task<IReadOnlyCollection<OwnedKey>> ReadOwnedKeysAsync(string keySet, CancellationToken cancellationToken);

    /// <summary>The distinct identifiers of a key set, whosever they are; empty where there is none.</summary>
    async Task<IReadOnlyCollection<LinkedIdentifier>> ReadKeysAsync(
        string keySet,
        CancellationToken cancellationToken
    ) => [.. (await ReadOwnedKeysAsync(keySet, cancellationToken)).Select(key => key.Identifier).Distinct()];

    /// <summary>Of some surrogates, those that stand in a key set whose name begins with one of some prefixes.</summary>
    Task<IReadOnlySet<Guid>> FindKeysAsync(
        IReadOnlyCollection<string> prefixes,
        IReadOnlyCollection<Guid> surrogates,
        CancellationToken cancellationToken
    );

    /// <summary>Removes the keys of some owners from a key set. Removing them again changes nothing.</summary>
    Task RemoveKeysAsync(string keySet, IReadOnlyCollection<Guid> owners, CancellationToken cancellationToken);

    /// <summary>Removes a key set. Removing one that is gone changes nothing.</summary>
    Task DropKeysAsync(string keySet, CancellationToken cancellationToken);

    /// <summary>
    /// Runs one mutating statement over one table and records its counts under the job's id. A job id that has run is not run
    /// again: its recorded outcome is returned; one that found nothing may look again. Cut off anywhere, it goes on from there.
    /// </summary>
    /// <exception cref="ErasureInvariantException">The counts did not add up; the message says whether anything was changed.</exception>
    /// <exception cref="ArgumentException">The job's action is <see cref="ErasureAction.Retain"/>, which changes nothing.</exception>
    Task<Answer<ErasureOutcome>> EraseAsync(ErasureJob job, CancellationToken cancellationToken);

    /// <summary>What a job would read and change, without running it.</summary>
    Task<Answer<CostEstimate>> EstimateAsync(ErasureJob job, CancellationToken cancellationToken);

    /// <summary>Counts rows of a table: in all, and those that hold a key of the set in one of the columns.</summary>
    Task<MatchCount> CountAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Puts a masked value into a column of the rows that hold a key of the set. Doing it again changes nothing.
    /// </summary>
    /// <returns>How many rows were changed.</returns>
    Task<Answer<long>> CorrectAsync(ValueCorrection correction, CancellationToken cancellationToken);

    /// <summary>Whether rows of a dataset's table could be matched by some of its columns at all.</summary>
    Task<TableReach> FindReachAsync(
        Dataset dataset,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    );

    /// <summary>Counts rows of a job's table: in all, and those that its statement would change.</summary>
    Task<MatchCount> CountAsync(ErasureJob job, CancellationToken cancellationToken);

    /// <summary>
    /// Counts the rows that hold a key of the set in one of the columns, for each owner of keys. A row that holds keys of several owners
    /// counts for each of them; owners without a row are left out.
    /// </summary>
    Task<IReadOnlyDictionary<Guid, long>> CountByOwnerAsync(
        string keySet,
        Dataset dataset,
        IReadOnlyList<Column> columns,
        CancellationToken cancellationToken
    );

    /// <summary>Of the given identifiers, those that some row of the dataset still holds in one of the columns.</summary>
    Task<IReadOnlyCollection<LinkedIdentifier>> StillHeldAsync(
        Dataset dataset,
        IReadOnlyList<Column> columns,
        IReadOnlyCollection<LinkedIdentifier> identifiers,
        CancellationToken cancellationToken
    );

    /// <summary>Whether the warehouse answers.</summary>
    Task<bool> IsReadyAsync(CancellationToken cancellationToken);

    /// <summary>Where bytes of deleted rows are still kept, and for how long.</summary>
    Task<PhysicalInventory> InventoryAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Removes the bytes of deleted rows where the warehouse does not do that by itself, and where some have stood long enough
    /// (<see cref="PhysicalInventory.KeptAfterDeletion"/>). Cut off anywhere, nothing is lost.
    /// </summary>
    /// <param name="now">Whether to do it at once, however short they have stood.</param>
    /// <param name="cancellationToken">Stops before anything is changed.</param>
    /// <returns>Whether there was something, and it is gone; <see langword="false"/> also where readers did not end in time.</returns>
    Task<bool> PurgeAsync(bool now, CancellationToken cancellationToken);
}

/// <summary>What a warehouse keeps of deleted rows.</summary>
/// <param name="KeptAfterDeletion">How long their bytes stay at most.</param>
/// <param name="PurgedAt">What was deleted before then is gone; <see langword="null"/> where the warehouse keeps no such time.</param>
/// <param name="Copies">Copies of tables that live by themselves.</param>
/// <param name="Note">What that means, in words.</param>
public sealed record PhysicalInventory(
    TimeSpan KeptAfterDeletion,
    DateTimeOffset? PurgedAt,
    IReadOnlyList<TableCopy> Copies,
    string Note
);

/// <summary>A copy of a table that holds what the table held.</summary>
/// <param name="Name">The copy.</param>
/// <param name="Kind"><c>snapshot</c> or <c>clone</c>.</param>
/// <param name="Table">The table that it is of.</param>
/// <param name="TakenAt">As of when.</param>
/// <param name="ExpiresAt">When it goes by itself; <see langword="null"/> where it stays until somebody drops it.</param>
public sealed record TableCopy(
    string Name,
    string Kind,
    string Table,
    DateTimeOffset TakenAt,
    DateTimeOffset? ExpiresAt
);

/// <summary>An identifier as tables hold it.</summary>
/// <param name="Domain">The identifier domain.</param>
/// <param name="Surrogate">Its surrogate.</param>
public readonly record struct LinkedIdentifier(string Domain, Guid Surrogate);

/// <summary>A key of a key set, and whose it is.</summary>
/// <param name="Identifier">The identifier that rows are matched by.</param>
/// <param name="Owner">What it is looked for on behalf of, such as a subject request; empty for nobody in particular.</param>
public readonly record struct OwnedKey(LinkedIdentifier Identifier, Guid Owner);

/// <summary>Two identifiers that stand in one row.</summary>
/// <param name="Key">The one that the row was found by.</param>
/// <param name="Other">The other.</param>
public readonly record struct IdentifierLink(LinkedIdentifier Key, LinkedIdentifier Other);

/// <summary>A dataset's table as it is.</summary>
/// <param name="Name">The table.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="NewestEvent">The newest row's Kafka timestamp; <see langword="null"/> in an empty table.</param>
public sealed record TableState(string Name, long Rows, DateTimeOffset? NewestEvent);

/// <summary>A value that is to stand in rows of one person.</summary>
/// <param name="KeySet">The person's keys.</param>
/// <param name="Dataset">The table.</param>
/// <param name="Columns">The identifier columns that a row is matched by.</param>
/// <param name="Column">The name of the column that is corrected: text, and not within another.</param>
/// <param name="Value">What stands there afterwards, masked; <see langword="null"/> for nothing.</param>
/// <param name="Subject">
/// Where rows are of several identifiers, as values that are sealed under each: only those that hold this one in this column.
/// </param>
public sealed record ValueCorrection(
    string KeySet,
    Dataset Dataset,
    IReadOnlyList<Column> Columns,
    string Column,
    string? Value,
    (string Column, Guid Surrogate)? Subject
);

/// <summary>Whether rows of a table can be matched by identifier columns.</summary>
public enum TableReach
{
    /// <summary>There is no table: a dataset of which nothing has landed, or one that somebody dropped or renamed.</summary>
    NoTable,

    /// <summary>The table has none of the columns: no row can be matched, whosever it is.</summary>
    NoColumn,

    /// <summary>Rows can be matched.</summary>
    Reached,
}

/// <summary>One statement of an erasure, or of a retention.</summary>
/// <param name="JobId">Chosen and persisted before it runs; deterministic.</param>
/// <param name="KeySet">The key set whose rows are meant.</param>
/// <param name="Dataset">The table.</param>
/// <param name="Columns">The identifier columns (link <c>owns</c>) that a row is matched by.</param>
/// <param name="Action">Delete the rows, or clear their personal columns.</param>
public sealed record ErasureJob(
    string JobId,
    string KeySet,
    Dataset Dataset,
    IReadOnlyList<Column> Columns,
    ErasureAction Action
)
{
    /// <summary>
    /// Rows whose event is older than this are meant, whosever they are, and the key set only says which of them are left out: what a
    /// contract's retention takes away. <see langword="null"/> where rows are matched by keys.
    /// </summary>
    public DateTimeOffset? OlderThan { get; init; }
}

/// <summary>What a job did, counted inside its transaction.</summary>
/// <param name="RowsBefore">Rows of the table before.</param>
/// <param name="Matched">Rows that held a key.</param>
/// <param name="Affected">Rows deleted or cleared, as the warehouse counted them.</param>
/// <param name="RowsAfter">Rows of the table after.</param>
/// <param name="ControlBefore">Order-free checksum over the rows that must not change, before.</param>
/// <param name="ControlAfter">The same, after.</param>
public sealed record ErasureOutcome(
    long RowsBefore,
    long Matched,
    long Affected,
    long RowsAfter,
    string ControlBefore,
    string ControlAfter
);

/// <summary>What a statement would cost.</summary>
/// <param name="Bytes">Bytes that it would read, and be billed for; <see langword="null"/> where the warehouse does not say.</param>
/// <param name="Rows">Rows of the table; <see langword="null"/> where the warehouse does not say.</param>
public sealed record CostEstimate(long? Bytes, long? Rows);

/// <summary>Rows in all, and rows that match.</summary>
public sealed record MatchCount(long Rows, long Matched);

/// <summary>
/// After an erasure's statement the counts did not add up (rows after, rows that still match, or control rows). The message names the
/// table and the counts, and says whether the statement was taken back.
/// </summary>
public sealed class ErasureInvariantException(string message) : Exception(message);
