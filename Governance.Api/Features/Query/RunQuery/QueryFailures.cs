using Governance.Api.Http;
using Governance.Policies.Warehouse.Querying;

namespace Governance.Api.Features.Query.RunQuery;

/// <summary>A refusal as the API says it.</summary>
internal static class QueryFailures
{
    public static Failure Of(QueryRefusal refusal)
    {
        IReadOnlyList<Fault> faults = refusal.Line is null
            ? []
            : [new Fault("sql", refusal.Code, refusal.Message, refusal.Line, refusal.Column)];
        var kind = refusal.Kind switch
        {
            QueryRefusalKind.Statement => FailureKind.InvalidDocument,
            QueryRefusalKind.Limit => FailureKind.InvalidDocument,
            QueryRefusalKind.NotGranted => FailureKind.Forbidden,
            QueryRefusalKind.Busy => FailureKind.TooMany,
            QueryRefusalKind.Away => FailureKind.Unavailable,
            _ => throw new ArgumentOutOfRangeException(nameof(refusal)),
        };
        return new Failure(kind, refusal.Code, refusal.Message, refusal.Next, faults);
    }
}
