namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>Settings of the embedded warehouse.</summary>
public sealed class DuckDbOptions
{
    /// <summary>Where these settings stand in the configuration.</summary>
    public const string SectionName = "Governance:Warehouse:DuckDb";

    /// <summary>The database file; it is made, with its folder, where it is missing. Required.</summary>
    public string FilePath { get; set; } = "";

    /// <summary>Memory that DuckDB may take for data, in MiB; beyond it, it works on disk beside the file. Default 512.</summary>
    public int MemoryLimitMebibytes { get; set; } = 512;

    /// <summary>Threads that work on one statement. Default 2.</summary>
    public int Threads { get; set; } = 2;

    /// <summary>
    /// How long the write-ahead log may grow, in MiB, before a commit moves it into the database file. Smaller means a shorter
    /// recovery after a crash, larger means fewer pauses. Default 64.
    /// </summary>
    public int CheckpointAfterMebibytes { get; set; } = 64;

    /// <summary>
    /// How long the bytes of deleted rows may stay in the file before it is written anew; that takes time in proportion to the file, and
    /// holds up queries meanwhile. Default: one day.
    /// </summary>
    public TimeSpan RewriteInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>All that is wrong with these settings; empty when all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(FilePath))
        {
            yield return $"{SectionName}:{nameof(FilePath)} is empty: name the database file.";
        }

        if (MemoryLimitMebibytes < 64)
        {
            yield return $"{SectionName}:{nameof(MemoryLimitMebibytes)} must be 64 or more.";
        }

        if (Threads < 1)
        {
            yield return $"{SectionName}:{nameof(Threads)} must be 1 or more.";
        }

        if (RewriteInterval < TimeSpan.FromSeconds(1) || RewriteInterval > TimeSpan.FromDays(365))
        {
            yield return $"{SectionName}:{nameof(RewriteInterval)} must be between one second and 365 days.";
        }

        if (CheckpointAfterMebibytes < 1)
        {
            yield return $"{SectionName}:{nameof(CheckpointAfterMebibytes)} must be 1 or more.";
        }
    }
}
