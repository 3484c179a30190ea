namespace Governance.Masking.Kafka;

/// <summary>A schema registry: what stands for the schemas of the topics. Safe for concurrent callers.</summary>
public interface ISchemaRegistry
{
    /// <summary>The schema with this id. An id names one schema for ever, so the answer may be kept.</summary>
    /// <param name="id">The id that stands in front of a record's bytes.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <returns>The schema's JSON text.</returns>
    /// <exception cref="SchemaRegistryException">No schema has it, or the registry does not answer.</exception>
    ValueTask<string> GetSchemaAsync(int id, CancellationToken cancellationToken);

    /// <summary>The newest version of a subject.</summary>
    /// <exception cref="SchemaRegistryException">The subject is unknown, or the registry does not answer.</exception>
    Task<RegisteredSchema> GetLatestAsync(string subject, CancellationToken cancellationToken);

    /// <summary>Registers a schema; one that the subject has already keeps its id.</summary>
    /// <returns>The schema's id.</returns>
    /// <exception cref="SchemaRegistryException">The schema is invalid or incompatible, or the registry does not answer.</exception>
    Task<int> RegisterAsync(string subject, string schema, CancellationToken cancellationToken);

    /// <summary>Finds a schema among a subject's versions.</summary>
    /// <returns>The version, or <see langword="null"/> where subject or schema is not registered.</returns>
    /// <exception cref="SchemaRegistryException">The registry does not answer.</exception>
    Task<RegisteredSchema?> LookUpAsync(string subject, string schema, CancellationToken cancellationToken);
}

/// <summary>A version of a subject.</summary>
/// <param name="Subject">The subject, such as <c>customers-value</c>.</param>
/// <param name="Version">From 1.</param>
/// <param name="Id">The schema's id, the same in every subject.</param>
/// <param name="Schema">The schema's JSON text.</param>
public sealed record RegisteredSchema(string Subject, int Version, int Id, string Schema);

/// <summary>What a registry refused or could not do. The message names subject or id; it carries no data of a record.</summary>
public sealed class SchemaRegistryException : Exception
{
    /// <summary>Makes one.</summary>
    public SchemaRegistryException(
        SchemaRegistryFailure failure,
        int errorCode,
        string message,
        Exception? innerException = null
    )
        : base(message, innerException)
    {
        Failure = failure;
        ErrorCode = errorCode;
    }

    /// <summary>What kind of failure it is.</summary>
    public SchemaRegistryFailure Failure { get; }

    /// <summary>The registry's own code (<c>40403</c>), its HTTP status, or 0 where it did not answer.</summary>
    public int ErrorCode { get; }

    /// <summary>Whether asking again later can succeed without anybody changing anything.</summary>
    public bool IsTransient => Failure == SchemaRegistryFailure.Unavailable;
}

/// <summary>Kinds of <see cref="SchemaRegistryException"/>.</summary>
public enum SchemaRegistryFailure
{
    /// <summary>There is no such schema, subject or version.</summary>
    NotFound,

    /// <summary>The registry answered that it will not: an invalid or incompatible schema, or missing rights.</summary>
    Refused,

    /// <summary>The registry did not answer, or answered that it cannot now.</summary>
    Unavailable,
}
