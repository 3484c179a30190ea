using System.ComponentModel.DataAnnotations;
using Governance.Policies.Warehouse.Querying;

namespace Governance.Api.Features.Query;

/// <summary>How much governed queries may take.</summary>
internal sealed class QueryOptions
{
    public const string SectionName = "Governance:Query";

    /// <summary>How long a query may take, to the last row that is read; default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many rows an answer may have; default one million.</summary>
    [Range(1, 1_000_000_000)]
    public int MaxRows { get; set; } = 1_000_000;

    /// <summary>How large an answer may be, in MiB; default 256.</summary>
    [Range(1, 65_536)]
    public int MaxAnswerMebibytes { get; set; } = 256;

    /// <summary>Memory and temporary files that queries may work with, in MiB; default 256.</summary>
    [Range(16, 1_048_576)]
    public int WorkingMebibytes { get; set; } = 256;

    /// <summary>How many queries run at once; default 4.</summary>
    [Range(1, 1000)]
    public int MaxAtOnce { get; set; } = 4;

    /// <summary>How many of them are one person's; default 2.</summary>
    [Range(1, 1000)]
    public int MaxAtOncePerPerson { get; set; } = 2;

    public QueryLimits ToLimits() =>
        new()
        {
            Time = TimeLimit,
            Rows = MaxRows,
            Bytes = (long)MaxAnswerMebibytes << 20,
            WorkingBytes = (long)WorkingMebibytes << 20,
            AtOnce = MaxAtOnce,
            AtOncePerPerson = MaxAtOncePerPerson,
        };
}
