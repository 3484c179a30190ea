using System.Collections.Immutable;

namespace Governance.Masking.Contracts;

/// <summary>One schema object of a contract: a Kafka topic, and the warehouse table that it becomes.</summary>
/// <param name="Name">The object's <c>name</c>: the table's name, and the topic's where <paramref name="Topic"/> says no other.</param>
/// <param name="Topic">The Kafka topic (<c>physicalName</c>, or the name).</param>
/// <param name="Description">The object's <c>description</c>, or the empty string.</param>
/// <param name="ContractId">The contract that holds it.</param>
/// <param name="OwnerTeam">The contract's owning team.</param>
/// <param name="Subject">Whose records these are; <see langword="null"/> for data that belongs to nobody (reference data).</param>
/// <param name="OnErasure">What an erasure does to a row that its subject owns.</param>
/// <param name="Columns">The columns in the document's order.</param>
/// <param name="Relationships">Foreign keys to other datasets.</param>
/// <param name="Retention">How long rows are kept (ODCS <c>slaProperties</c> <c>retention</c>), or <see langword="null"/>.</param>
public sealed record Dataset(
    string Name,
    string Topic,
    string Description,
    string ContractId,
    string OwnerTeam,
    DatasetSubject? Subject,
    ErasureRule OnErasure,
    ImmutableArray<Column> Columns,
    ImmutableArray<Relationship> Relationships,
    RetentionPeriod? Retention
)
{
    /// <summary>
    /// Path of the identifier column whose plain value is the key of the topic's records, where the topic is compacted
    /// (<c>cleanup.policy=compact</c>); <see langword="null"/> for every other topic. An erasure writes tombstones of such keys.
    /// </summary>
    public string? CompactedBy { get; init; }

    /// <summary>
    /// How long the raw topic may keep a record, or a compacted one a record that a newer one or a tombstone has replaced;
    /// <see langword="null"/> where the contract does not say.
    /// </summary>
    public RetentionPeriod? TopicRetention { get; init; }

    /// <summary>Where masked records go, and how keys and headers are masked. Default: the warehouse.</summary>
    public Delivery Delivery { get; init; } = Delivery.Warehouse;

    /// <summary>
    /// Whether an event of an erased person that is newer than the erasure begins a new relationship (<c>newerThanErasure: startAnew</c>);
    /// where not, which is the default, it is dropped and counted.
    /// </summary>
    public bool StartsAnew { get; init; }

    /// <summary>The topic that masked records are produced to, where <see cref="Delivery"/> says so.</summary>
    public string MaskedTopic => Delivery.MaskedTopic ?? $"{Topic}.masked";

    /// <summary>All columns, parents before their children.</summary>
    public IEnumerable<Column> AllColumns() => Columns.SelectMany(column => column.SelfAndDescendants());

    /// <summary>The columns that point at a subject: those with an identifier domain.</summary>
    public IEnumerable<Column> Identifiers() => AllColumns().Where(column => column.Identifier is not null);

    /// <summary>Whether any column holds personal data.</summary>
    public bool IsPersonal => AllColumns().Any(column => column.IsPersonal);
}

/// <summary>Whose records a dataset holds.</summary>
/// <param name="Kind">The kind of person, such as <c>customer</c>.</param>
/// <param name="Identifier">Path of the identifier column that names the record's own subject; values are sealed under its key.</param>
public sealed record DatasetSubject(string Kind, string Identifier);

/// <summary>How long rows are kept.</summary>
/// <param name="Value">A count of units; at least one.</param>
/// <param name="Unit"><c>d</c>, <c>m</c> or <c>y</c>.</param>
public sealed record RetentionPeriod(int Value, string Unit);

/// <summary>A foreign key: <paramref name="Column"/> of this dataset points at <paramref name="ToColumn"/> of another.</summary>
/// <param name="Column">Path in this dataset.</param>
/// <param name="ToDataset">The other dataset's name.</param>
/// <param name="ToColumn">Path there.</param>
public sealed record Relationship(string Column, string ToDataset, string ToColumn);
